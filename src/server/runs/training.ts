/** A request to train, from what the page sends to a job in the queue: checked, with the project's data beside it. */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../../base/index.ts";
import { findModel } from "../models/list.ts";
import type { Plan, RunState, TrainingRequest } from "../protocol-runs.ts";
import { trainingOptions } from "./options.ts";
import { planRun } from "./plan.ts";
import type { Program } from "./processes.ts";
import { fileInProject } from "./project.ts";
import type { Queue } from "./queue.ts";
import { argsOf, type CommandSchemas, type DataKind, dataOf } from "./request.ts";

export interface TrainingOptions {
  readonly project: string;
  readonly program: Program;
  readonly schemas: CommandSchemas;
  readonly queue: Queue;
  /** The project's rows of a kind, as the commands read them. */
  readonly exportData: (kind: DataKind) => AsyncIterable<object> | Iterable<object>;
  readonly newId: () => string;
}

export interface Trainings {
  /** What each command can be told. */
  readonly options: ReturnType<typeof trainingOptions>;
  /** The arithmetic of a run that is not started. Throws what its command finds wrong. */
  plan(request: TrainingRequest): Promise<Plan>;
  /** Throws `unknown-flag`, `bad-flag`, `missing-model`, `outside-project`, `no-data`, `run-exists`; what else is wrong its process says. */
  start(request: TrainingRequest, by: string): Promise<{ readonly run: string; readonly status: RunState }>;
}

export function trainings({ project, program, schemas, queue, exportData, newId }: TrainingOptions): Trainings {
  /** One after the other: a name is free until its job is in the queue. */
  let last: Promise<unknown> = Promise.resolve();
  const modelPath = (id: string, where: string) => findModel(project, id, where).model;

  /** The flag that names the data: a file of the project, or the project's own, written into `own`. */
  async function dataFlag({ command, data }: TrainingRequest, own: string): Promise<string> {
    const { flag, kind } = dataOf[command];
    if (data !== "project") return `--${flag}=${fileInProject(project, data, "data")}`;
    const rows = await writeRows(join(project, own), exportData(kind));
    if (rows > 0) return `--${flag}=${own}`;
    rmSync(join(project, own));
    throw new UsageError(`the project has no ${kind} to learn from yet`, {
      code: "no-data",
      where: "data",
      help: "label some tasks first, or name a file of the project",
    });
  }

  async function start(request: TrainingRequest, by: string) {
    const { command } = request;
    const args = argsOf(request, { project, schemas, modelPath });
    const run = queue.newName(command, request.name);
    const data = await dataFlag(request, `data/${run}.jsonl`);
    const status = await queue.add({ run, command, args: [...args, data, `--out=runs/${run}`, "--json"], by });
    return { run, status };
  }

  return {
    options: trainingOptions(schemas),
    async plan(request) {
      const { command } = request;
      const name = queue.newName(command, request.name);
      const args = argsOf(request, { project, schemas, modelPath });
      const own = `runs/.jobs/plan-${newId()}.jsonl`;
      const data = await dataFlag(request, own);
      try {
        const plan = await planRun(program, command, [...args, data], project);
        const shown = data.replace(own, `data/${name}.jsonl`);
        return { ...plan, commandLine: ["plaudit", command, ...args, shown, `--out=runs/${name}`].join(" ") };
      } finally {
        rmSync(join(project, own), { force: true });
      }
    },
    start(request, by) {
      const mine = last.then(() => start(request, by));
      last = mine.catch(() => {});
      return mine;
    },
  };
}

/** Writes JSONL, whole or not at all, and returns how many rows there were. */
async function writeRows(path: string, rows: AsyncIterable<object> | Iterable<object>): Promise<number> {
  const temporary = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(temporary, "w");
  let count = 0;
  try {
    let text = "";
    for await (const row of rows) {
      text += `${JSON.stringify(row)}\n`;
      count++;
      if (text.length < 1 << 20) continue;
      await file.write(text);
      text = "";
    }
    await file.write(text);
    await file.sync();
  } catch (cause) {
    await file.close();
    rmSync(temporary, { force: true });
    throw cause;
  }
  await file.close();
  renameSync(temporary, path);
  return count;
}
