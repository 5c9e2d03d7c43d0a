import { existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { writeJson } from "../../files/index.ts";
import { newRunName } from "../../run/index.ts";
import { makeWorld } from "../../world/index.ts";
import { commands } from "../commands.ts";
import { type Context, computing, defineCommand, runInside } from "../frame/index.ts";
import { ask } from "./ask.ts";
import { evaluate, maxAnswer, QuickstartResult, type Result } from "./evaluate.ts";
import { liveView } from "./live.ts";
import { summaryOf, writeQuickstartReport } from "./report.ts";
import { type Stage, stages } from "./stages.ts";

const { seed, dryRun, out, resume, threads } = computing;

export const quickstart = defineCommand({
  name: "quickstart",
  summary: "the whole pipeline on a made-up town: pretraining to chat in five minutes",
  examples: [
    "plaudit quickstart",
    "plaudit quickstart --language zh",
    "plaudit quickstart --dry-run",
    "plaudit quickstart --seed 7 --out my-town",
  ],
  schema: z.strictObject({
    language: z.enum(["en", "zh"]).default("en").describe("what the town speaks, and the report"),
    annotator: z
      .enum(["town", "me"])
      .default("town")
      .describe("who ranks: six simulated people, or you for the first answers"),
    scale: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("share of the recipe's data and steps; below 1 it shows how things work and proves nothing"),
    chat: z.boolean().default(true).describe("ends with a chat with before and after (on a terminal)"),
    seed,
    dryRun: dryRun.describe("print the command lines that make up the quickstart, start nothing"),
    out,
    resume,
    threads,
  }),
  resultSchema: QuickstartResult,
  async run(context, options) {
    const folder =
      typeof options.resume === "string"
        ? options.resume
        : (options.out ?? join("runs", newRunName("runs", "quickstart")));
    const plan = stages({ ...options, folder });
    if (options.dryRun) {
      context.emit(
        plan
          .map(({ title, argv }) => `# ${title[options.language]}\nplaudit ${argv.map(quoted).join(" ")}`)
          .join("\n\n"),
      );
      return { next: "plaudit quickstart" };
    }
    if (existsSync(folder) && !options.resume) {
      throw new UsageError(`${folder} is there already`, {
        code: "run-exists",
        where: folder,
        help: `go on with it: --resume ${folder}`,
      });
    }
    configureThreads(options.threads);
    mkdirSync(folder, { recursive: true });
    const began = context.now();
    const judgeOptions = { world: makeWorld(options), seed: options.seed, maxNewTokens: maxAnswer };
    const view = liveView(context, plan, options.language);
    for (const [i, stage] of plan.entries()) {
      await view.during(i, (inner) => runStage(stage, inner));
      view.say(await ask(folder, basename(stage.makes), judgeOptions));
    }
    const measured = await view.during(plan.length, () => evaluate({ folder, ...options }));
    const result: Result = {
      seconds: (context.now() - began) / 1000,
      peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
      ...measured.result,
      run: folder,
    };
    writeJson(join(folder, "result.json"), result);
    writeQuickstartReport(folder, result, measured, options.language);
    view.done();
    context.emit(summaryOf(result, options.language), result);
    return { next: `plaudit chat --model ${join(folder, "ppo")} --against ${join(folder, "sft")}` };
  },
});

/** Runs a stage's command line, unless an interrupted quickstart has done it already. */
async function runStage({ argv, makes }: Stage, context: Context): Promise<void> {
  const trains = argv.includes("--resume"); // a run that is finished says so itself
  if (!trains && existsSync(makes)) return;
  await runInside(commands, argv, context);
}

const quoted = (word: string): string => (/^[\w./:@=-]+$/.test(word) ? word : `"${word}"`);
