import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { draw, penalize, softmax, threshold } from "./choose.ts";

/** What Transformers' warpers do, written down plainly: each works on the renormalized rest of the one before. */
function kept(p: Float32Array, { topK, topP, minP }: { topK: number; topP: number; minP: number }): number[] {
  let rest = [...p].map((x, i) => ({ x, i })).sort((a, b) => b.x - a.x);
  const renormalize = () => {
    const total = rest.reduce((n, { x }) => n + x, 0);
    rest = rest.map(({ x, i }) => ({ x: x / total, i }));
  };
  if (topK > 0) rest = rest.slice(0, topK);
  renormalize();
  let before = 0;
  rest = rest.filter(({ x }) => {
    before += x;
    return before - x < topP;
  });
  renormalize();
  return rest
    .filter(({ x }) => x >= minP * rest[0]!.x)
    .map(({ i }) => i)
    .sort((a, b) => a - b);
}

function randomProbabilities(size: number, key: number, spread = 3): Float32Array {
  const rng = stream(1, "logits", key);
  const p = Float32Array.from({ length: size }, () => spread * rng.normal());
  softmax(p, 1);
  return p;
}

const rules = [
  { topK: 0, topP: 1, minP: 0 },
  { topK: 1, topP: 1, minP: 0 },
  { topK: 7, topP: 1, minP: 0 },
  { topK: 0, topP: 0.9, minP: 0 },
  { topK: 0, topP: 0.01, minP: 0 },
  { topK: 0, topP: 1, minP: 0.1 },
  { topK: 40, topP: 0.8, minP: 0 },
  { topK: 30, topP: 0.95, minP: 0.05 },
  { topK: 1000, topP: 0.5, minP: 0.2 },
];

describe("the threshold", () => {
  it.each(rules)("leaves in what top-k, top-p and min-p in turn leave in: %o", (rule) => {
    for (let trial = 0; trial < 20; trial++) {
      const p = randomProbabilities(trial % 2 === 0 ? 300 : 11, trial);
      const least = threshold(p, rule);
      const indices = [...p.keys()].filter((i) => p[i]! >= least);
      expect(indices).toEqual(kept(p, rule));
    }
  });

  it("keeps tokens together that are equally probable", () => {
    const p = Float32Array.of(0.25, 0.25, 0.25, 0.25);
    expect(threshold(p, { topK: 2, topP: 1, minP: 0 })).toBe(0.25);
    expect(threshold(p, { topK: 0, topP: 0.3, minP: 0 })).toBe(0.25);
  });
});

describe("drawing", () => {
  it("gives every token the share of [0, 1) that its probability is", () => {
    const p = Float32Array.of(0.5, 0, 0.25, 0.25);
    expect([0, 0.49, 0.5, 0.74, 0.76, 0.9999].map((u) => draw(p, u))).toEqual([0, 0, 2, 2, 3, 3]);
  });

  it("spreads the share of tokens below the threshold over the others", () => {
    const p = Float32Array.of(0.4, 0.1, 0.4, 0.1);
    expect([0, 0.49, 0.51, 0.9999].map((u) => draw(p, u, 0.4))).toEqual([0, 0, 2, 2]);
  });

  it("finds the same token as one running sum over a large vocabulary", () => {
    const p = randomProbabilities(5003, 9);
    for (const least of [0, 1e-3]) {
      const total = p.reduce((n, x) => (x >= least ? n + x : n), 0);
      for (let k = 0; k < 200; k++) {
        const u = (k + 0.5) / 200;
        let sum = 0;
        const expected = p.findIndex((x) => {
          if (x >= least) sum += x;
          return x >= least && sum > u * (least === 0 ? 1 : total);
        });
        expect(draw(p, u, least)).toBe(expected);
      }
    }
  });

  it("never draws a token of probability 0, also when rounding leaves the sum below 1", () => {
    const p = Float32Array.of(0, 0.3, 0.3, 0.3, 0);
    expect(draw(p, 0)).toBe(1);
    expect(draw(p, 0.99999)).toBe(3);
  });
});

describe("the repetition penalty", () => {
  it("makes tokens less likely whatever the sign of their logit", () => {
    const logits = Float32Array.of(2, -2, 1, 0);
    penalize(logits, [0, 1, 3], 2);
    expect([...logits]).toEqual([1, -4, 1, 0]);
  });
});
