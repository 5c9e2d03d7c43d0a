import type { Tensor } from "../engine/graph/index.ts";
import type { Dropout, ParameterSpec, Params } from "../nn/index.ts";

/** What decoding needs to know of a network's cache. */
export interface CacheShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** The inputs of one decoding step: the new tokens of each row and the caches. */
export interface CachedStep {
  /** [B, S] int32. */
  readonly ids: Tensor;
  /** [B, S] int32: the place of each token in its own row. */
  readonly positions: Tensor;
  /** [B] int32: the place of each row's last new token. */
  readonly lengths: Tensor;
  /** int32 scalar: the longest row, new tokens included. */
  readonly total: Tensor;
  /** Per layer [B, kvHeads, M, headDim]. */
  readonly keys: readonly Tensor[];
  readonly values: readonly Tensor[];
}

/** Several texts in one row: where each token stands in its own text, and what it may see. */
export interface Layout {
  /** [B, T] int32, below the context. */
  readonly positions: Tensor;
  /** [B, 1, T, T], added to the attention scores: 0, or a large negative number where the key is hidden. */
  readonly mask: Tensor;
}

/**
 * A decoder as functions over its parameters. What kind of head it has (language model, score, value) is decided by
 * who calls `logits` or `score`; every network has the parameters of the heads in its `parameters`.
 */
export interface Network {
  /** The content of config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabSize: number;
  /** The longest sequence. */
  readonly context: number;
  /** Names of a classifier's classes; undefined where `score` is one number. */
  readonly labels?: readonly string[] | undefined;
  readonly parameters: readonly ParameterSpec[];
  /** ids [B, T] int32, right-padded → the last hidden state of every token [B·T, D]. */
  hidden(params: Params, ids: Tensor, dropout?: Dropout, layout?: Layout): Tensor;
  /** Whether `layout` may be given (banded attention has masks of its own). */
  readonly sharesPrompts: boolean;
  /** Hidden states before and after each block, for finding where two implementations part: [B·T, D] each. */
  hiddenStates(params: Params, ids: Tensor): Tensor[];
  /** [N, D] → [N, V]. */
  logits(params: Params, hidden: Tensor): Tensor;
  /** [N, D] → [N, K]: the score head of a classifier of K classes; K = 1 without `labels`. */
  classLogits(params: Params, hidden: Tensor): Tensor;
  /** [N, D] → [N]: the scalar head of a reward or value model. Throws `not-a-reward-model` where there are `labels`. */
  score(params: Params, hidden: Tensor): Tensor;
  /** Hidden states [B·S, D] of the new tokens, and the caches after them. */
  cachedStep(params: Params, step: CachedStep): { hidden: Tensor; keys: Tensor[]; values: Tensor[] };
  readonly cache: CacheShape;
}

/** The two forms in which a network is stored. */
export type Head = "lm" | "score";
