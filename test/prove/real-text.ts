/**
 * The whole chain on real text, with the ordinary commands: a small model pretrained on Tiny Shakespeare, GSM8K and
 * demonstrations; SFT; reward models from Anthropic's pairs and from the rankings of Open-Assistant's trees; PPO with and
 * without the pretraining term. Small models on small data: what is measured is written down, whatever it is.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RewardResult } from "../../src/align/index.ts";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));

interface Eval {
  readonly loss: number;
}

const jsonl = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const write = (path: string, rows: readonly object[]) =>
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

/** Published files as ours: text, demonstrations, prompts, pairs and rankings. */
async function prepare(folder: string): Promise<void> {
  const convert = async (from: string, source: string, out: string, kind?: string) => {
    if (existsSync(join(folder, out))) return;
    const to = kind === undefined ? [] : ["--to", kind];
    await plaudit(folder, [
      "data",
      "convert",
      join(data, from),
      "--from",
      source,
      ...to,
      "--out",
      out,
      "--skip-bad-rows",
    ]);
  };
  await convert("gsm8k/train.jsonl.gz", "gsm8k", "gsm8k.jsonl", "prompt-completion");
  await convert(
    "demonstrations/self-instruct-seed-tasks.jsonl.gz",
    "self-instruct",
    "seed-tasks.jsonl",
    "prompt-completion",
  );
  await convert(
    "demonstrations/self-instruct-user-oriented.jsonl.gz",
    "self-instruct",
    "user-oriented.jsonl",
    "prompt-completion",
  );
  await convert("demonstrations/zh-qa.jsonl.gz", "alpaca", "zh-qa.jsonl", "prompt-completion");
  await convert("preferences/harmless-base-test.jsonl.gz", "hh", "pairs.jsonl", "preference");
  await convert("preferences/oasst-en-100-trees.jsonl.gz", "oasst", "rankings.jsonl", "ranking");

  const said = (content: unknown): string =>
    typeof content === "string"
      ? content
      : (content as { content: string }[]).map((message) => message.content).join("\n");
  const demonstrations = ["seed-tasks.jsonl", "user-oriented.jsonl", "zh-qa.jsonl"].flatMap((file) =>
    jsonl(join(folder, file)),
  );
  write(join(folder, "demonstrations.jsonl"), demonstrations);
  write(
    join(folder, "prompts.jsonl"),
    demonstrations.map(({ prompt }) => ({ prompt })),
  );
  const spoken = [...jsonl(join(folder, "gsm8k.jsonl")), ...demonstrations];
  write(
    join(folder, "spoken.jsonl"),
    spoken.map(({ prompt, completion }) => ({ text: `${said(prompt)}\n${said(completion)}` })),
  );
}

export const realText: Proof = {
  question: "What does the chain from pretraining to PPO-ptx measure on real text and real preferences?",
  async run({ seeds, note }) {
    if (!existsSync(data)) throw new Error("the reference data is not there: ../shared/data");
    const results = [];
    for (const seed of seeds) results.push(await chain(seed, note));
    return { passed: true, results };
  },
};

async function chain(seed: number, note: (line: string) => void) {
  // Runs stay in runs/prove-real-text, so a proof that was stopped goes on where it was.
  const folder = join("runs", "prove-real-text", `seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  await prepare(folder);
  const shakespeare = join(data, "text/tinyshakespeare.txt");
  const stage = async <R>(name: string, words: readonly (string | number)[]): Promise<R> => {
    const result = await plaudit<R>(folder, [...words, "--seed", seed, "--resume", name]);
    note(`seed ${seed}, ${name}: ${JSON.stringify(result)}`);
    return result;
  };
  const textLoss = async (model: string) =>
    (await plaudit<Eval>(folder, ["eval", "--model", model, "--data", "held-out.txt"])).loss;

  // The last tenth of the play text is what no stage trains on.
  const play = readFileSync(shakespeare, "utf8");
  const cut = Math.floor(play.length * 0.9);
  writeFileSync(join(folder, "play.txt"), play.slice(0, cut));
  writeFileSync(join(folder, "held-out.txt"), play.slice(cut));

  const shape = [
    "--model",
    "gpt2",
    "--tokenizer",
    "bpe:2048",
    "--layers",
    4,
    "--heads",
    4,
    "--dim",
    128,
    "--context",
    256,
  ];
  const pretrained = await stage("pretrain", [
    "pretrain",
    "--data",
    "spoken.jsonl",
    "--data",
    "play.txt",
    ...shape,
    "--batch-size",
    8,
    "--learning-rate",
    2e-3,
    "--num-train-epochs",
    2,
  ]);
  const tuned = await stage("sft", [
    "sft",
    "--model",
    "pretrain",
    "--data",
    "demonstrations.jsonl",
    "--num-train-epochs",
    4,
    "--pretrain",
    "play.txt",
    "--ptx-coef",
    0.3,
    "--ptx-batch-size",
    2,
    "--skip-bad-rows",
  ]);
  const rewardFlags = ["--learning-rate", 2e-4, "--skip-bad-rows"];
  const pairwise = await stage<RewardResult>("reward-pairs", [
    "reward",
    "--model",
    "sft",
    "--data",
    "pairs.jsonl",
    "--batch-size",
    16,
    ...rewardFlags,
  ]);
  const kwise = await stage<RewardResult>("reward-rankings", [
    "reward",
    "--model",
    "sft",
    "--data",
    "rankings.jsonl",
    "--batch-size",
    4,
    "--num-train-epochs",
    2,
    ...rewardFlags,
  ]);
  const ppo = (name: string, gamma: number) =>
    stage<{ reward: number; kl: number }>(name, [
      ...[
        "ppo",
        "--policy",
        "sft",
        "--reward",
        "reward-rankings",
        "--value",
        "reward-rankings",
        "--prompts",
        "prompts.jsonl",
      ],
      ...["--max-steps", 30, "--rollout-size", 64, "--max-completion-length", 48, "--kl-coef", 0.1, "--skip-bad-rows"],
      ...(gamma > 0 ? ["--pretrain", "play.txt", "--ptx-coef", gamma, "--ptx-batch-size", 8] : []),
    ]);
  const without = await ppo("ppo-without-ptx", 0);
  const withPtx = await ppo("ppo-with-ptx", 0.5);
  const loss = {
    pretrained: await textLoss("pretrain"),
    sft: await textLoss("sft"),
    withoutPtx: await textLoss("ppo-without-ptx"),
    withPtx: await textLoss("ppo-with-ptx"),
  };
  const tax = loss.withoutPtx - loss.sft;
  note(
    `seed ${seed}: text loss ${JSON.stringify(loss)}; ptx takes back ${((100 * (loss.withoutPtx - loss.withPtx)) / tax).toFixed(0)} % of a tax of ${tax.toFixed(4)}`,
  );
  return { seed, pretrained, tuned, pairwise, kwise, ppo: { without, withPtx }, textLoss: loss };
}
