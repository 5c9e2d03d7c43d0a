import { describe, expect, it } from "vitest";
import { pretrainingMix } from "./pretraining-mix.ts";

const text = Int32Array.from({ length: 100_000 }, (_, i) => i);
const startsOf = (stage: "sft" | "ppo", seed: number, step: number) =>
  pretrainingMix({ ptxCoef: 0.5, ptxBatchSize: 8 }, text, 16, { stage, seed })!
    .windows(step)
    .map(([first]) => first);

describe("the pretraining text beside a task", () => {
  it("is seen at the same places by the same stage, seed and step", () => {
    expect(startsOf("sft", 1, 3)).toEqual(startsOf("sft", 1, 3));
  });

  it.each([
    ["stage", startsOf("ppo", 1, 3)],
    ["seed", startsOf("sft", 2, 3)],
    ["step", startsOf("sft", 1, 4)],
  ])("is seen at other places by another %s", (_, other) => {
    const here = new Set(startsOf("sft", 1, 3));
    expect(new Set(here).size).toBe(8);
    expect(other.filter((start) => here.has(start))).toEqual([]);
  });

  it("is none without a weight, and asked for with one", () => {
    const into = { stage: "sft", seed: 1 } as const;
    expect(pretrainingMix({ ptxCoef: 0, ptxBatchSize: 8 }, text, 16, into)).toBeUndefined();
    expect(() => pretrainingMix({ ptxCoef: 1, ptxBatchSize: 8 }, undefined, 16, into)).toThrow(
      /needs pretraining text/,
    );
  });
});
