import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { DataError, nearest, type Problem } from "../../base/index.ts";
import { type Store, type Task, Text, tasksOf } from "../../feedback/index.ts";
import { readLines } from "../../files/index.ts";

const Row = z.object({ prompt: Text, completions: z.array(Text).min(2, "a task needs at least 2 completions") });
type Row = z.infer<typeof Row>;

/** TASKS on the command line: a file, or a project folder with `tasks.jsonl`; and the project that it belongs to. */
export function locateTasks(tasks: string, project?: string): { file: string; project: string; isProject: boolean } {
  const isProject = existsSync(tasks) && statSync(tasks).isDirectory();
  const file = isProject ? join(tasks, "tasks.jsonl") : tasks;
  return { file, project: project ?? dirname(file), isProject };
}

/** What the project itself wants to have compared by this person; test questions are for the studio, which explains them. */
export async function openTasks(store: Store, by: string): Promise<Task[]> {
  const open = await store.tasks({ state: "open" });
  const mine = open.filter(
    ({ type, completions, gold, assigned }) =>
      type === "compare" && completions.length > 1 && !gold && (assigned?.includes(by) ?? true),
  );
  return mine.map(({ task: id, prompt, completions }) => ({ id, prompt, completions }));
}

/**
 * Reads ranking tasks: JSON lines with `prompt` and `completions`, as `plaudit sample` writes them (rankings will do
 * too). Throws `missing-file`, `empty-file`, or `bad-rows` with every line that does not fit.
 */
export function readTasks(file: string): Task[] {
  const rows: Row[] = [];
  const problems: Problem[] = [];
  for (const { text, number } of readLines(file)) {
    if (text.trim() === "") continue;
    const row = readRow(text);
    if ("message" in row) problems.push({ ...row, where: `${file}:${number}` });
    else rows.push(row);
  }
  if (problems.length > 0) {
    throw new DataError(`${file}: ${problems.length} of ${rows.length + problems.length} lines are no ranking tasks`, {
      code: "bad-rows",
      where: problems[0]!.where,
      problems,
      help: 'wanted {"prompt": …, "completions": […, …]}; `plaudit sample` writes them',
    });
  }
  if (rows.length > 0) return tasksOf(rows);
  throw new DataError(`${file} is empty`, {
    code: "empty-file",
    where: file,
    help: "plaudit sample makes ranking tasks",
  });
}

function readRow(line: string): Row | Pick<Problem, "code" | "message" | "help"> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { code: "bad-json", message: `not JSON: ${(error as Error).message}` };
  }
  const parsed = Row.safeParse(value);
  if (parsed.success) return parsed.data;
  const columns = Object.keys((value as object | null) ?? {});
  const missing = Object.keys(Row.shape).find((column) => !columns.includes(column));
  if (missing === undefined) {
    const { path, message } = parsed.error.issues[0]!;
    return { code: "bad-row", message: `${path.join(".") || "the line"}: ${message}` };
  }
  const near = nearest(missing, columns);
  const message = `no "${missing}"; found ${columns.map((column) => `"${column}"`).join(", ") || "nothing"}`;
  return { code: "missing-column", message, help: near && `"${near}" may be meant for "${missing}"` };
}
