// The commands that train, one after the other as a person would: the files are right, and the loss fell.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/index.ts";
import { readMetrics, readRunInfo } from "../../src/run/index.ts";
import { mean } from "../../src/stats/index.ts";
import { jsonl, plauditHere as plaudit } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-train-"));
const at = (...parts: string[]) => join(folder, ...parts);
const file = (name: string, content: string) => writeFileSync(at(name), content);
afterAll(() => rmSync(folder, { recursive: true }));

const goods = ["tea", "bread", "rice", "soap", "ink", "salt", "oil", "wool", "figs", "nuts", "milk", "corn"];
const question = (good: string) => `Is there ${good}? `;

beforeAll(() => {
  const lines = Array.from({ length: 150 }, (_, i) => `${question(goods[i % 12]!)}Yes, we have ${goods[i % 12]}.\n`);
  file("town.txt", lines.join(""));
  const demonstrations = goods.flatMap((good) => [
    { prompt: question(good), completion: `Yes, we have ${good}.` },
    { prompt: `Hello, ${question(good)}`, completion: `Yes, we have ${good}.` },
  ]);
  file("demos.jsonl", jsonl(demonstrations));
  file(
    "chats.jsonl",
    jsonl(
      goods.map((good) => ({
        messages: [
          { role: "user", content: question(good) },
          { role: "assistant", content: `Yes, we have ${good}.` },
        ],
      })),
    ),
  );
  const rankings = goods.flatMap((good) =>
    ["", "Hello, ", "So, "].map((start) => ({
      prompt: start + question(good),
      completions: [`Yes, we have ${good}.`, "No.", `No ${good}.`],
      ranks: [1, 2, 2],
    })),
  );
  file("rankings.jsonl", jsonl(rankings));
  file("feedback.csv", ["Title1,Title2,Label", ...goods.map((good) => `We have ${good},No ${good},0`)].join("\n"));
  file("prompts.jsonl", jsonl(goods.map((good) => ({ prompt: question(good) }))));
  file(
    "taste.ts",
    "export const brevity = ({ completionIds }: { completionIds: number[][] }) => completionIds.map((ids) => -ids.length / 10);",
  );
});

/** Runs a command line that must succeed; its one result. */
async function run(line: string) {
  const { code, json, err } = await plaudit(folder, [...line.split(" "), "--json"]);
  expect(code, err).toBe(0);
  const [result] = json();
  return { result: result as Record<string, number> & { run: string }, err };
}
const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const template = (name: string) =>
  JSON.parse(readFileSync(at(name, "model", "tokenizer_config.json"), "utf8")).chat_template;

