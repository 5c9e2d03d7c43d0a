import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { Interrupted, newRunName, openRun, type Run } from "../../run/index.ts";
import { makeWorld } from "../../world/index.ts";
import { commands } from "../commands.ts";
import { type Context, computing, defineCommand, runInside } from "../frame/index.ts";
import { ask } from "./ask.ts";
import { evaluate, maxAnswer, QuickstartResult, type Result } from "./evaluate.ts";
import { liveView } from "./live.ts";
import { summaryOf, writeQuickstartReport } from "./report.ts";
import { type Stage, stages } from "./stages.ts";

const { dryRun, out, resume, threads } = computing;

export const quickstart = defineCommand({
  name: "quickstart",
  summary: "the whole pipeline on a made-up town: pretraining to chat in minutes",
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
    seed: computing.seed,
    dryRun: dryRun.describe("print the command lines that make up the quickstart, start nothing"),
    out,
    resume,
    threads,
  }),
  resultSchema: QuickstartResult,
  async run(context, options) {
    const { language, seed } = options;
    const folder =
      typeof options.resume === "string"
        ? options.resume
        : (options.out ?? join("runs", newRunName("runs", "quickstart")));
    const plan = stages({ ...options, folder });
    if (options.dryRun) {
      context.emit(
        plan.map(({ title, argv }) => `# ${title[language]}\nplaudit ${argv.map(quoted).join(" ")}`).join("\n\n"),
      );
      return { next: "plaudit quickstart" };
    }
    if (options.annotator === "me" && !isTerminal(context)) {
      throw new UsageError("--annotator me asks you to rank answers: that needs a terminal", {
        code: "needs-terminal",
        help: "run it in a terminal without --json, or leave the flag out",
      });
    }
    configureThreads(options.threads);
    const run = openRun(folder, {
      command: "quickstart",
      config: { language, seed, annotator: options.annotator, scale: options.scale, threads: options.threads },
      seed,
      resume: Boolean(options.resume),
      now: () => context.now(),
    });
    for (const notice of run.notices) context.note(notice);
    const result =
      run.state === "finished" ? (run.info.result as Result) : await goThrough(context, run, plan, options);
    context.emit(summaryOf(result, language), result);
    if (options.chat && isTerminal(context)) {
      const models = ["--model", join(folder, "ppo"), "--against", join(folder, "sft")];
      await runInside(commands, ["chat", ...models], context);
    }
    return { next: `plaudit chat --model ${join(folder, "ppo")} --against ${join(folder, "sft")}` };
  },
});

type Settings = Pick<Parameters<typeof stages>[0], "language" | "seed">;

/** Every stage that is not done yet, then the judge. The time of all attempts counts. */
async function goThrough(
  context: Context,
  run: Run,
  plan: readonly Stage[],
  { language, seed }: Settings,
): Promise<Result> {
  const { folder } = run;
  const before = run.info.seconds ?? 0;
  const began = context.now();
  const seconds = () => before + (context.now() - began) / 1000;
  const view = liveView(context, plan, language);
  const judge = { world: makeWorld({ seed, language }), seed, maxNewTokens: maxAnswer };
  let status: "failed" | "interrupted" | "finished" = "failed";
  try {
    for (const [i, stage] of plan.entries()) {
      await view.during(i, (inner) => runStage(stage, inner));
      view.say(await ask(folder, basename(stage.makes), judge));
      run.update({ seconds: seconds() });
    }
    const measured = await view.during(plan.length, () => evaluate(folder, judge));
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    const result: Result = { seconds: seconds(), peakMemoryMb: memory, ...measured.result, run: folder };
    writeQuickstartReport(folder, result, measured, language);
    run.update({ result });
    status = "finished";
    return result;
  } catch (cause) {
    if (cause instanceof Interrupted) status = "interrupted";
    throw cause;
  } finally {
    view.done();
    run.update({ status, seconds: seconds() });
    run.close();
  }
}

const isTerminal = ({ json }: Context): boolean => !json && process.stdin.isTTY && process.stdout.isTTY;

/** Runs a stage's command line, unless an interrupted quickstart has done it already. */
async function runStage({ argv, makes }: Stage, context: Context): Promise<void> {
  const trains = argv.includes("--resume"); // a run that is finished says so itself
  if (!trains && existsSync(makes)) return;
  await runInside(commands, argv, context);
}

const quoted = (word: string): string => (/^[\w./:@=-]+$/.test(word) ? word : `"${word}"`);
