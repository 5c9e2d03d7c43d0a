import { describe, expect, it } from "vitest";
import { lanesFor } from "../../engine/index.ts";
import { presets } from "../../plan/index.ts";
import { planOf } from "./dry-run.ts";

const small = { ...presets.gpt2!.config, layers: 4, heads: 4, dim: 128, ff: 512, vocab: 65, context: 64 };
const cores = lanesFor(1);

describe("the memory of a step", () => {
  it("is that of as many passes as run side by side, when the network is small", () => {
    const { batch, lanes } = planOf({ shape: small, rows: 12 * cores, length: 64, gradientCheckpointing: false });
    expect(lanes).toBe(cores);
    expect(batch * 64).toBeLessThanOrEqual(640);
  });

  it("is that of the passes there are, when they are fewer", () => {
    const work = { shape: small, rows: 2, microBatchSize: 2, length: 64, gradientCheckpointing: false };
    expect(planOf(work)).toMatchObject({ batch: 2, lanes: 1 });
    expect(planOf({ ...work, microBatchSize: 8 })).toMatchObject({ batch: 2, lanes: 1 });
  });

  it("is that of one pass when the network is large, or its logits come in chunks", () => {
    const work = { rows: 64, length: 64, gradientCheckpointing: false };
    expect(planOf({ ...work, shape: presets.gpt2!.config }).lanes).toBe(1);
    const chunked = planOf({ ...work, shape: small, chunkedLogits: 100 });
    expect([chunked.lanes, chunked.memory.logits]).toEqual([1, 100 * 65 * 4]);
  });

  it("shrinks when the inside of a block is computed again", () => {
    const work = { shape: small, rows: 12, length: 64 };
    const [kept, again] = [false, true].map(
      (gradientCheckpointing) => planOf({ ...work, gradientCheckpointing }).memory.activations,
    );
    expect(again).toBeLessThan(kept! / 2);
  });
});
