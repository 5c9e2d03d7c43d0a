import type { DecoderConfig } from "./decoder.ts";

/** A published model: its shape as it can be built, and what its paper says about its training. */
export interface Preset {
  readonly config: DecoderConfig;
  /** The size by which the model is known. */
  readonly size: string;
  readonly source: string;
  /** Tokens per optimizer step, and the highest learning rate. */
  readonly training?: { readonly batchTokens: number; readonly learningRate: number };
  /** Where the printed table cannot be built as it stands. */
  readonly note?: string;
}

const gpt1Paper = "Radford et al. 2018, Improving Language Understanding by Generative Pre-Training";
const gpt2Paper = "Radford et al. 2019, Language Models are Unsupervised Multitask Learners";
const gpt3Paper = "Brown et al. 2020, arXiv:2005.14165, table 2.1";

const gpt = (
  architecture: "gpt1" | "gpt2" | "gpt3",
  [layers, dim, heads]: readonly [number, number, number],
  [vocab, context]: readonly [number, number],
): DecoderConfig => ({ architecture, layers, heads, kvHeads: heads, dim, ff: 4 * dim, vocab, context, tied: true });

const gpt2 = (size: string, layers: number, dim: number, heads: number): Preset => ({
  config: gpt("gpt2", [layers, dim, heads], [50257, 1024]),
  size,
  source: gpt2Paper,
});

const gpt3 = (
  size: string,
  shape: readonly [layers: number, dim: number, heads: number],
  [batchTokens, learningRate]: readonly [number, number],
  note?: string,
): Preset => ({
  config: gpt("gpt3", shape, [50257, 2048]),
  size,
  source: gpt3Paper,
  training: { batchTokens, learningRate },
  ...(note && { note }),
});

/** Every published size of GPT-1, GPT-2 and GPT-3. GPT-2's sizes are those of the released weights. */
export const presets: Readonly<Record<string, Preset>> = {
  gpt1: {
    config: gpt("gpt1", [12, 768, 12], [40478, 512]),
    size: "117M",
    source: gpt1Paper,
    training: { batchTokens: 64 * 512, learningRate: 2.5e-4 },
  },
  gpt2: gpt2("124M", 12, 768, 12),
  "gpt2-medium": gpt2("355M", 24, 1024, 16),
  "gpt2-large": gpt2("774M", 36, 1280, 20),
  "gpt2-xl": gpt2("1.5B", 48, 1600, 25),
  "gpt3-125m": gpt3("125M", [12, 768, 12], [0.5e6, 6e-4]),
  "gpt3-350m": gpt3("350M", [24, 1024, 16], [0.5e6, 3e-4]),
  "gpt3-760m": gpt3("760M", [24, 1536, 16], [0.5e6, 2.5e-4]),
  "gpt3-1.3b": gpt3(
    "1.3B",
    [24, 2048, 16],
    [1e6, 2e-4],
    "the paper prints 24 heads of 128, which is 3072 wide and would give 1.5B; 16 × 128 = 2048 gives 1.3B",
  ),
  "gpt3-2.7b": gpt3("2.7B", [32, 2560, 32], [1e6, 1.6e-4]),
  "gpt3-6.7b": gpt3("6.7B", [32, 4096, 32], [2e6, 1.2e-4]),
  "gpt3-13b": gpt3(
    "13B",
    [40, 5120, 40],
    [2e6, 1e-4],
    "the paper prints a width of 5140, which 40 heads do not divide; 40 × 128 = 5120",
  ),
  "gpt3-175b": gpt3("175B", [96, 12288, 96], [3.2e6, 0.6e-4]),
};
