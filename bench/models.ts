import { join } from "node:path";
import { stream } from "../src/base/index.ts";
import { writeJson, writeSafetensors } from "../src/files/index.ts";
import { type GptConfig, type Model, modelFiles } from "../src/models/index.ts";

const gpt = (layers: number, dim: number, heads: number, vocabSize: number, context: number): GptConfig => ({
  architecture: "gpt2",
  vocabSize,
  context,
  layers,
  heads,
  dim,
  feedForward: 4 * dim,
  epsilon: 1e-5,
  initializerRange: 0.02,
  residualDropout: 0,
  attentionDropout: 0,
  embeddingDropout: 0,
  window: 0,
});

/** GPT-2's smallest size, 124M parameters. */
export const gpt2Small = gpt(12, 768, 12, 50257, 1024);
/** 0.87M parameters, of which the context takes 128 a place. */
export const gptTiny = (context: number): GptConfig => gpt(4, 128, 4, 512, context);

/** Writes the model as a folder that Transformers opens. */
export function writeModel(model: Model, folder: string): void {
  const files = modelFiles(model);
  writeJson(join(folder, "config.json"), files["config.json"]);
  writeSafetensors(join(folder, "model.safetensors"), files["model.safetensors"]);
}

/** Random tokens [rows][length]: speed does not depend on which. */
export const randomTokens = (rows: number, length: number, vocabSize: number): number[][] =>
  Array.from({ length: rows }, (_, row) => {
    const rng = stream(0, "bench", row);
    return Array.from({ length }, () => rng.integer(vocabSize));
  });
