import { existsSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { Interrupted, newRunName, openRun, type Run, readRun } from "../../run/index.ts";
import { makeWorld, type World } from "../../world/index.ts";
import { commands } from "../commands.ts";
import { type Context, computing, defineCommand, runInside } from "../frame/index.ts";
import { forgetTyped } from "../terminal/typed.ts";
import { type Ahead, startAhead } from "./ahead.ts";
import { ask, askedQuestions } from "./ask.ts";
import { evaluate, maxAnswer, QuickstartResult, type Result } from "./evaluate.ts";
import { runInThread } from "./in-thread.ts";
import { liveView, recordsRun } from "./live.ts";
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
      await forgetTyped(process.stdin);
      context.note(invitation(language, makeWorld({ seed, language })));
      const models = ["--model", join(folder, "ppo"), "--against", join(folder, "sft")];
      await runInside(commands, ["chat", ...models, "--threads", String(options.threads)], context);
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
  const view = liveView(context, plan, language, run.expectThere);
  const judge = { world: makeWorld({ seed, language }), seed, maxNewTokens: maxAnswer };
  let status: "failed" | "interrupted" | "finished" = "failed";
  // A small network's passes leave each core free now and then: the controls, which need nothing of the main stages,
  // run beside them, in threads of their own. Their bits are those of the commands one after the other.
  const failure = new AbortController();
  const aside: Context = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const ahead = new Map<Stage, Ahead>();
  const startBeside = (made: string) => {
    let before: Promise<unknown> = Promise.resolve();
    for (const stage of plan.filter((other) => other.beside === made && !isDone(other))) {
      const earlier = before;
      const begun = startAhead(aside, run.expectThere, async (inner) => {
        await earlier;
        if (!inner.signal.aborted) await (recordsRun(stage) ? runInThread(stage.argv, inner) : runStage(stage, inner));
      });
      ahead.set(stage, begun);
      before = begun.ended;
    }
  };
  try {
    for (const [i, stage] of plan.entries()) {
      const begun = ahead.get(stage);
      if (begun === undefined && isDone(stage)) view.skip(i);
      else {
        await view.during(i, (inner) => begun?.show(inner) ?? runStage(stage, inner));
        view.say(await ask(folder, basename(stage.makes), judge));
        run.update({ seconds: seconds() });
      }
      startBeside(stage.makes);
    }
    const measured = await view.during(plan.length, () => evaluate(folder, judge));
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    const result: Result = { seconds: seconds(), peakMemoryMb: memory, ...measured.result, run: folder };
    writeQuickstartReport(folder, result, measured, language);
    run.update({ result });
    status = "finished";
    return result;
  } catch (cause) {
    failure.abort();
    await Promise.all(Array.from(ahead.values(), ({ ended }) => ended));
    run.expectThere(); // whatever failed in a folder that is gone failed because of that
    if (!(cause instanceof Interrupted)) throw cause;
    status = "interrupted";
    throw new Interrupted("interrupted; what is done is saved", {
      code: "interrupted",
      where: folder,
      help: `go on: plaudit quickstart --resume ${folder}`,
    });
  } finally {
    view.done();
    if (run.isThere()) run.update({ status, seconds: seconds() });
    run.close();
  }
}

/** What stands above the closing chat. */
function invitation(language: "en" | "zh", world: World): string {
  const question = askedQuestions(world)[0]?.text ?? "";
  return {
    en: `\nAsk it about the town: after PPO-ptx on the left, before it on the right. For example: ${question}`,
    zh: `\n问问小镇的事吧：左边是 PPO-ptx 之后，右边是之前。例如：${question}`,
  }[language];
}

const isTerminal = ({ json }: Context): boolean => !json && process.stdin.isTTY && process.stdout.isTTY;

/** Runs a stage's command line. A person who leaves before the last task interrupts the quickstart. */
async function runStage({ argv, makes }: Stage, context: Context): Promise<void> {
  let left = 0;
  const emit: Context["emit"] = (_, ...results) => {
    for (const result of results) left = (result as { left?: number }).left ?? 0;
  };
  await runInside(commands, argv, { ...context, emit });
  if (left === 0) return;
  rmSync(makes); // without the rankings to come, it would pass for done
  throw new Interrupted(`${left} tasks are left`, { code: "interrupted" });
}

/** Whether an interrupted quickstart has done it already. */
const isDone = (stage: Stage): boolean =>
  recordsRun(stage)
    ? existsSync(join(stage.makes, "run.json")) && readRun(stage.makes).status === "finished"
    : existsSync(stage.makes);

const quoted = (word: string): string => (/^[\w./:@=-]+$/.test(word) ? word : `"${word}"`);
