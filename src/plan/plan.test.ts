import { describe, expect, it } from "vitest";
import {
  type DecoderConfig,
  estimateSeconds,
  formatPlan,
  planDecoder,
  planRollouts,
  planSteps,
  presets,
} from "./index.ts";

const plan = (name: string, batch = 1) => planDecoder(presets[name]!.config, { batch, optimizer: "adamw" });
const smolLM2: DecoderConfig = {
  architecture: "llama",
  layers: 30,
  heads: 9,
  kvHeads: 3,
  dim: 576,
  ff: 1536,
  vocab: 49152,
  context: 8192,
  tied: true,
};

describe("parameters", () => {
  it.each([
    ["gpt1", 116_534_784],
    ["gpt2", 124_439_808],
    ["gpt2-medium", 354_823_168],
    ["gpt2-large", 774_030_080],
    ["gpt2-xl", 1_557_611_200],
  ])("of %s equal those of the released weights", (name, count) => {
    expect(plan(name).parameters.total).toBe(count);
  });

  it("of a grouped-query llama equal those of SmolLM2-135M", () => {
    expect(planDecoder(smolLM2, { batch: 1, optimizer: "none" }).parameters.total).toBe(134_515_008);
  });

  it("of an untied head add one vocabulary by width", () => {
    const untied = planDecoder({ ...smolLM2, tied: false }, { batch: 1, optimizer: "none" });
    expect(untied.parameters.total - 134_515_008).toBe(49152 * 576);
  });

  it.each(Object.entries(presets))("of preset %s round to the size it is known by", (_, { config, size }) => {
    const unit = size.endsWith("B") ? 1e9 : 1e6;
    const ratio =
      planDecoder(config, { batch: 1, optimizer: "none" }).parameters.total / (Number.parseFloat(size) * unit);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.04);
    expect(config.dim % config.heads).toBe(0);
  });
});

describe("operations", () => {
  it("of GPT-2 forward equal the hand count of nanoGPT's transformer_sizing notebook", () => {
    expect(plan("gpt2").flops.forward * 1024).toBe(291_648_307_200);
  });

  it("of training GPT-3 on 300B tokens are the paper's 3.14e23 within three percent", () => {
    const total = plan("gpt3-175b").flops.training * 300e9;
    expect(Math.abs(total / 3.14e23 - 1)).toBeLessThan(0.03);
  });

  it("give the time at a speed", () => {
    const report = plan("gpt2");
    expect(estimateSeconds(report, 512, 100)).toBeCloseTo((3 * 284_812_800 * 512) / 1e11, 6);
  });
});

describe("memory", () => {
  it("of AdamW training is sixteen bytes a parameter before activations", () => {
    const { memory, parameters } = plan("gpt2");
    expect(memory.weights + memory.gradients + memory.moments).toBe(16 * parameters.total);
  });

  it("of activations matches the paper's formula without dropout masks", () => {
    const { layers, heads, dim, context } = presets.gpt2!.config;
    const paper = 4 * context * dim * (16 + (heads * context) / dim) * layers; // fp32 halves of 34 − 2 masks, and 5 → 2
    expect(plan("gpt2").memory.activations).toBe(paper);
  });

  it("grows with the batch only where tokens live, and checkpointing takes most of that away", () => {
    const { config } = presets.gpt2!;
    const [one, four] = [plan("gpt2", 1).memory, plan("gpt2", 4).memory];
    expect(four.weights).toBe(one.weights);
    expect(four.activations).toBe(4 * one.activations);
    const light = planDecoder(config, { batch: 4, optimizer: "adamw", checkpointing: true }).memory;
    expect(light.activations).toBeLessThan(four.activations / 5);
  });

  it("counts gradients, activations and logits once for each of the passes that run side by side", () => {
    const { config } = presets.gpt2!;
    const [one, three] = [1, 3].map((lanes) => planDecoder(config, { batch: 2, optimizer: "adamw", lanes }).memory);
    expect(three!.weights + three!.moments).toBe(one!.weights + one!.moments);
    for (const part of ["gradients", "activations", "logits"] as const) expect(three![part]).toBe(3 * one![part]);
    expect(three!.total - one!.total).toBe(2 * (one!.gradients + one!.activations + one!.logits));
  });

  it("counts every model that learns, and of those that are read only the weights", () => {
    const { config } = presets.gpt2!;
    const alone = planDecoder(config, { batch: 2, optimizer: "adamw" }).memory;
    const models = { learning: 2, reading: 2 };
    const report = planDecoder(config, { batch: 2, optimizer: "adamw", models });
    expect(report.memory.weights).toBe(4 * alone.weights);
    expect(report.memory.gradients + report.memory.moments).toBe(2 * (alone.gradients + alone.moments));
    expect(report.memory.activations).toBe(alone.activations);
    expect(formatPlan(report)).toMatch(/weights +1.99 GB, 2 models that learn, 2 that are read/);
  });

  it("holds the logits of a few tokens when they are taken in chunks, and never more than a pass has", () => {
    const { config } = presets.gpt2!;
    const logits = (logitTokens: number) =>
      planDecoder(config, { batch: 1, optimizer: "adamw", logitTokens }).memory.logits;
    expect(logits(128)).toBe(128 * config.vocab * 4);
    expect(logits(5000)).toBe(1024 * config.vocab * 4);
  });

  it("of the cache shrinks with the key/value heads", () => {
    const cache = (kvHeads: number) => planDecoder({ ...smolLM2, kvHeads }, { batch: 2, optimizer: "none" }).kvCache;
    expect(cache(9)).toBe(3 * cache(3));
    expect(cache(3)).toBe(2 * 30 * 192 * 8192 * 2 * 4);
  });

  it("is printed with the exact parameter count", () => {
    const text = formatPlan(plan("gpt3-175b"));
    expect(text).toContain("96 layers, 12288 wide, 96 heads of 128");
    expect(text).toMatch(/parameters +174,\d{3},\d{3},\d{3} /);
  });
});

describe("steps", () => {
  it("come with every factor", () => {
    const { steps, arithmetic } = planSteps({ rows: 2500, epochs: 2, batchSize: 32 });
    expect(steps).toBe(158);
    expect(arithmetic).toBe("2,500 rows ÷ 32 a step = 79 steps an epoch, × 2 epochs = 158 steps");
  });

  it("name the forward passes and what ended the run", () => {
    const { steps, arithmetic } = planSteps({
      rows: 64,
      epochs: 1,
      batchSize: 8,
      microBatchSize: 3,
      maxSteps: 5,
      unit: "pair",
    });
    expect(steps).toBe(5);
    expect(arithmetic).toBe(
      "64 pairs ÷ 8 a step = 8 steps an epoch, × 1 epoch = 8 steps; --max-steps 5 wins; 8 ÷ 3 = 3 forward passes a step",
    );
  });

  it("round up: the last step of an epoch may have fewer rows, and so may a part of an epoch", () => {
    expect(planSteps({ rows: 10, epochs: 2, batchSize: 32 }).steps).toBe(2);
    expect(planSteps({ rows: 100, epochs: 1.5, batchSize: 7 }).steps).toBe(23);
    expect(planSteps({ rows: 10, epochs: 1, batchSize: 5, maxSteps: 40 }).steps).toBe(40);
  });

  it("of rollouts count updates and completions", () => {
    const plan = planRollouts({ steps: 100, rolloutSize: 64, numEpochsPerRollout: 4, batchSize: 32 });
    expect(plan).toMatchObject({ updates: 800, completions: 6400 });
    expect(plan.arithmetic).toContain("64 completions × 4 epochs ÷ 32 completions an update = 8 updates a step");
  });
});
