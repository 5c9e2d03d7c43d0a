import { describe, expect, it } from "vitest";
import { brokenWeights, endless, padIsEos } from "./index.ts";

describe("a model folder", () => {
  it("is warned of when it pads with its end token", () => {
    expect(padIsEos({ pad: 2, eos: 2 })).toMatchObject([{ code: "pad-is-eos", level: "warn", number: 2 }]);
  });

  it("may have a pad token of its own, or none, as GPT-2 has", () => {
    expect(padIsEos({ pad: 0, eos: 2 })).toEqual([]);
    expect(padIsEos({ eos: 50256 })).toEqual([]);
    expect(padIsEos({})).toEqual([]);
  });

  it("is warned of when no token ends an answer", () => {
    expect(endless([undefined, undefined])).toMatchObject([{ code: "no-end-token", level: "warn" }]);
    expect(endless([undefined, 4])).toEqual([]);
    expect(endless([0])).toEqual([]);
  });

  it("has broken weights when one of them is NaN or infinite; the first tensor and their share are named", () => {
    const tensors = [
      ["wte", new Float32Array([1, 2, 3, 4])],
      ["ln", new Float32Array([0, Number.NaN, Number.NEGATIVE_INFINITY, 1])],
    ] as const;
    const [finding] = brokenWeights(tensors);
    expect(finding).toMatchObject({ code: "broken-weights", level: "stop", number: 0.25 });
    expect(finding!.message).toBe("2 of 8 weights (25.0 %) are NaN or infinite, the first in ln");
    expect(brokenWeights(tensors.slice(0, 1))).toEqual([]);
  });
});