describe("from text to a reinforced model", () => {
  it("pretrain makes a model of the size asked for, and its loss falls", async () => {
    const sizes = "--layers 2 --heads 2 --dim 32 --context 48 --tokenizer bpe:300";
    const { result, err } = await run(
      `pretrain --data town.txt ${sizes} --max-steps 120 --warmup-steps 5 --learning-rate 3e-3 --out base`,
    );
    expect(result).toMatchObject({ steps: 120, run: "base", seconds: expect.any(Number) });
    const first = readMetrics(at("base"))[0]!;
    expect(first.loss).toBeGreaterThan(5); // ln 300 = 5.7
    expect(result.trainLoss).toBeLessThan(2.5);
    expect(result.validationLoss).toBeLessThan(2.5);
    const { network, tokenizer } = loadModel(at("base", "model"));
    expect(network.config).toMatchObject({ model_type: "gpt2", n_layer: 2, n_head: 2, n_embd: 32, n_positions: 48 });
    expect(tokenizer.vocabSize).toBeLessThanOrEqual(300);
    expect(readRunInfo(at("base"))).toMatchObject({
      command: "pretrain",
      status: "finished",
      seed: 0,
      datasets: [{ path: "town.txt", hash: hash(at("town.txt")), rows: 1 }],
      versions: { plaudit: expect.any(String), node: process.versions.node, onnxruntime: expect.any(String) },
    });
    expect(err).toContain("Next: plaudit sft --model base");
  });

  it("sft learns the answers, and knows what it came from", async () => {
    const { result } = await run(
      "sft --model base --data demos.jsonl --pretrain town.txt --ptx-coef 0.5 --ptx-batch-size 2 --batch-size 8 --num-train-epochs 16 --learning-rate 5e-3 --out sft",
    );
    expect(result.steps).toBe(16 * Math.ceil(22 / 8)); // 2 of 24 prompts are kept for validation
    expect(result.trainLoss).toBeLessThan(readMetrics(at("sft"))[0]!.loss! / 2);
    expect(result.validationLoss).toBeLessThan(1);
    const { parents, config } = readRunInfo(at("sft"));
    const weights = at("base", "model", "model.safetensors");
    expect(parents).toEqual([{ role: "model", path: "base/model", hash: hash(weights) }]);
    expect(config).toMatchObject({ batchSize: 8, ptxCoef: 0.5, validationShare: 0.1 });
    expect(config).not.toHaveProperty("out");
    expect(template("sft")).toBeUndefined();
  });

  it("reward prefers what people preferred, on prompts it has not seen", async () => {
    const { result, err } = await run(
      "reward --model sft --data rankings.jsonl --demonstrations demos.jsonl --num-train-epochs 3 --learning-rate 3e-3 --validation-share 0.2 --out rm",
    );
    expect(result.accuracy).toBeGreaterThan(0.9);
    expect(result.low!).toBeLessThanOrEqual(result.accuracy!);
    expect(result.kendallTau).toBeGreaterThan(0.7);
    expect(result).toMatchObject({ high: 1, margin: expect.any(Number), lengthBaseline: 1, run: "rm" });
    expect(loadModel(at("rm", "model"))).toMatchObject({ head: "score", scale: { gain: 1 } });
    expect(err).toContain("Next: plaudit ppo --policy sft --reward rm");
  });

  it("ppo raises the reward of a model and of a function, with text beside", async () => {
    const { result } = await run(
      "ppo --policy sft --reward rm --reward ./taste.ts#brevity --reward-weights 1,2 --value rm --prompts prompts.jsonl --pretrain town.txt --ptx-coef 0.2 --ptx-batch-size 2 --max-steps 12 --rollout-size 32 --max-completion-length 16 --learning-rate 1e-3 --kl-coef 0.02 --out ppo",
    );
    const metrics = readMetrics(at("ppo"));
    expect(result).toMatchObject({ steps: 12, run: "ppo" });
    const scores = metrics.map((row) => row["objective/scores"]!);
    // Rollouts of 32 are noisy: the last four iterations together against where it began.
    expect(mean(scores.slice(-4))).toBeGreaterThan(scores[0]!);
    expect(result.kl).toBeGreaterThan(0);
    for (const row of metrics) expect(row["sampling/sampling_logp_difference/max"]).toBeLessThan(1e-4);
    expect(readRunInfo(at("ppo")).parents.map(({ role, path }) => [role, path])).toEqual([
      ["policy", "sft/model"],
      ["value", "rm/model"],
      ["reward", "rm/model"],
    ]);
    const samples = readFileSync(at("ppo", "samples.jsonl"), "utf8").trim().split("\n");
    expect(samples).toHaveLength(12 * 8);
    expect(JSON.parse(samples[0]!)).toMatchObject({ step: 1, prompt: expect.any(String), kl: 0 });
  });
});

