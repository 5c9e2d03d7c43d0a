import { describe, expect, it } from "vitest";
import { modelOf, shapeOf, tokenizerOf, withDropout } from "./new-model.ts";

const tokenizer = tokenizerOf("characters", ["abc"]);

describe("a new model", () => {
  it("has a published size, or nanoGPT's small one, changed by what is given", () => {
    expect(shapeOf("small", {})).toMatchObject({ layers: 4, heads: 4, dim: 128, ff: 512, context: 64 });
    expect(shapeOf("gpt2-medium", { layers: 3 })).toMatchObject({ layers: 3, heads: 16, dim: 1024, context: 1024 });
    expect(shapeOf("gpt3", { dim: 96, context: 32 })).toMatchObject({ architecture: "gpt3", ff: 384, context: 32 });
    expect(shapeOf("my-model", {})).toBeUndefined();
  });

  it("with a width that its heads do not divide is refused", () => {
    expect(() => shapeOf("small", { dim: 130 })).toThrow(expect.objectContaining({ code: "bad-model-config" }));
  });

  it("has the tokenizer's vocabulary, weights from its seed, and dropout only where it is asked for", () => {
    const shape = shapeOf("gpt1", { layers: 1, heads: 1, dim: 8, context: 4 })!;
    const model = (seed: number) => modelOf(shape, tokenizer, { dropout: 0.1 }, seed);
    const { network, weights } = model(1);
    expect(network.config).toMatchObject({ model_type: "openai-gpt", vocab_size: 8, attn_pdrop: 0.1, eos_token_id: 2 });
    expect(weights.flat).toEqual(model(1).weights.flat);
    expect(weights.flat).not.toEqual(model(2).weights.flat);
    const other = withDropout(model(1), { residualDropout: 0.2 }).network.config;
    expect(other).toMatchObject({ resid_pdrop: 0.2, attn_pdrop: 0.1 });
  });
});

describe("a tokenizer", () => {
  it("is learnt from the text by its specification", () => {
    expect(tokenizer.encode("cab")).toEqual([7, 5, 6]); // five special tokens come first
    expect(tokenizerOf("bpe:262", ["ababab"]).vocabSize).toBe(262);
  });

  it("of an unknown kind is refused with those there are", () => {
    expect(() => tokenizerOf("words", [])).toThrow(/wanted characters, bpe:SIZE or a folder, got "words"/);
  });
});
