import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { listRuns } from "../../run/index.ts";
import { commands } from "../commands.ts";
import { defineCommand, runInside } from "../frame/index.ts";
import { findRun, runsFlag } from "./find.ts";

export const runsResume = defineCommand({
  name: "runs resume",
  summary: "go on with an unfinished run, whatever its command",
  examples: ["plaudit runs resume", "plaudit runs resume ppo-002", "plaudit runs resume my-project/runs/sft-001"],
  schema: z.strictObject({
    run: z
      .string()
      .optional()
      .describe("a run's folder, or its name in the folder of runs (default: the unfinished one that changed last)"),
    dir: runsFlag,
  }),
  positionals: ["run"],
  /** What the run's own command prints. */
  resultSchema: z.looseObject({ run: z.string() }),
  async run(context, { run, dir }) {
    const { folder, info } = run === undefined ? newestUnfinished(dir) : findRun(run, dir);
    if (!Object.hasOwn(commands, info.command)) {
      throw new UsageError(`${folder} was recorded by a program as "${info.command}", which is no command`, {
        code: "not-resumable",
        where: folder,
        help: "run that program again with `resume: true`: record((from) => trainer(options, { from }), folder, { resume: true })",
      });
    }
    context.note(`plaudit ${info.command} --resume ${folder}`);
    return runInside(commands, [...info.command.split(" "), "--resume", folder], context);
  },
});

function newestUnfinished(dir: string) {
  const found = listRuns(dir).find(({ status }) => status !== "finished" && status !== "running");
  if (found) return found;
  throw new UsageError(`no unfinished run is in ${dir}/`, {
    code: "nothing-to-resume",
    help: "`plaudit runs list` shows the runs; --dir names another folder of runs",
  });
}
