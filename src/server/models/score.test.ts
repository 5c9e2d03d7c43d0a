import { describe, expect, it } from "vitest";
import type { JudgementEntry } from "../../feedback/index.ts";
import { type GptConfig, newModel } from "../../models/index.ts";
import { trainCharacterTokenizer } from "../../text/index.ts";
import type { Judge } from "./cache.ts";
import { disagreements, groupsOfScores, uncertaintyOf } from "./score.ts";

const tokenizer = trainCharacterTokenizer(["abcdef"]);
const config: GptConfig = {
  architecture: "gpt2",
  ...{ vocabSize: tokenizer.vocabSize, context: 8, layers: 1, heads: 1, dim: 4, feedForward: 4 },
  ...{ epsilon: 1e-5, initializerRange: 0.02, residualDropout: 0, attentionDropout: 0, embeddingDropout: 0, window: 0 },
};
const scale = { gain: 1, bias: 0 };
/** Likes long answers. */
const judge: Judge = {
  model: { ...newModel(config, 1, "score"), tokenizer, scale },
  score: async (rows) => rows.map((ids) => ids.length),
};
const judgement = (task: string, completions: string[], groups: number[][], prompt = "a") =>
  ({ by: "ann", data: { task, prompt, completions, groups } }) as unknown as JudgementEntry;

describe("what a reward model says", () => {
  it("ranks by score, equal scores tied", () => {
    expect(groupsOfScores([0.5, 2, 0.5, -1])).toEqual([[1], [0, 2], [3]]);
  });

  it("is uncertain by one bit of each pair of equal scores, and by none of far ones", () => {
    expect(uncertaintyOf([3, 3])).toBe(1);
    expect(uncertaintyOf([0, 1000])).toBe(0);
    expect(uncertaintyOf([0, 0, 1000])).toBeCloseTo(1 / 3, 12);
    // σ(1) = 0.7311: −0.7311·log₂ 0.7311 − 0.2689·log₂ 0.2689 = 0.8399
    expect(uncertaintyOf([1, 2])).toBeCloseTo(0.8399, 3);
  });

  it("is compared with people: the pairs that it gets most wrong first, what it cannot read left out", async () => {
    const said = await disagreements(
      judge,
      [
        judgement("right", ["bb", "b"], [[0], [1]]),
        judgement("wrong", ["b", "bbb"], [[0], [1]]),
        judgement("worse", ["bbbbb", "bb", "b"], [[2], [0, 1]]),
        judgement("all the same", ["b", "bb"], [[0, 1]]),
        judgement("too long", ["b", "c"], [[0], [1]], "aaaaaaaaa"),
        judgement("other letters", ["店", "b"], [[0], [1]]),
      ],
      1,
    );
    expect(said).toMatchObject({ judgements: 3, pairs: 4, agreement: { value: 0.25 } });
    expect(said.rows).toMatchObject([{ task: "worse", by: "ann", better: 2, worse: 0, margin: 4, scores: [7, 4, 3] }]);
  });

  it("says nothing where nobody has judged", async () => {
    expect(await disagreements(judge, [], 10)).toEqual({ judgements: 0, pairs: 0, agreement: null, rows: [] });
  });
});
