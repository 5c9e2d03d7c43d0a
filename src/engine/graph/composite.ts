import { sizeOf } from "../../base/index.ts";
import {
  add,
  axisOf,
  cast,
  constant,
  div,
  equal,
  exp,
  gather,
  log,
  matmul,
  max,
  maximum,
  minimum,
  mul,
  neg,
  pad,
  type Reduction,
  reshape,
  slice,
  softplus,
  sqrt,
  stopGradient,
  sub,
  sum,
  topK,
  transpose,
  where,
} from "./build.ts";
import { graphError, type Shape, show, type Tensor, type TensorLike } from "./tensor.ts";

// Operations composed of primitives: their gradients, interpreter and lowering come for free.

export const rsqrt = (x: Tensor): Tensor => div(1, sqrt(x));
export const square = (x: Tensor): Tensor => mul(x, x);
export const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)));
/** The gradient passes at the bounds, as in PyTorch's clamp (minimum and maximum alone would split it). */
export function clip(x: Tensor, low: TensorLike, high: TensorLike): Tensor {
  const clipped = maximum(minimum(x, high), low);
  return where(equal(x, clipped), x, stopGradient(clipped));
}

const count = (x: Tensor, { axis }: Reduction): number =>
  axis === undefined ? sizeOf(x.shape) : [axis].flat().reduce((n, a) => n * x.shape[axisOf(x, a)]!, 1);

export const mean = (x: Tensor, options: Reduction = {}): Tensor => mul(sum(x, options), 1 / count(x, options));
export const min = (x: Tensor, options: Reduction = {}): Tensor => neg(max(neg(x), options));
/** Biased variance (divides by n). */
export function variance(x: Tensor, options: Reduction = {}): Tensor {
  return mean(square(sub(x, mean(x, { ...options, keepDims: true }))), options);
}
export function logSumExp(
  x: Tensor,
  { axis = -1, keepDims = false }: { axis?: number; keepDims?: boolean } = {},
): Tensor {
  const largest = stopGradient(max(x, { axis, keepDims: true }));
  const result = add(log(sum(exp(sub(x, largest)), { axis, keepDims: true })), largest);
  const at = axisOf(x, axis);
  return keepDims
    ? result
    : reshape(
        result,
        x.shape.filter((_, i) => i !== at),
      );
}

/** x / √(mean(x²) + ε) · gain over the last axis (Zhang & Sennrich 2019). */
export const rmsNorm = (x: Tensor, gain: Tensor, epsilon = 1e-5): Tensor =>
  mul(mul(x, rsqrt(add(mean(square(x), { axis: -1, keepDims: true }), epsilon))), gain);

/** Rows of `table` [V, D] for integer `ids` of any shape → [..., D]. */
export const embedding = (table: Tensor, ids: Tensor): Tensor => gather(table, ids, 0);
/** 0, 1, … n−1 as int32. */
export const iota = (n: number): Tensor =>
  constant(
    Int32Array.from({ length: n }, (_, i) => i),
    "int32",
  );
/** [...] integers → [..., n] of 0 and 1. */
export const oneHot = (ids: Tensor, n: number): Tensor =>
  cast(equal(reshape(cast(ids, "int32"), [...ids.shape, 1]), iota(n)), "float32");
/** Equal parts, or parts of the given sizes, along an axis. */
export function split(x: Tensor, parts: number | readonly number[], axis = -1): Tensor[] {
  const at = axisOf(x, axis);
  const n = x.shape[at]!;
  const sizes = typeof parts === "number" ? Array.from({ length: parts }, () => n / parts) : parts;
  if (sizes.reduce((a, b) => a + b, 0) !== n || !sizes.every(Number.isInteger)) {
    throw graphError("split", `parts [${sizes.join(", ")}] do not make up axis ${axis} of ${x.op} ${show(x)}`);
  }
  let start = 0;
  return sizes.map((size) => {
    const part = slice(x, { [at]: [start, start + size] });
    start += size;
    return part;
  });
}
export const sort = (x: Tensor, axis = -1): { values: Tensor; indices: Tensor } =>
  topK(x, x.shape[axisOf(x, axis)]!, { axis, largest: false });

/** Inverted dropout with a given mask of kept entries (bool): kept values are divided by 1 − rate. */
export const dropout = (x: Tensor, kept: Tensor, rate: number): Tensor =>
  mul(x, mul(cast(kept, x.dtype), 1 / (1 - rate)));

/** Sums a gradient back to the shape that was broadcast to it. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, i) => (i < extra || (shape[i - extra] === 1 && n !== 1) ? [i] : []));
  return reshape(axes.length === 0 ? x : sum(x, { axis: axes, keepDims: true }), shape);
}

/** Weighted mean Σ w·x / Σ w over everything; 0 where all weights are 0. */
export const weightedMean = (x: Tensor, weights: Tensor): Tensor =>
  div(sum(mul(x, weights)), maximum(sum(weights), 1e-12));

export interface Conv2dOptions {
  readonly stride?: number;
  readonly padding?: number;
}
/** x [N, C, H, W], weight [O, C, h, w] → [N, O, H′, W′] (cross-correlation, as in PyTorch), by gathering patches. */
export function conv2d(x: Tensor, weight: Tensor, { stride = 1, padding = 0 }: Conv2dOptions = {}): Tensor {
  const [N, C, H, W] = x.shape as [number, number, number, number];
  const [O, C2, h, w] = weight.shape as [number, number, number, number];
  const rows = Math.floor((H + 2 * padding - h) / stride) + 1;
  const columns = Math.floor((W + 2 * padding - w) / stride) + 1;
  if (x.shape.length !== 4 || weight.shape.length !== 4 || C !== C2 || rows < 1 || columns < 1) {
    throw graphError("conv2d", `wanted x [N, C, H, W] and weight [O, C, h, w], got ${show(x)} and ${show(weight)}`);
  }
  // A row of zeros at index C·H·W stands for the padding.
  const patches = new Int32Array(C * h * w * rows * columns);
  let at = 0;
  for (let c = 0; c < C; c++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++)
        for (let r = 0; r < rows; r++)
          for (let s = 0; s < columns; s++) {
            const y = r * stride + i - padding;
            const z = s * stride + j - padding;
            patches[at++] = y < 0 || y >= H || z < 0 || z >= W ? C * H * W : (c * H + y) * W + z;
          }
  const flat = reshape(x, [N, C * H * W]);
  const padded = padding === 0 ? flat : pad(flat, { 1: [0, 1] });
  const columnsOf = gather(padded, constant(patches, "int32", [C * h * w, rows * columns]), 1); // [N, Chw, RS]
  const byPatch = reshape(transpose(columnsOf, [0, 2, 1]), [N * rows * columns, C * h * w]);
  const product = matmul(byPatch, reshape(weight, [O, C * h * w]), { transposeB: true }); // [N·RS, O]
  return transpose(reshape(product, [N, rows, columns, O]), [0, 3, 1, 2]);
}
