import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readTasks } from "../src/cli/label/tasks.ts";
import { readDataset } from "../src/data/index.ts";
import { judgementsOf, rankingRows, readJournal } from "../src/feedback/index.ts";
import { type NDArrayMap, readJsonl } from "../src/files/index.ts";
import { loadModel } from "../src/models/index.ts";
import { latestCheckpoint, readMetrics, readRun, runModelFolder } from "../src/run/index.ts";

const folder = fileURLToPath(new URL("formats/v1/", import.meta.url));
const at = (...names: string[]) => join(folder, ...names);
const runs = ["pretrain", "sft", "reward", "ppo"];

describe("files of format 1 are still read:", () => {
  it.each([
    ["pretrain", { command: "pretrain", status: "finished", step: 2 }],
    ["sft", { command: "sft", status: "interrupted" }],
    ["reward", { command: "reward", status: "finished", step: 2 }],
    ["ppo", { command: "ppo", status: "interrupted" }],
  ])("the run.json of %s", (name, expected) => {
    const { info } = readRun(at(name));
    expect(info).toMatchObject({ ...expected, format: 1, seed: 1, config: { seed: 1, threads: 1 } });
    expect(info.datasets.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    if (name !== "pretrain")
      expect(info.parents.map(({ role }) => role)).toContain(name === "ppo" ? "policy" : "model");
  });

  it.each(runs)("the metrics and timing of %s, one row a step", (name) => {
    const { info } = readRun(at(name));
    const steps = Array.from({ length: info.step }, (_, i) => i + 1);
    const rows = readMetrics(at(name));
    expect(rows.map(({ step }) => step)).toEqual(steps);
    const learnt = name === "ppo" ? "objective/kl" : "loss";
    expect(rows.every((row) => Number.isFinite(row[learnt]))).toBe(true);
    const timing = [...readJsonl(at(name, "timing.jsonl"))].map(({ value }) => value as { step: number; at: number });
    expect(timing.map(({ step }) => step)).toEqual(steps);
    expect(timing.every(({ at }) => at > 1.7e9)).toBe(true);
  });

  it("the samples of PPO, with a number for every token", () => {
    const rows = [...readJsonl(at("ppo", "samples.jsonl"))].map(({ value }) => value as Record<string, unknown>);
    expect(rows.length).toBeGreaterThan(0);
    for (const { step, prompt, completion, score, ids, ...tokens } of rows) {
      expect(step).toBeGreaterThan(0);
      expect([typeof completion, typeof score, Array.isArray(prompt)]).toEqual(["string", "number", true]);
      for (const key of ["logprobs", "ref_logprobs", "values", "advantages", "rewards"]) {
        expect(tokens[key]).toHaveLength((ids as number[]).length);
      }
    }
  });

  it.each([
    ["sft", ["model.safetensors"]],
    ["ppo", ["model.safetensors", "value/model.safetensors", "ema/model.safetensors"]],
  ])("the checkpoint of %s, whole and with its moments", (name, models) => {
    const { checkpoint, logs, skipped } = latestCheckpoint(at(name));
    expect(skipped).toEqual([]);
    expect(checkpoint!.step).toBe(readRun(at(name)).info.step);
    expect(Object.keys(logs).sort()).toEqual(["events.out.tfevents.0.plaudit", "metrics.jsonl", "samples.jsonl"]);
    const tensors = (file: string) => checkpoint!.files[file] as NDArrayMap;
    const count = (file: string) => [...tensors(file).values()].reduce((n, { data }) => n + data.length, 0);
    const weights = models.filter((file) => !file.startsWith("ema")).reduce((n, file) => n + count(file), 0);
    expect(count("optimizer.safetensors")).toBe(2 * weights);
    for (const file of models) expect(tensors(file).get("transformer.wte.weight")!.shape).toEqual([18, 8]);
  });

  it("a language model, a checkpoint's and a reward model, with their tokenizers", () => {
    const plain = loadModel(runModelFolder(at("pretrain")));
    expect([plain.head, plain.network.context, plain.tokenizer.vocabSize]).toEqual(["lm", 36, 18]);
    const spelt = plain.tokenizer.encode("is tea 好?");
    expect(plain.tokenizer.decode(spelt)).toBe("is tea 好?");
    expect(spelt).toHaveLength(9);
    const chat = loadModel(latestCheckpoint(at("sft")).folder!);
    expect(chat.tokenizer.chatTemplate).toContain("<|im_start|>");
    const reward = loadModel(runModelFolder(at("reward")));
    expect([reward.head, reward.scale.gain]).toEqual(["score", 1]);
    expect(Math.abs(reward.scale.bias)).toBeGreaterThan(0);
  });

  it("tasks, the journal of what two annotators said of them, and the rankings in it", async () => {
    const tasks = readTasks(at("tasks.jsonl"));
    const judgements = judgementsOf(readJournal(at("journal.jsonl")));
    expect(new Set(judgements.map(({ by }) => by))).toEqual(new Set(["simulated-1", "simulated-2"]));
    const known = tasks.map(({ id }) => id);
    expect(new Set(judgements.map(({ data }) => data.task))).toEqual(new Set(known));
    const { rows } = await readDataset(at("rankings.jsonl"), "ranking");
    expect(rows).toEqual(rankingRows(judgements));
    expect(rows.length).toBeGreaterThan(tasks.length);
  });

  it("and no other file is among them", () => {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect([...new Set(names.map(({ name }) => name))].sort()).toEqual([
      "config.json",
      "demonstrations.jsonl",
      "events.out.tfevents.0.plaudit",
      "generation_config.json",
      "journal.jsonl",
      "metrics.jsonl",
      "model.safetensors",
      "optimizer.safetensors",
      "prompts.jsonl",
      "rankings.jsonl",
      "run.json",
      "samples.jsonl",
      "state.json",
      "tasks.jsonl",
      "text.txt",
      "timing.jsonl",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
  });
});
