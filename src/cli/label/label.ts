import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { stream, UsageError } from "../../base/index.ts";
import {
  agreementOf,
  type Entry,
  judgementsOf,
  openStore,
  rankingRows,
  type Said,
  type Store,
  startSession,
  type Task,
  ulid,
} from "../../feedback/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { type Context, checkAll, computing, defineCommand } from "../frame/index.ts";
import { fileFlag, overwriteFlag, requireNewFile } from "../inputs/datasets.ts";
import { openReward } from "../inputs/reward-spec.ts";
import { databaseFlag } from "../project/require-project.ts";
import { agreementInWords } from "./screen.ts";
import { assign, judge, textOf, undone } from "./simulate.ts";
import { locateTasks, openTasks, readTasks } from "./tasks.ts";
import { rankAtTerminal } from "./terminal.ts";

const Result = z.strictObject({
  journal: z.string(),
  /** New judgements. */
  judged: z.int(),
  /** Tasks that still wait: for this person, or for anybody under --simulate. */
  left: z.int(),
  /** Pairs on which people agree, with Wilson's 95 % interval; null while nobody judged what another one did. */
  agreement: z.strictObject({ value: z.number(), low: z.number(), high: z.number(), pairs: z.int() }).nullable(),
  export: z.string().optional(),
  /** Rows in the export. */
  rankings: z.int().optional(),
});

const Schema = z.strictObject({
  tasks: fileFlag(
    "ranking tasks (`plaudit sample` makes them), or a project folder: its tasks.jsonl and its open tasks",
  ),
  project: z
    .string()
    .min(1)
    .optional()
    .describe("folder whose journal.jsonl takes the judgements (default: that of the tasks)")
    .meta({ value: "DIR" }),
  database: databaseFlag,
  by: z.string().min(1).default("me").describe("who ranks").meta({ value: "NAME" }),
  export: z.string().min(1).optional().describe("a new file for all rankings of the project").meta({ value: "FILE" }),
  overwrite: overwriteFlag,
  simulate: z.int().min(2).optional().describe("so many simulated annotators, with tastes and mistakes of their own"),
  agreement: z.number().min(0.5).max(1).default(0.73).describe("on this share of pairs simulated annotators agree"),
  overlap: z.number().min(0).max(1).default(0.2).describe("share of tasks that two simulated annotators rank"),
  reward: z
    .string()
    .min(1)
    .optional()
    .describe("what simulated annotators value: a reward model or ./file.ts#function (default: length)")
    .meta({ value: "SPEC" }),
  seed: computing.seed,
});
type Options = z.infer<typeof Schema>;

export const label = defineCommand({
  name: "label",
  summary: "rank answers in the terminal, or let simulated annotators do it",
  examples: [
    "plaudit label my-project",
    "plaudit label tasks.jsonl --by 小林 --export rankings.jsonl",
    "plaudit label tasks.jsonl --simulate 6 --agreement 0.73 --reward runs/reward-001 --export rankings.jsonl",
  ],
  schema: Schema,
  positionals: ["tasks"],
  resultSchema: Result,
  async run(context, options) {
    const { file, project, isProject } = locateTasks(options.tasks, options.project);
    const path = join(project, "journal.jsonl");
    const { given, reward } = await checkAll({
      given: () => (isProject && !existsSync(file) && existsSync(path) ? [] : readTasks(file)),
      export: () => options.export && requireNewFile(options.export, options.overwrite),
      reward: () => options.reward && openReward(options.reward),
    });
    if (!options.simulate && !existsSync(path)) requireTerminal(context); // before a project is made for nothing
    const store = await openStore(project, { now: context.now, database: options.database });
    try {
      if (store.setAside) context.note(`the last line was torn and is now in ${store.setAside}`);
      const journal = await openBook(path, store);
      const tasks = [...given, ...(isProject ? await openTasks(store, options.by) : [])];
      if (!options.simulate && waiting(tasks, journal.entries, options.by) > 0) requireTerminal(context);
      const before = journal.entries.length;
      const left = options.simulate
        ? await simulate(context, journal, tasks, reward || undefined, { ...options, simulate: options.simulate })
        : await rank(context, journal, tasks, options);
      const judgements = judgementsOf(journal.entries);
      const rankings = options.export === undefined ? undefined : rankingRows(judgements);
      if (rankings) writeAtomic(options.export!, rankings.map((row) => `${JSON.stringify(row)}\n`).join(""));
      const result = {
        journal: journal.path,
        judged: journal.entries.slice(before).filter(({ kind }) => kind === "judgement").length,
        left,
        agreement: agreementOf(judgements).all ?? null,
        ...(rankings && { export: options.export!, rankings: rankings.length }),
      };
      context.emit(describe(result), result);
      return left > 0
        ? { next: `plaudit label ${options.tasks}` }
        : { next: `plaudit reward --model MODEL --data ${options.export ?? "rankings.jsonl"}` };
    } finally {
      if (reward) reward.dispose();
      await store.close();
    }
  },
});

