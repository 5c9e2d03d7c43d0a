/**
 * From the page alone: the quickstart's SFT model is sampled, two people rank 30 tasks each, a reward model and PPO-ptx are
 * trained, before and after are compared; nothing is typed in a terminal but `plaudit studio`. Clicks and keys only, in
 * Chromium over the real program. A script must hold some opinion: Ada and Bob rank as two of the quickstart's townspeople
 * do, with their mistakes. The gold judge, which nothing here has learnt from, says what came of it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { stream } from "../../src/base/index.ts";
import { stages } from "../../src/cli/quickstart/stages.ts";
import type { EntryOf, Text } from "../../src/feedback/index.ts";
import { readJsonl } from "../../src/files/index.ts";
import { readMetrics, readRun } from "../../src/run/index.ts";
import { mean, pairedWinRate } from "../../src/stats/index.ts";
import {
  type Annotator,
  calibrateNoise,
  features,
  findPrompt,
  gold,
  isFact,
  makeWorld,
  ranksWithTies,
  townspeople,
  utility,
  type World,
} from "../../src/world/index.ts";
import { chromiumPath } from "../browser/chromium.ts";
import { compareAnswers, lineage, rankTasks, sampleTasks, switchTo, type Task, train } from "../browser/walk.ts";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
const images = fileURLToPath(new URL("../../docs/images/studio/", import.meta.url));
const [quickstart, tasks] = ["runs/quickstart-001", 30];
const [policy, town] = [`${quickstart}/sft`, `${quickstart}/town`];
const longest = 40;

export const studio: Proof = {
  question: "Can a reward model and PPO-ptx be made from two people's rankings without leaving the page?",
  async run({ seeds, note }) {
    if (!chromiumPath) throw new Error("no Chromium: name one with PLAUDIT_CHROMIUM");
    const results = [];
    for (const seed of seeds) {
      const folder = join("runs", "prove-studio", `seed-${seed}`);
      await prepare(folder, seed, note);
      results.push(await walk(folder, seed, (line) => note(`seed ${seed}: ${line}`)));
    }
    return { passed: results.every(({ failed }) => failed.length === 0), results };
  },
};

/** The quickstart's commands up to SFT, kept from an earlier proof; the project around them begins anew. */
async function prepare(folder: string, seed: number, note: (line: string) => void): Promise<void> {
  mkdirSync(join(folder, "runs"), { recursive: true });
  const keep = { [folder]: "runs", [join(folder, "runs")]: "quickstart-001" };
  for (const [at, kept] of Object.entries(keep))
    for (const name of readdirSync(at)) if (name !== kept) rmSync(join(at, name), { recursive: true });
  const all = stages({ folder: quickstart, seed, language: "en", threads: 2, scale: 1, annotator: "town" });
  const upToSft = all.slice(0, 1 + all.findIndex(({ makes }) => makes === policy));
  for (const { title, argv, makes } of upToSft) {
    note(`seed ${seed}: ${title.en}`);
    if (argv.includes("--resume") || !existsSync(join(folder, makes))) await plaudit(folder, argv);
  }
}

