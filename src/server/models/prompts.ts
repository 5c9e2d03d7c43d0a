/** Which prompts a model is to answer: given ones, those of a file in the project, or those of its tasks. */
import { join } from "node:path";
import { UsageError } from "../../base/index.ts";
import { readDataset } from "../../data/index.ts";
import type { TaskData, Text } from "../../feedback/index.ts";
import { fileInProject } from "../runs/project.ts";

export interface PromptSource {
  readonly prompts?: readonly Text[] | undefined;
  /** A file of the project whose rows have a prompt. */
  readonly file?: string | undefined;
  /** Only the first so many. */
  readonly limit?: number | undefined;
}

export interface Project {
  readonly project: string;
  readonly tasks: () => Promise<readonly TaskData[]>;
}

/** Each prompt once, in the order in which they stand. Throws `outside-project`, `missing-file`, and what is wrong with the file. */
export async function promptsFrom({ project, tasks }: Project, source: PromptSource): Promise<Text[]> {
  return each(await all()).slice(0, source.limit);

  async function all(): Promise<readonly Text[]> {
    if (source.prompts) return source.prompts;
    if (source.file === undefined) return promptsOf(await tasks());
    const { rows } = await readDataset(join(project, fileInProject(project, source.file, "file")), "prompt");
    return rows.map(({ prompt }) => prompt);
  }
}

/** Each prompt of the tasks once, in the order in which they came; what is asked of clips is for no model to answer. */
export const promptsOf = (tasks: readonly TaskData[]): Text[] =>
  each(tasks.flatMap(({ type, prompt }) => (type === "clips" ? [] : [prompt])));

/** Throws `no-prompts`. */
export function requirePrompts(prompts: readonly Text[]): void {
  if (prompts.length > 0) return;
  throw new UsageError("there is no prompt to answer", { code: "no-prompts", help: "import prompts or tasks first" });
}

const each = (prompts: readonly Text[]): Text[] => [
  ...new Map(prompts.map((prompt) => [JSON.stringify(prompt), prompt])).values(),
];