/** The journal with what was read of it; entries are there when they are on the disk. */
interface Book {
  readonly path: string;
  readonly entries: readonly Entry[];
  append(entries: readonly Entry[]): Promise<void>;
}

async function openBook(path: string, store: Store): Promise<Book> {
  const entries = await store.history();
  const append = async (more: readonly Entry[]) => {
    await store.append(more);
    entries.push(...more);
  };
  return { path, entries, append };
}

/** A person at the terminal; returns how many tasks are left. Every judgement is on disk before the next is shown. */
async function rank(context: Context, journal: Book, tasks: readonly Task[], { by, seed }: Options) {
  const session = startSession({ by, tasks, entries: journal.entries, seed, now: context.now() });
  if (session.tasks.length === 0) return 0;
  const say = async ({ kind, data }: Said) => {
    const now = context.now();
    const id = ulid(now, stream(seed, "journal", by, now, journal.entries.length));
    await journal.append([{ format: 1, id, at: new Date(now).toISOString(), by, kind, data } as Entry]);
  };
  const agreement = () => agreementOf(judgementsOf(journal.entries)).all;
  await rankAtTerminal(session, { say, agreement, now: context.now, signal: context.signal });
  return waiting(tasks, journal.entries, by);
}

/** Tasks that this person has neither ranked nor skipped. */
const waiting = (tasks: readonly Task[], entries: readonly Entry[], by: string): number =>
  startSession({ by, tasks, entries, seed: 0, now: 0 }).tasks.length;

function requireTerminal({ json }: Context): void {
  if (!json && process.stdin.isTTY && process.stdout.isTTY) return;
  throw new UsageError("ranking needs a terminal: keys are read one by one", {
    code: "needs-terminal",
    help: "run it in a terminal without --json, or let simulated annotators rank: --simulate 6",
  });
}

/** Judgements written at once: each call waits for the disk. */
const judgementsAtOnce = 100;

async function simulate(
  context: Context,
  journal: Book,
  tasks: readonly Task[],
  reward: Awaited<ReturnType<typeof openReward>> | undefined,
  { simulate: count, agreement, overlap, seed }: Options & { readonly simulate: number },
): Promise<number> {
  const scores = reward ? await scoresOf(tasks, reward.reward) : lengthsOf(tasks);
  const assigned = assign({ tasks, scores, count, agreement, overlap, seed });
  if (Math.abs(assigned.agreement - agreement) > 0.03) {
    const reached = `${Math.round(100 * assigned.agreement)} %`;
    context.note(`their tastes alone make these annotators agree on ${reached} of the pairs`);
  }
  const rest = undone(assigned.assignments, journal.entries);
  await introduce(journal, new Set(rest.map(({ annotator }) => annotator.name)), seed, context.now());
  for (let at = 0; at < rest.length; at += judgementsAtOnce) {
    await journal.append(rest.slice(at, at + judgementsAtOnce).map((each) => judge(each, seed, context.now())));
    const measured = agreementOf(judgementsOf(journal.entries)).all;
    const step = Math.min(at + judgementsAtOnce, rest.length);
    const metrics = measured ? { agreement: measured.value } : {};
    context.progress.update({ label: "ranking", step, total: rest.length, metrics });
  }
  return 0;
}

/** Simulated people are marked as such before they say a word, so that nobody takes them for others by accident. */
async function introduce(journal: Book, names: ReadonlySet<string>, seed: number, now: number): Promise<void> {
  const known = new Set(journal.entries.flatMap((entry) => (entry.kind === "person" ? [entry.data.name] : [])));
  const people = [...names].filter((name) => !known.has(name));
  await journal.append(
    people.map((name): Entry => {
      const id = ulid(now, stream(seed, "simulated person", name));
      const data = { name, role: "annotator", synthetic: true } as const;
      return { format: 1, id, at: new Date(now).toISOString(), by: "plaudit", kind: "person", data };
    }),
  );
}

/** What a longer answer is worth, where nothing else is known. */
const lengthsOf = (tasks: readonly Task[]): number[][] =>
  tasks.map(({ completions }) => completions.map((completion) => Math.log1p([...textOf(completion)].length)));

async function scoresOf(tasks: readonly Task[], reward: Awaited<ReturnType<typeof openReward>>["reward"]) {
  const answers = tasks.flatMap(({ prompt, completions }) => completions.map((completion) => ({ prompt, completion })));
  const scores = await reward({
    prompts: answers.map(({ prompt }) => prompt),
    completions: answers.map(({ completion }) => textOf(completion)),
    promptIds: answers.map(() => []),
    completionIds: answers.map(() => []),
  });
  const rest = [...scores];
  return tasks.map(({ completions }) => rest.splice(0, completions.length));
}

function describe({ journal, judged, left, agreement, rankings, ...result }: z.infer<typeof Result>): string {
  return [
    `${judged} new judgements in ${journal}, ${left} tasks left`,
    ...(agreement ? [agreementInWords(agreement)] : []),
    ...(result.export ? [`${result.export}: ${rankings} rankings`] : []),
  ].join("\n");
}
