import { z } from "zod";
import { listRuns } from "../../run/index.ts";
import { defineCommand, table } from "../frame/index.ts";
import { runsFlag } from "./find.ts";

const Result = z.strictObject({
  name: z.string(),
  command: z.string(),
  status: z.enum(["running", "interrupted", "failed", "finished", "stopped"]),
  step: z.int(),
  created: z.string().optional(),
  seconds: z.number().optional(),
});

export const runsList = defineCommand({
  name: "runs list",
  summary: "the runs of a folder, the last one first",
  examples: ["plaudit runs list", "plaudit runs list --dir my-project/runs --json"],
  schema: z.strictObject({
    dir: runsFlag,
  }),
  resultSchema: Result,
  async run(context, { dir }) {
    const runs = listRuns(dir).map(({ name, status, info: { command, step, created, seconds } }) => ({
      name,
      command,
      status,
      step,
      ...(created && { created }),
      ...(seconds !== undefined && { seconds }),
    }));
    const [newest] = runs;
    if (!newest) {
      context.emit(`no runs in ${dir}/`);
      return { next: "plaudit quickstart" };
    }
    const rows = runs.map(({ name, command, status, step, created = "" }) => [name, command, status, step, created]);
    context.emit(table([["run", "command", "status", "step", "started"], ...rows]), ...runs);
    return { next: `plaudit runs show ${newest.name}` };
  },
});
