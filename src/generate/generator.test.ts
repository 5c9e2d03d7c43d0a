import { describe, expect, it } from "vitest";
import { stream, UsageError } from "../base/index.ts";
import { constant, evaluate, input, interpreter, logSoftmax, type Tensor } from "../engine/index.ts";
import { type GptConfig, type Model, newModel } from "../models/index.ts";
import { type Completion, generator, type SamplingOptions } from "./index.ts";

const config: GptConfig = {
  architecture: "gpt2",
  vocabSize: 11,
  context: 16,
  layers: 2,
  heads: 2,
  dim: 8,
  feedForward: 16,
  epsilon: 1e-5,
  // Larger than usual: a fresh network that has opinions.
  initializerRange: 0.7,
  residualDropout: 0,
  attentionDropout: 0,
  embeddingDropout: 0,
  window: 0,
};
const model = newModel(config, 1);
const greedy: SamplingOptions = { maxNewTokens: 6, temperature: 0 };
const open = (over: Model = model, maxBatch?: number) =>
  generator(over, { backend: interpreter, ...(maxBatch === undefined ? {} : { maxBatch }) });

/** Logits [T, V] of the whole sequence at once, without a cache. */
function logitsOf({ network, weights }: Model, ids: readonly number[]): number[][] {
  const params: Record<string, Tensor> = {};
  const feeds: Record<string, ArrayLike<number>> = {};
  for (const [name, { shape, data }] of weights.arrays) {
    params[name] = input(name, shape);
    feeds[name] = data;
  }
  const hidden = network.hidden(params, constant([[...ids]], "int32"));
  const [logits] = evaluate([network.logits(params, hidden)], feeds);
  const V = network.vocabSize;
  return ids.map((_, t) => [...logits!.slice(t * V, (t + 1) * V)]);
}

/** log softmax(logits / temperature) [T, V]. */
const fullForward = (over: Model, ids: readonly number[], temperature = 1): number[][] =>
  logitsOf(over, ids).map((row) => [...evaluate([logSoftmax(constant(row.map((z) => z / temperature)))], {})[0]!]);

/** Checks each token's log-probability, and its being the most probable one, against the full forward pass. */
function expectFullForward(prompt: readonly number[], { ids, logprobs }: Completion, temperature: number): void {
  const all = fullForward(model, [...prompt, ...ids], temperature || 1);
  const rows = all.slice(prompt.length - 1, -1);
  expect(logprobs).toBeCloseToAll(
    ids.map((id, t) => rows[t]![id]!),
    1e-5,
  );
  if (temperature === 0) expect(ids).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
}

const prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 10, 1], [4, 4], [1, 2, 3], [9, 9, 9, 9], [2, 1]];

describe("decoding with a cache", () => {
  it.each([0, 1, 0.7])("agrees with the full forward pass token by token at temperature %d", async (temperature) => {
    using g = open();
    const completions = await g.generate(prompts, { maxNewTokens: 6, temperature, seed: 3 });
    for (const [i, prompt] of prompts.entries()) expectFullForward(prompt, completions[i]!, temperature);
  });

  it("agrees in banded layers, too", async () => {
    const banded = newModel({ ...config, architecture: "gpt3", window: 3 }, 2);
    using g = open(banded);
    const [{ ids, logprobs }] = (await g.generate([[1, 2, 3, 4, 5]], greedy)) as [Completion];
    const rows = fullForward(banded, [1, 2, 3, 4, 5, ...ids]).slice(4, -1);
    expect(logprobs).toBeCloseToAll(
      ids.map((id, t) => rows[t]![id]!),
      1e-5,
    );
  });

  it("gives a row the same tokens alone, in a batch, and in batches that are refilled as rows end", async () => {
    const options = { maxNewTokens: 6, seed: 5, stopIds: [0, 3, 7] };
    using g = open();
    const together = await g.generate(prompts, options);
    for (const [i, prompt] of prompts.entries()) {
      const [alone] = await g.generate([prompt], { ...options, streamKey: () => [i] });
      expect(alone).toEqual(together[i]);
    }
    for (const maxBatch of [1, 2, 3]) {
      using small = open(model, maxBatch);
      expect(await small.generate(prompts, options)).toEqual(together);
    }
    expect(new Set(together.map(({ ids }) => ids.length)).size).toBeGreaterThan(2);
  });

  it("draws equal prompts differently, by their place or by the key they are given", async () => {
    using g = open();
    const same = Array.from({ length: 5 }, () => [1, 2]);
    const byPlace = await g.generate(same, { maxNewTokens: 8, seed: 1 });
    expect(new Set(byPlace.map(({ ids }) => ids.join())).size).toBeGreaterThan(3);
    const byKey = await g.generate(same, { maxNewTokens: 8, seed: 1, streamKey: () => ["one"] });
    expect(new Set(byKey.map(({ ids }) => ids.join())).size).toBe(1);
    expect(await g.generate(same, { maxNewTokens: 8, seed: 2 })).not.toEqual(byPlace);
  });
});