async function walk(folder: string, seed: number, note: (line: string) => void) {
  const world = makeWorld({ seed, language: "en" });
  const { process, url } = await open(folder);
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
    page.on("pageerror", ({ stack }) => note(`the page broke: ${stack}`));
    const shot = (name: string) => () => page.screenshot({ path: join(images, `path-${name}.png`) });
    await page.goto(url);
    await page.locator("input[autocomplete=username]").fill("Ada");
    await page.keyboard.press("Enter");

    const made = await sampleTasks(
      page,
      `${town}/ranking-prompts.jsonl`,
      // Some prompts are always answered alike and give no task.
      {
        Model: policy,
        "At most prompts": tasks + 10,
        "Answers each": 6,
        "People a task": 2,
        "Most tokens": longest,
        Seed: seed,
      },
      shot("sample"),
    );
    note(`${made} tasks`);
    const [ada, bob] = calibrated(world, folder, seed);
    await rankTasks(page, tasks, opinionOf(ada, world, seed), shot("rank"));
    await switchTo(page, "Bob");
    await rankTasks(page, tasks, opinionOf(bob, world, seed));
    const agreement = await pairsAgreed(page);
    note(`2 × ${tasks} rankings; the two agree on ${agreement} of the pairs`);

    await train(
      page,
      "Reward model",
      { Model: policy, "Passes over the data": 2, "Learning rate": 0.0004 },
      { more: { "validation-share": 0.2, "head-scale": 0.3, seed } },
    );
    const rewardLineage = await lineage(page);
    await train(
      page,
      "PPO-ptx",
      {
        ...{ Policy: policy, "Value model starts as": "runs/reward-001", Steps: 24, "Answers per step": 64 },
        ...{ "KL coefficient β": 0.2, "Pretraining text": `${town}/text.jsonl` },
      },
      {
        ...{ judge: "runs/reward-001", look: shot("train") },
        more: { "max-completion-length": longest, "missing-eos-reward": -1, "ptx-batch-size": 12, seed },
      },
    );
    const ppoLineage = await lineage(page);
    const heldOut = `${town}/held-out.jsonl`;
    const compared = await compareAnswers(
      page,
      { "At most prompts": 1000, "Most tokens": longest, Seed: seed },
      heldOut,
    );
    await page.evaluate("scrollTo(0, 0)");
    await shot("compare")();

    const at = (...parts: string[]) => join(folder, ...parts);
    const evaluated = await plaudit<Evaluated>(folder, [
      ...["eval", "--model", "runs/ppo-001", "--against", policy, "--judge", "runs/reward-001", "--prompts", heldOut],
      ...["--temperature", 0, "--max-new-tokens", longest, "--seed", seed],
    ]);
    const entries = [...readJsonl(at("journal.jsonl"))].map(({ value }) => value as { kind: string; by: string });
    const judgements = (by: string) => entries.filter((entry) => entry.kind === "judgement" && entry.by === by).length;
    const scores = [...readMetrics(at("runs", "ppo-001"))].map((row) => row["objective/scores"] as number);
    const { info } = readRun(at("runs", "reward-001"));
    const hash = createHash("sha256")
      .update(readFileSync(at("data", "reward-001.jsonl")))
      .digest("hex");
    const result = {
      seed,
      tasks: made,
      rankings: { Ada: judgements("Ada"), Bob: judgements("Bob") },
      agreement,
      rewardModel: info.result,
      reward: { first: scores[0]!, last: scores.at(-1)!, lastQuarter: mean(scores.slice(-6)) },
      page: { rate: compared.rate, scores: compared.scores },
      eval: evaluated,
      gold: goldOf(world, compared.rows, seed),
      lineage: { reward: rewardLineage, ppo: ppoLineage },
      samples: compared.rows.slice(0, 12),
      complaints,
    };
    const { winRate } = evaluated;
    const chain = "quickstart-001/pretrain→quickstart-001/sft→reward-001";
    const demands = {
      "each of two people ranked 30 tasks": result.rankings.Ada === tasks && result.rankings.Bob === tasks,
      "the reward model comes from the SFT model": rewardLineage.line === chain,
      "it learnt from the 60 rankings": rewardLineage.inputs["This project's rankings"]?.endsWith(` ${2 * tasks} rows`),
      "they are the bytes that its run names": info.datasets[0]?.hash === hash,
      "PPO comes from both": ppoLineage.line === `${chain}→ppo-001`,
      "PPO was scored by that reward model": ppoLineage.inputs["Scored by"] === "reward-001",
      "PPO read the pretraining text": (ppoLineage.inputs.Data ?? "").startsWith(`${town}/text.jsonl`),
      "the reward rose": result.reward.lastQuarter > result.reward.first,
      "the judge prefers the later model, interval above one half": winRate.low > 0.5,
      "the page says what `plaudit eval` says": compared.rate.startsWith(
        `${Math.round(100 * winRate.value)} % of ${winRate.prompts} prompts`,
      ),
      "the page complained of nothing": complaints.length === 0,
    };
    const failed = Object.entries(demands).flatMap(([name, holds]) => (holds ? [] : [name]));
    for (const line of [compared.rate, compared.scores, `gold: ${JSON.stringify(result.gold)}`]) note(line);
    for (const row of result.samples) note(row.join(" | ").replaceAll("\n", " "));
    note(failed.length === 0 ? "holds" : `fails: ${failed.join("; ")}`);
    return { ...result, failed };
  } catch (cause) {
    for (const [i, page] of (browser.contexts()[0]?.pages() ?? []).entries())
      await page.screenshot({ path: join(folder, `failed-${i}.png`) });
    throw cause;
  } finally {
    await browser.close();
    await ended(process);
  }
}