describe("what else the commands take", () => {
  it("conversations get ChatML where the model has no template, and a published recipe yields to flags", async () => {
    const { result } = await run(
      "sft --model base --data chats.jsonl --preset instructgpt --max-steps 3 --batch-size 4",
    );
    expect(result.run).toBe(join("runs", "sft-001"));
    expect(template(join("runs", "sft-001"))).toContain("<|im_start|>");
    const { config } = readRunInfo(at("runs", "sft-001"));
    expect(config).toMatchObject({ numTrainEpochs: 16, learningRate: 9.65e-6, dropout: 0.2, batchSize: 4 });
  });

  it("a reward model takes the published recipe, and its warm-up begins where it is told", async () => {
    const flags = "--warmup-steps 4 --warmup-start-ratio 0.1 --max-steps 2 --out published";
    await run(`reward --model base --data rankings.jsonl --preset instructgpt ${flags}`);
    const { config } = readRunInfo(at("published"));
    expect(config).toMatchObject({ batchSize: 64, learningRate: 9e-6, numTrainEpochs: 1, adamBeta2: 0.95 });
    const rates = readMetrics(at("published")).map((row) => row.learning_rate);
    expect(rates).toEqual([expect.closeTo(9e-7, 12), expect.closeTo(9e-6 * 0.325, 12)]);
  });

  it("feedback.csv is pairs, and a reward model can be gone on with", async () => {
    await run("reward --model base --data feedback.csv --kind pairwise --max-steps 2 --out titles");
    const { result } = await run("reward --model titles --data feedback.csv --max-steps 2 --out more-titles");
    expect(result.accuracy).toEqual(expect.any(Number));
    const pairs = await plaudit(folder, [
      "reward",
      "--model",
      "base",
      "--data",
      "rankings.jsonl",
      "--kind",
      "pairwise",
    ]);
    expect([pairs.code, pairs.err]).toEqual([3, expect.stringContaining("[wrong-kind]")]);
  });

  it("a pretrained model can be pretrained further, and rows that do not fit left out", async () => {
    file("texts.jsonl", `${jsonl([{ text: readFileSync(at("town.txt"), "utf8") }])}{"text": 5}\n`);
    const line = "pretrain --model base --data texts.jsonl --max-steps 2 --skip-bad-rows --dropout 0.1 --out further";
    const { err } = await run(line);
    expect(err).toContain("1 of 2 rows are left out (--skip-bad-rows)\n  - texts.jsonl:2: text: ");
    const { network } = loadModel(at("further", "model"));
    expect(network.config).toMatchObject({ n_layer: 2, resid_pdrop: 0.1, attn_pdrop: 0.1, embd_pdrop: 0.1 });
    expect(readRunInfo(at("further")).parents).toMatchObject([{ role: "model", path: "base/model" }]);
  });

  it("a finished run that is resumed prints its result and computes nothing", async () => {
    const before = hash(at("base", "run.json"));
    const { result, err } = await run("pretrain --resume base");
    expect(result).toMatchObject({ steps: 120, run: "base" });
    expect(err).toContain("finished already");
    expect(hash(at("base", "run.json"))).toBe(before);
    const other = await plaudit(folder, ["pretrain", "--resume", "base", "--seed", "3"]);
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/--seed: the run has 0, now it is 3/)]);
  });

  it.each([
    ["pretrain --model gpt3-175b", { parameters: 174_604_259_328, steps: null, seconds: null }],
    ["pretrain --model gpt2", { parameters: 124_439_808 }],
    ["pretrain --data town.txt --max-steps 7", { steps: 7, tokens: 7 * 12 * 64 }],
    ["sft --model base --data demos.jsonl", { steps: 2 }],
    ["reward --model base --data rankings.jsonl", { steps: 4 }],
    ["ppo --policy base --reward ./taste.ts#brevity --prompts prompts.jsonl --max-completion-length 8", { steps: 40 }],
  ])("%s --dry-run prints the arithmetic and writes nothing", async (line, expected) => {
    const before = readdirSync(folder, { recursive: true }).sort();
    const { result } = await run(`${line} --dry-run`);
    expect(result).toMatchObject(expected);
    expect(result.flopsPerToken).toBeGreaterThan(0);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  it("nothing tells who made a run, or where", () => {
    const text = ["run.json", "metrics.jsonl", "samples.jsonl"]
      .map((name) => at("ppo", name))
      .filter(existsSync)
      .map((path) => readFileSync(path, "utf8"))
      .join();
    expect(text).not.toContain(folder);
    expect(text).not.toContain(tmpdir());
  });
});
