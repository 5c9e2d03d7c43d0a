import {
  add,
  constant,
  dropout as dropoutOp,
  input,
  matmul,
  reshape,
  softmax,
  type Tensor,
  transpose,
} from "../engine/graph/index.ts";

/**
 * Dropout rates of a network in training. Masks are inputs of the graph named `dropout/<site>`, filled by the learner
 * from streams keyed by (seed, step, site, row); a rate of 0 makes no input.
 */
export interface Dropout {
  (x: Tensor, rate: number, site: string): Tensor;
  /** Told of the values before, between and after the blocks: those that gradient checkpointing keeps. */
  readonly border?: ((x: Tensor) => void) | undefined;
}

/** For evaluation, generation and reinforcement learning: nothing is dropped. */
export const noDropout: Dropout = (x) => x;

/** Prefix of the inputs that hold dropout masks, with the rate behind the last `@`. */
export const dropoutPrefix = "dropout/";

export const trainingDropout: Dropout = (x, rate, site) =>
  rate === 0 ? x : dropoutOp(x, input(`${dropoutPrefix}${site}@${rate}`, x.shape, "bool"), rate);

/** As {@link trainingDropout}; the values between blocks are added to `borders`. */
export const dropoutWithBorders = (borders: Tensor[]): Dropout =>
  Object.assign((x: Tensor, rate: number, site: string) => trainingDropout(x, rate, site), {
    border: (x: Tensor) => void borders.push(x),
  });

/** Drops nothing, in training too: for reinforcement learning, where a ratio compares a network with itself. */
export const withoutDropout = ({ border }: Dropout): Dropout => Object.assign((x: Tensor) => x, { border });

/** x [N, in] · weight [in, out] + bias [out]. Conv1D orientation, as GPT-1 and GPT-2 store it. */
export const conv1d = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => add(matmul(x, weight), bias);

/** [B·T, H·D] → [B, H, T, D]. */
export const splitHeads = (x: Tensor, [B, T, H]: readonly [number, number, number]): Tensor =>
  transpose(reshape(x, [B, T, H, -1]), [0, 2, 1, 3]);

/** [B, H, T, D] → [B·T, H·D]. */
export function mergeHeads(x: Tensor): Tensor {
  const [B, H, T, D] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [B * T, H * D]);
}

/** Added to attention scores that must not be seen: exp gives exactly 0, and no −∞ can turn into NaN. */
export const hiddenScore = -1e9;

/** [T, S] with 0 where query t (at position t + S − T) may see key s and −1e9 elsewhere; `window` > 0 keeps the last keys only. */
export function causalMask(T: number, S = T, window = 0): Tensor {
  const data = new Float32Array(T * S);
  for (let t = 0; t < T; t++) {
    const position = t + S - T;
    for (let s = 0; s < S; s++)
      if (s > position || (window > 0 && s <= position - window)) data[t * S + s] = hiddenScore;
  }
  return constant(data, "float32", [T, S]);
}

export interface Attention {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** Added to the scores, broadcast over [B, H, T, T]. */
  readonly mask: Tensor;
  readonly dropout?: (weights: Tensor) => Tensor;
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1) over [B, H, T, D]. Where rows are padded on the right, a
 * causal mask alone keeps real tokens from seeing pads.
 */
export function attention({ query, key, value, mask, dropout = (x) => x }: Attention): Tensor {
  const D = query.shape.at(-1)!;
  const scores = matmul(query, key, { transposeB: true, alpha: 1 / Math.sqrt(D) });
  return matmul(dropout(softmax(add(scores, mask))), value);
}
