import { UsageError } from "../base/index.ts";

/** How tokens are drawn and when a completion ends. The order of the rules is Transformers': penalty, temperature, top-k, top-p, min-p. */
export interface SamplingOptions {
  /** A completion that reaches the end of the context stops there, too. */
  readonly maxNewTokens: number;
  /** Divides the logits. 0 takes the most probable token (the lowest id of equals). Default 1. */
  readonly temperature?: number;
  /** Only the k most probable tokens, and those as probable as the last of them. Default 0: all. */
  readonly topK?: number;
  /** Only the most probable tokens that together reach this probability (Holtzman et al. 2020). Default 1: all. */
  readonly topP?: number;
  /** Only tokens at least this fraction as probable as the most probable one (Nguyen et al. 2024). Default 0: all. */
  readonly minP?: number;
  /** Divides positive and multiplies negative logits of tokens in prompt and completion (Keskar et al. 2019, CTRL). Default 1. */
  readonly repetitionPenalty?: number;
  /** Tokens that end a completion; the one that did is its last token. */
  readonly stopIds?: readonly number[];
  /** Called with the completion so far after each token; true ends it. */
  readonly stop?: (ids: readonly number[]) => boolean;
  /** Default 0. */
  readonly seed?: number;
  /** Names the random stream of a prompt, by its index. Default `[row]`. */
  readonly streamKey?: (row: number) => readonly (string | number)[];
}

export interface DrawnToken {
  readonly id: number;
  /**
   * log softmax(logits / temperature)[id], at temperature 0 log softmax(logits)[id]: the model's own probability, before
   * penalty and truncation, which is what a trainer computes.
   */
  readonly logprob: number;
}

export interface Completion {
  /** Holds the token that ended it. */
  readonly ids: number[];
  /** Of each token; see `DrawnToken`. */
  readonly logprobs: number[];
  readonly finish: "stop" | "length";
}

/** Of those that are not 0; logits divided by less are no float32 any more. */
export const leastTemperature = 1e-6;

/** Checks everything before anything is computed. Throws a UsageError that names the option or the prompt. */
export function checkRequest(
  prompts: readonly (readonly number[])[],
  o: SamplingOptions,
  { context, vocabSize }: { readonly context: number; readonly vocabSize: number },
): void {
  const require = (fits: boolean, name: keyof SamplingOptions, wanted: string) => {
    if (!fits) throw new UsageError(`${name} must be ${wanted}, got ${o[name]}`);
  };
  const { temperature = 1, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = o;
  require(Number.isInteger(o.maxNewTokens) && o.maxNewTokens > 0, "maxNewTokens", "a positive integer");
  const warm = temperature >= leastTemperature && temperature < Infinity;
  require(temperature === 0 || warm, "temperature", `0 (greedy) or a number from ${leastTemperature} on`);
  require(Number.isInteger(topK) && topK >= 0, "topK", "0 (off) or a positive integer");
  require(topP > 0 && topP <= 1, "topP", "in (0, 1]");
  require(minP >= 0 && minP <= 1, "minP", "in [0, 1]");
  require(repetitionPenalty > 0 && repetitionPenalty < Infinity, "repetitionPenalty", "a positive number");
  for (const [i, prompt] of prompts.entries()) {
    if (prompt.length === 0) {
      throw new UsageError(`prompt ${i} is empty: there is nothing to continue`, {
        code: "empty-prompt",
        help: "begin with the tokenizer's bos token",
      });
    }
    if (prompt.length >= context) {
      throw new UsageError(
        `prompt ${i} has ${prompt.length} tokens, a context of ${context} leaves no room to answer`,
        {
          code: "context",
          help: "shorten the prompt",
        },
      );
    }
    const wrong = prompt.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    if (wrong !== undefined) {
      throw new UsageError(`prompt ${i} holds the id ${wrong}, the model knows 0 … ${vocabSize - 1}`, {
        code: "unknown-token-id",
        help: "tokenizer and model must belong together",
      });
    }
  }
}
