import { describe, expect, it } from "vitest";
import { evaluate, gather, input } from "../engine/index.ts";
import { newModel } from "../models/index.ts";
import { answerBatch, layoutOf, type Pass, packPrompts } from "./answer-passes.ts";

const model = newModel(
  {
    ...{
      architecture: "gpt2",
      vocabSize: 40,
      context: 32,
      layers: 2,
      heads: 2,
      dim: 8,
      feedForward: 16,
      epsilon: 1e-5,
    },
    ...{ initializerRange: 0.5, residualDropout: 0, attentionDropout: 0, embeddingDropout: 0, window: 0 },
  },
  1,
  "score",
);

/** Prompts of 4, 2 and 5 answers of different lengths that begin alike. */
const ranked = [4, 2, 5].map((answers, p) => ({
  completions: Array.from({ length: answers }, (_, a) => [
    ...[1, 2, 3 + p],
    ...Array.from({ length: 2 + ((2 * a + p) % 5) }, (_, i) => (7 + 11 * a + 5 * i + p) % 40),
  ]),
}));

function scoresOf({ network, weights }: typeof model, pass: Pass): number[] {
  const params = Object.fromEntries(network.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const batch = answerBatch(pass);
  const x = Object.fromEntries(
    Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]),
  );
  const scores = network.score(params, gather(network.hidden(params, x.ids!, undefined, layoutOf(x)), x.last!));
  const feeds = Object.fromEntries(
    [...weights.arrays, ...Object.entries(batch)].map(([name, { data }]) => [name, data]),
  );
  return [...evaluate([scores], feeds as Record<string, Float32Array>)[0]!];
}

function byPrompt(share: boolean, microBatchSize?: number): number[][] {
  const found: number[][] = [];
  for (const pass of packPrompts(ranked, { context: 32, share, microBatchSize })) {
    const scores = scoresOf(model, pass);
    for (const p of pass.prompts) found[p] = scores.splice(0, ranked[p]!.completions.length);
  }
  return found;
}

describe("answers that share a row with their prompt", () => {
  it("score as they do one by one", () => {
    expect(byPrompt(true)).toBeCloseToAll(byPrompt(false), 1e-9);
    expect(new Set(byPrompt(true).flat()).size).toBe(11);
  });

  it("score the same however prompts are put into passes", () => {
    expect(byPrompt(true, 1)).toBeCloseToAll(byPrompt(true), 1e-9);
  });

  it("read the prompt once, and leave each answer a token of its own", () => {
    const same = {
      completions: [
        [1, 2, 3],
        [1, 2, 3, 4],
      ],
    };
    const [pass] = packPrompts([same], { context: 32, share: true });
    expect(pass!.rows[0]![0]).toMatchObject({ shared: [1, 2], tails: [[3], [3, 4]], length: 5 });
  });

  it("fill rows with several prompts, and lanes with as many tokens", () => {
    const many = Array.from({ length: 12 }, (_, p) => ({
      completions: [0, 1, 2, 3].map((a) => Array.from({ length: 20 + p }, (_, i) => (i < 9 ? i : a + i))),
    }));
    const passes = packPrompts(many, { context: 32, share: true, lanes: 2 });
    const tokens = passes.map(({ rows }) => rows.flat().reduce((n, { length }) => n + length, 0));
    expect(passes).toHaveLength(2);
    expect(Math.abs(tokens[0]! - tokens[1]!)).toBeLessThan(0.1 * tokens[0]!);
    for (const [i, { B, T, prompts }] of passes.entries()) {
      expect(prompts).toHaveLength(6);
      expect(B * T).toBeLessThan(1.2 * tokens[i]!);
    }
    expect(passes.flatMap(({ prompts }) => prompts).toSorted((a, b) => a - b)).toEqual(many.map((_, p) => p));
  });
});
