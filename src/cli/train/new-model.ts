/** What `--model` and `--tokenizer` of `pretrain` mean. */
import { existsSync } from "node:fs";
import { UsageError } from "../../base/index.ts";
import {
  type GptConfig,
  gpt,
  gptFromHuggingFace,
  type LanguageModel,
  newModel,
  openFolderTokenizer,
} from "../../models/index.ts";
import { type DecoderConfig, presets } from "../../plan/index.ts";
import { runModelFolder } from "../../run/index.ts";
import { type Tokenizer, trainBpeTokenizer, trainCharacterTokenizer } from "../../text/index.ts";

/** The sizes of a new model; what is left out is the preset's. */
export interface Sizes {
  readonly layers?: number | undefined;
  readonly heads?: number | undefined;
  readonly dim?: number | undefined;
  readonly context?: number | undefined;
  readonly window?: number | undefined;
  readonly dropout?: number | undefined;
}

/** Names of architectures and published sizes. `small` learns on two cores while one watches: nanoGPT's CPU setting. */
const named: Readonly<Record<string, DecoderConfig>> = {
  small: { ...presets.gpt2!.config, layers: 4, heads: 4, kvHeads: 4, dim: 128, ff: 512, context: 64 },
  ...Object.fromEntries(Object.entries(presets).map(([name, { config }]) => [name, config])),
  gpt3: presets["gpt3-125m"]!.config,
};
export const modelNames = Object.keys(named);

/** The shape that a name and sizes give, or undefined when `name` is not the name of a new model. */
export function shapeOf(name: string, sizes: Sizes, vocab?: number): DecoderConfig | undefined {
  if (!Object.hasOwn(named, name) || existsSync(name)) return undefined;
  const preset = named[name]!;
  const { layers = preset.layers, heads = preset.heads, dim = preset.dim, context = preset.context } = sizes;
  if (dim % heads !== 0) {
    throw new UsageError(`--dim ${dim} cannot be divided among ${heads} heads`, {
      code: "bad-model-config",
      help: `give --heads too, for example ${[4, 3, 2, 1].find((n) => dim % n === 0)}`,
    });
  }
  return { ...preset, layers, heads, kvHeads: heads, dim, ff: 4 * dim, context, vocab: vocab ?? preset.vocab };
}

/** A model with new weights, drawn from `seed`. */
export function modelOf(shape: DecoderConfig, tokenizer: Tokenizer, sizes: Sizes, seed: number): LanguageModel {
  const { dropout = 0, window = 0 } = sizes;
  const config: GptConfig = {
    architecture: shape.architecture as GptConfig["architecture"],
    vocabSize: tokenizer.vocabSize,
    context: shape.context,
    layers: shape.layers,
    heads: shape.heads,
    dim: shape.dim,
    feedForward: shape.ff,
    epsilon: 1e-5,
    initializerRange: 0.02,
    residualDropout: dropout,
    attentionDropout: dropout,
    embeddingDropout: dropout,
    window,
    padId: tokenizer.special.pad,
    bosId: tokenizer.special.bos,
    eosId: tokenizer.special.eos,
  };
  return { ...newModel(config, seed), tokenizer, scale: { gain: 1, bias: 0 } };
}

/** The same weights in a network with other dropout rates. */
export function withDropout(model: LanguageModel, rates: Partial<GptConfig>): LanguageModel {
  const config = { ...gptFromHuggingFace(model.network.config), ...rates };
  return { ...model, network: gpt(config, model.head) };
}

/** `characters`, `bpe:SIZE` (both learnt from `texts`), or a folder with tokenizer.json. */
export function tokenizerOf(spec: string, texts: readonly string[]): Tokenizer {
  if (spec === "characters") return trainCharacterTokenizer(texts);
  const size = /^bpe:(\d+)$/.exec(spec)?.[1];
  if (size !== undefined) return trainBpeTokenizer(texts, { vocabSize: Number(size) });
  if (existsSync(spec)) return openFolderTokenizer(existsSync(`${spec}/tokenizer.json`) ? spec : runModelFolder(spec));
  throw new UsageError(`--tokenizer: wanted characters, bpe:SIZE or a folder, got ${JSON.stringify(spec)}`, {
    code: "bad-flag",
    help: "bpe:1024 learns 1,024 tokens from your text",
  });
}