describe("sampling", () => {
  it("draws with the probabilities of the model (chi-square over 2,000 draws)", async () => {
    const small = newModel({ ...config, layers: 1, vocabSize: 5, initializerRange: 0.4 }, 4);
    using g = open(small);
    const draws = 2000;
    for (const temperature of [1, 1.5]) {
      const all = await g.generate(
        Array.from({ length: draws }, () => [2]),
        { maxNewTokens: 1, temperature, seed: 8 },
      );
      const [row] = fullForward(small, [2], temperature) as [number[]];
      const chiSquare = row.reduce((sum, logprob, id) => {
        const expected = draws * Math.exp(logprob);
        return sum + (all.filter(({ ids }) => ids[0] === id).length - expected) ** 2 / expected;
      }, 0);
      expect(chiSquare).toBeLessThan(18.5); // p = 0.001 at 4 degrees of freedom
    }
  });

  it("draws only what top-k leaves in, and reports the probability before that", async () => {
    using g = open();
    const completions = await g.generate(prompts, { maxNewTokens: 5, topK: 2, seed: 2 });
    for (const [i, prompt] of prompts.entries()) {
      const { ids } = completions[i]!;
      const rows = fullForward(model, [...prompt, ...ids]).slice(prompt.length - 1, -1);
      for (const [t, row] of rows.entries()) {
        expect(row.filter((logprob) => logprob > row[ids[t]!]!).length).toBeLessThan(2);
      }
      expectFullForward(prompt, completions[i]!, 1);
    }
  });

  it("penalizes tokens of prompt and completion, and reports the probability before that", async () => {
    using g = open();
    const penalty = 1.7;
    const completions = await g.generate(prompts, { ...greedy, repetitionPenalty: penalty });
    for (const [i, prompt] of prompts.entries()) {
      const { ids } = completions[i]!;
      for (const [t, id] of ids.entries()) {
        const seen = [...prompt, ...ids.slice(0, t)];
        const row = logitsOf(model, seen)
          .at(-1)!
          .map((z, token) => (seen.includes(token) ? (z < 0 ? z * penalty : z / penalty) : z));
        expect(id).toBe(row.indexOf(Math.max(...row)));
      }
      expectFullForward(prompt, completions[i]!, 1);
    }
    expect(completions).not.toEqual(await g.generate(prompts, greedy));
    const drawn = await g.generate(prompts, { maxNewTokens: 6, repetitionPenalty: penalty, seed: 4 });
    for (const [i, prompt] of prompts.entries()) expectFullForward(prompt, drawn[i]!, 1);
  });
});

describe("the end of a completion", () => {
  it("comes with a stop id, which it holds", async () => {
    using g = open();
    const [whole] = (await g.generate([[1, 2, 3]], greedy)) as [Completion];
    const stopId = whole.ids[2]!;
    const [stopped] = (await g.generate([[1, 2, 3]], { ...greedy, stopIds: [stopId] })) as [Completion];
    expect(stopped.ids).toEqual(whole.ids.slice(0, whole.ids.indexOf(stopId) + 1));
    expect(stopped.finish).toBe("stop");
    expect(whole.finish).toBe("length");
  });

  it("comes when the stop function says so of what there is so far", async () => {
    using g = open();
    const lengths: number[] = [];
    const stop = (ids: readonly number[]) => lengths.push(ids.length) === 4;
    const [stopped] = (await g.generate([[1, 2, 3]], { ...greedy, stop })) as [Completion];
    expect(stopped).toMatchObject({ finish: "stop", ids: { length: 4 } });
    expect(lengths).toEqual([1, 2, 3, 4]);
  });

  it("comes at the end of the context", async () => {
    using g = open();
    const prompt = Array.from({ length: config.context - 2 }, (_, i) => i % config.vocabSize);
    const [completion] = (await g.generate([prompt], { ...greedy, maxNewTokens: 100 })) as [Completion];
    expect(completion).toMatchObject({ finish: "length", ids: { length: 2 } });
    expectFullForward(prompt, completion, 0);
  });
});

