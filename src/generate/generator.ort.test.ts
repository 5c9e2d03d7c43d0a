import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stream } from "../base/index.ts";
import { compile, ints, logSoftmax } from "../engine/index.ts";
import { readSafetensors } from "../files/index.ts";
import { type GptConfig, type Model, modelFromFiles, newModel } from "../models/index.ts";
import { type Completion, generator, type SamplingOptions } from "./index.ts";

const config: GptConfig = {
  architecture: "gpt2",
  vocabSize: 300,
  context: 96,
  layers: 2,
  heads: 4,
  dim: 64,
  feedForward: 256,
  epsilon: 1e-5,
  initializerRange: 0.2,
  residualDropout: 0,
  attentionDropout: 0,
  embeddingDropout: 0,
  window: 0,
};
const rng = stream(1, "prompts");
const prompts = Array.from({ length: 19 }, (_, i) =>
  Array.from({ length: 1 + rng.integer(i % 3 === 0 ? 60 : 9) }, () => rng.integer(config.vocabSize)),
);
prompts.push(prompts[3]!, prompts[3]!);

/** log softmax of the logits after each token, from the graph that trains. */
function fullForward({ network, weights }: Model, ids: readonly number[]): Float32Array {
  using forward = compile(
    ({ ids: tokens, ...params }) => ({ logprobs: logSoftmax(network.logits(params, network.hidden(params, tokens!))) }),
    { ids: ints(1, ids.length), ...Object.fromEntries(weights.arrays) },
    { buffers: Object.fromEntries([...weights.arrays].map(([name, { data }]) => [name, data])) },
  );
  (forward.inputs.ids as Int32Array).set(ids);
  forward.run();
  return forward.float("logprobs");
}

describe.each([false, true])("on ONNX Runtime, weights packed: %s", (packed) => {
  const options: SamplingOptions = { maxNewTokens: 20, seed: 6, stopIds: [0, 1, 2, 3, 4, 5, 6, 7, 8] };

  it("log-probabilities are those of the full forward pass within 1e-4", async () => {
    const model = newModel(config, 3);
    using g = generator(model, { packed });
    const completions = await g.generate(prompts, options);
    for (const [i, prompt] of prompts.entries()) {
      const { ids, logprobs } = completions[i]!;
      const all = fullForward(model, [...prompt, ...ids]);
      expect(logprobs).toBeCloseToAll(
        ids.map((id, t) => all[(prompt.length - 1 + t) * config.vocabSize + id]!),
        1e-4,
      );
    }
  });

  it("log-probabilities are right for heads that the runtime's kernel does not know", async () => {
    const model = newModel({ ...config, heads: 2, dim: 24, feedForward: 96 }, 3);
    using g = generator(model, { packed });
    const [{ ids, logprobs }] = (await g.generate([prompts[3]!], options)) as [Completion];
    const all = fullForward(model, [...prompts[3]!, ...ids]);
    expect(logprobs).toBeCloseToAll(
      ids.map((id, t) => all[(prompts[3]!.length - 1 + t) * config.vocabSize + id]!),
      1e-4,
    );
  });

  it("completions have the same bits alone and in batches of any size", async () => {
    const model = newModel(config, 3);
    using g = generator(model, { packed });
    const together = await g.generate(prompts, options);
    for (const maxBatch of [1, 2, 7]) {
      using other = generator(model, { packed, maxBatch });
      expect(await other.generate(prompts, options)).toEqual(together);
    }
    const [alone] = await g.generate([prompts[5]!], { ...options, streamKey: () => [5] });
    expect(alone).toEqual(together[5]);
  });

  it("changed weights count after refresh", async () => {
    const model = newModel(config, 3);
    const other = newModel(config, 4);
    using g = generator(model, { packed });
    const before = await g.generate(prompts, options);
    model.weights.flat.set(other.weights.flat);
    g.refresh();
    using fresh = generator(other, { packed });
    const after = await g.generate(prompts, options);
    expect(after).toEqual(await fresh.generate(prompts, options));
    expect(after).not.toEqual(before);
  });
});

it("small and large calls in turn share one cache", async () => {
  using g = generator(newModel(config, 3));
  const options = { maxNewTokens: 5, seed: 1 };
  const first = await g.generate(prompts, options);
  expect(await g.generate(prompts.slice(0, 2), options)).toEqual(first.slice(0, 2));
  expect(await g.generate(prompts, { ...options, maxNewTokens: 30 })).toMatchObject(
    first.map(({ ids }) => ({ ids: expect.objectContaining({ ...ids }) })),
  );
});

describe("Transformers' own greedy text", () => {
  const folder = fileURLToPath(new URL("../../test/golden/models/gpt2-tiny/", import.meta.url));
  const read = (name: string) => JSON.parse(readFileSync(`${folder}${name}`, "utf8"));
  const cases = (read("golden.json").cases as { name: string; inputs: Inputs; expected: { tokens: unknown } }[]).filter(
    ({ name }) => name.startsWith("greedy"),
  );
  interface Inputs {
    readonly prompt?: number[];
    readonly prompts?: number[][];
    readonly max_new_tokens: number;
  }

  it.each(cases)("is ours: $name", async ({ inputs, expected }) => {
    const model = modelFromFiles(read("config.json"), readSafetensors(`${folder}model.safetensors`));
    using g = generator(model);
    const rows = inputs.prompts ?? [inputs.prompt!];
    const completions = await g.generate(rows, { maxNewTokens: inputs.max_new_tokens, temperature: 0 });
    const ids = completions.map((c: Completion) => c.ids);
    expect(inputs.prompts ? ids : ids[0]).toEqual(expected.tokens);
  });
});