interface Evaluated {
  readonly winRate: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly ties: number;
    readonly prompts: number;
  };
}

/** The only thing that is typed: `plaudit studio`, here in a folder that is no project yet. */
async function open(folder: string): Promise<{ process: ChildProcess; url: string }> {
  const process = spawn(globalThis.process.execPath, [program, "studio", "--init", "--port", "0", "--json"], {
    ...{ cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  });
  for await (const line of createInterface({ input: process.stdout! }))
    return { process, url: (JSON.parse(line) as { url: string }).url };
  throw new Error("the studio ended without a word");
}

const ended = (process: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    process.once("close", resolve);
    process.kill("SIGINT");
  });

/** Two of the town's people, with mistakes so large that two agree on 73 % of the pairs, as InstructGPT's labellers did. */
function calibrated(world: World, folder: string, seed: number): readonly [Annotator, Annotator] {
  const entries = [...readJsonl(join(folder, "journal.jsonl"))].map(({ value }) => value as EntryOf<"task">);
  const groups = entries.flatMap(({ kind, data }) => {
    const asked = kind === "task" ? findPrompt(world, wordsOf(data.prompt)) : undefined;
    return asked ? [data.completions.map((answer) => features(world, asked, wordsOf(answer)))] : [];
  });
  return calibrateNoise(townspeople("en"), groups, { seed }).annotators as unknown as readonly [Annotator, Annotator];
}

const wordsOf = (text: Text): string => (typeof text === "string" ? text : (text.at(-1)?.content ?? "")).trim();

/** How a person of the town ranks what stands on the screen, first place and mistakes included. */
function opinionOf(person: Annotator, world: World, seed: number): (task: Task, index: number) => number[] {
  return ({ prompt, answers }, index) => {
    const asked = findPrompt(world, prompt);
    if (!asked) throw new Error(`this is no question of the town: ${prompt}`);
    const rng = stream(seed, person.name, index);
    const scores = answers.map(
      (answer) => utility(person, features(world, asked, answer)) + person.noise * rng.normal(),
    );
    scores[0]! += person.positionBias;
    return ranksWithTies(scores, person.tieWidth);
  };
}

/** Share of pairs that two people order alike, as the dashboard says it. */
async function pairsAgreed(page: Page): Promise<string> {
  await page.getByRole("link", { name: "Dashboard", exact: true }).click();
  const row = page.getByRole("row").filter({ hasText: "Pairs" }).first();
  await row.waitFor();
  return (await row.locator("td").first().textContent()) ?? "";
}

/** What the gold judge finds in the answers that the page showed, and how often the reward model is of its opinion. */
function goldOf(world: World, rows: readonly (readonly string[])[], seed: number) {
  const judged = rows.flatMap(([prompt = "", ...cells]) => {
    const asked = findPrompt(world, prompt);
    const of = asked && cells.map((cell) => gold(world, asked, cell.replace(/\n[^\n]*$/, "")));
    return of ? [{ asked, of, preferred: cells.findIndex((cell) => cell.includes("✓")) }] : [];
  });
  const scores = (i: number) => judged.map(({ of }) => of[i]!.score);
  const facts = judged.filter(({ asked }) => isFact(asked.about));
  const right = (i: number) => mean(facts.map(({ of }) => Number(of[i]!.verdict.right)));
  const told = judged.filter(({ of, preferred }) => preferred >= 0 && of[0]!.score !== of[1]!.score);
  const alike = told.filter(({ of, preferred }) => of[preferred]!.score > of[1 - preferred]!.score);
  const clusters = judged.map(({ asked }) => asked.topic);
  return {
    winRate: pairedWinRate(scores(1), scores(0), { rng: stream(seed, "gold"), clusters }),
    score: { before: mean(scores(0)), after: mean(scores(1)) },
    truth: { before: right(0), after: right(1) },
    rewardModelAgrees: { share: alike.length / told.length, pairs: told.length },
  };
}