describe("a stream", () => {
  it("yields what generate returns", async () => {
    using g = open();
    const options = { maxNewTokens: 6, seed: 7, topP: 0.9 };
    const [completion] = (await g.generate([[5, 6]], options)) as [Completion];
    const tokens = g.stream([5, 6], options);
    const ids: number[] = [];
    for (let next = await tokens.next(); ; next = await tokens.next()) {
      if (next.done) {
        expect(next.value).toEqual(completion);
        break;
      }
      ids.push(next.value.id);
      expect(next.value.logprob).toBe(completion.logprobs[ids.length - 1]);
    }
    expect(ids).toEqual(completion.ids);
  });

  it("that is left early makes way for the next call", async () => {
    using g = open();
    for await (const { id } of g.stream([5, 6], greedy)) {
      expect(id).toBeGreaterThanOrEqual(0);
      break;
    }
    expect(await g.generate([[5, 6]], greedy)).toHaveLength(1);
  });

  it("can be aborted, and calls at the same time wait for each other", async () => {
    using g = open();
    const expected = await g.generate([[1, 2]], greedy);
    const abort = new AbortController();
    const stop = () => {
      abort.abort(new Error("enough"));
      return false;
    };
    const aborted = g.generate([[3]], { ...greedy, stop }, abort.signal);
    const other = g.generate([[1, 2]], greedy);
    await expect(aborted).rejects.toThrow("enough");
    expect(await other).toEqual(expected);
  });
});

describe("what cannot be done is said before anything is computed", () => {
  it.each([
    ["an empty prompt", [[1], []], {}, "empty-prompt", "prompt 1 is empty"],
    ["a prompt that fills the context", [Array(16).fill(1)], {}, "context", "16 tokens"],
    ["an id that the model has not", [[1, 11]], {}, "unknown-token-id", "id 11"],
    ["a negative temperature", [[1]], { temperature: -1 }, "usage", "temperature must be"],
    ["a temperature that float32 takes for 0", [[1]], { temperature: 1e-60 }, "usage", "temperature must be"],
    ["a temperature that is not a number", [[1]], { temperature: Number.NaN }, "usage", "got NaN"],
    ["top-p of 0", [[1]], { topP: 0 }, "usage", "topP must be in (0, 1]"],
    ["a fractional top-k", [[1]], { topK: 1.5 }, "usage", "topK"],
    ["no new tokens", [[1]], { maxNewTokens: 0 }, "usage", "maxNewTokens"],
  ])("%s", async (_, wrong, options, code, message) => {
    using g = open();
    const error = await g.generate(wrong, { ...greedy, ...options }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("weights that are not numbers", async () => {
    const broken = newModel(config, 1);
    broken.weights.flat.fill(Number.NaN);
    for (const options of [greedy, { maxNewTokens: 2 }, { maxNewTokens: 2, topP: 0.5 }]) {
      using g = open(broken);
      await expect(g.generate([[1]], options)).rejects.toMatchObject({ code: "non-finite" });
    }
  });

  it("nothing to do is not an error", async () => {
    using g = open();
    expect(await g.generate([], greedy)).toEqual([]);
  });
});

it("random prompts of all lengths come back in the order they were given", async () => {
  using g = open(model, 4);
  const rng = stream(3, "prompts");
  const many = Array.from({ length: 13 }, () => Array.from({ length: 1 + rng.integer(12) }, () => rng.integer(11)));
  const completions = await g.generate(many, { ...greedy, maxNewTokens: 3 });
  for (const [i, prompt] of many.entries()) expectFullForward(prompt, completions[i]!, 0);
});
