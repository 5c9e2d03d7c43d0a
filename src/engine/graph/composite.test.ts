import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { checkGradients, evaluate } from "../interpret/index.ts";
import {
  clip,
  constant,
  conv2d,
  crossEntropy,
  dropout,
  embedding,
  input,
  iota,
  logSigmoid,
  logSoftmax,
  logSumExp,
  mean,
  min,
  neg,
  oneHot,
  rmsNorm,
  rsqrt,
  type Shape,
  sort,
  split,
  square,
  sumTo,
  type Tensor,
  takeAlongAxis,
  variance,
  weightedMean,
} from "./index.ts";

const numbers = (t: Tensor, feeds: Record<string, ArrayLike<number>> = {}): number[] => [...evaluate([t], feeds)[0]!];
const rng = stream(5, "composite");
const normals = (n: number): number[] => Array.from({ length: n }, () => rng.normal());
const x = input("x", [2, 3]);
const at = { x: [1, 2, 6, -1, 0, 1] };

describe("reductions", () => {
  it("mean and variance (biased) over one axis, several, or all", () => {
    expect(numbers(mean(x, { axis: -1 }), at)).toBeCloseToAll([3, 0]);
    expect(numbers(mean(x, { axis: 0 }), at)).toBeCloseToAll([0, 1, 3.5]);
    expect(numbers(mean(x), at)).toBeCloseToAll([1.5]);
    expect(numbers(variance(x, { axis: -1 }), at)).toBeCloseToAll([14 / 3, 2 / 3]);
    expect(variance(x, { axis: 1, keepDims: true }).shape).toEqual([2, 1]);
    expect(numbers(variance(x), at)).toBeCloseToAll([(0.25 + 0.25 + 20.25 + 6.25 + 2.25 + 0.25) / 6]);
  });

  it("min", () => {
    expect(numbers(min(x, { axis: 1 }), at)).toEqual([1, -1]);
  });

  it("logSumExp keeps huge numbers finite", () => {
    const huge = constant([
      [1000, 1000],
      [-1000, -1000 + Math.log(3)],
    ]);
    expect(numbers(logSumExp(huge))).toBeCloseToAll([1000 + Math.LN2, -1000 + Math.log(4)], 1e-4);
    expect(logSumExp(huge, { axis: 0, keepDims: true }).shape).toEqual([1, 2]);
  });

  it("weightedMean counts what has weight, and is 0 when nothing has", () => {
    const weights = input("w", [2, 3]);
    const { x: values } = at;
    expect(numbers(weightedMean(x, weights), { x: values, w: [1, 0, 3, 0, 0, 0] })).toBeCloseToAll([19 / 4]);
    expect(numbers(weightedMean(x, weights), { x: values, w: [0, 0, 0, 0, 0, 0] })).toEqual([0]);
  });

  it("sumTo undoes broadcasting", () => {
    expect(numbers(sumTo(x, [3]), at)).toEqual([0, 2, 7]);
    expect(numbers(sumTo(x, [2, 1]), at)).toEqual([9, 0]);
    expect(sumTo(x, [2, 3])).toBe(x);
  });
});

describe("elementwise", () => {
  it("clip, of infinite numbers too", () => {
    const y = input("y", [4]);
    expect(numbers(clip(y, -1, 2), { y: [-Infinity, 0.5, 3, Infinity] })).toEqual([-1, 0.5, 2, 2]);
    expect(numbers(clip(y, -1, 2), { y: [Number.NaN, 2, -1, 0] })).toEqual([Number.NaN, 2, -1, 0]);
  });

  it("logSigmoid does not overflow", () => {
    const y = input("y", [3]);
    expect(numbers(logSigmoid(y), { y: [0, -800, 800] })).toBeCloseToAll([-Math.LN2, -800, 0]);
  });

  it("rsqrt and square", () => {
    expect(numbers(rsqrt(constant([4, 0.25])))).toEqual([0.5, 2]);
    expect(numbers(square(constant([4, -3])))).toEqual([16, 9]);
  });

  it("dropout divides what it keeps", () => {
    const kept = constant([[true, false, true]], "bool");
    expect(numbers(dropout(x, kept, 0.75), at)).toEqual([4, 0, 24, -4, 0, 4]);
  });
});

describe("rows, ids, order", () => {
  it("rmsNorm divides by the root of the mean square", () => {
    const y = constant([[3, 4]]);
    expect(numbers(rmsNorm(y, constant([2, 10]), 0))).toBeCloseToAll([6 / Math.sqrt(12.5), 40 / Math.sqrt(12.5)]);
    expect(numbers(rmsNorm(y, constant([1, 1]), 3.5))).toBeCloseToAll([3 / 4, 1]);
  });

  it("embedding takes rows for ids of any shape", () => {
    const rows = embedding(x, constant([[1], [0]], "int32"));
    expect(rows.shape).toEqual([2, 1, 3]);
    expect(numbers(rows, at)).toEqual([-1, 0, 1, 1, 2, 6]);
  });

  it("oneHot and iota", () => {
    expect(numbers(iota(3))).toEqual([0, 1, 2]);
    expect(oneHot(constant([[2], [0]], "int64"), 3).shape).toEqual([2, 1, 3]);
    expect(numbers(oneHot(constant([2, 0, 3], "int32"), 3))).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  it("crossEntropy is −logSoftmax at the target", () => {
    const targets = constant([2, 0], "int32");
    const picked = neg(takeAlongAxis(logSoftmax(x), constant([[2], [0]], "int32")));
    expect(numbers(crossEntropy(x, targets), at)).toBeCloseToAll(numbers(picked, at), 1e-14);
  });

  it("sort orders upwards, equal ones by place", () => {
    const { values, indices } = sort(constant([3, 1, 2, 1]));
    expect(numbers(values)).toEqual([1, 1, 2, 3]);
    expect(numbers(indices)).toEqual([1, 3, 2, 0]);
  });

  it("split cuts equal or given parts, and refuses parts that do not fit", () => {
    expect(split(x, 3).map((part) => numbers(part, at))).toEqual([
      [1, -1],
      [2, 0],
      [6, 1],
    ]);
    expect(split(x, [1, 2], 1).map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(() => split(x, 2)).toThrow(/split: parts \[1.5, 1.5\] do not make up axis -1 of input float32\[2, 3\]/);
    expect(() => split(x, [1, 1])).toThrow(/split: parts \[1, 1\]/);
  });
});

describe("conv2d", () => {
  /** The definition, PyTorch's: a sum over channels and window, zero beyond the border. */
  function direct(
    xs: number[],
    ws: number[],
    [N, C, H, W]: number[],
    [O, , h, w]: number[],
    stride: number,
    padding: number,
  ) {
    const rows = Math.floor((H! + 2 * padding - h!) / stride) + 1;
    const columns = Math.floor((W! + 2 * padding - w!) / stride) + 1;
    const result: number[] = [];
    for (let n = 0; n < N!; n++)
      for (let o = 0; o < O!; o++)
        for (let r = 0; r < rows; r++)
          for (let s = 0; s < columns; s++) {
            let sum = 0;
            for (let c = 0; c < C!; c++)
              for (let i = 0; i < h!; i++)
                for (let j = 0; j < w!; j++) {
                  const y = r * stride + i - padding;
                  const z = s * stride + j - padding;
                  const inside = y >= 0 && y < H! && z >= 0 && z < W!;
                  if (inside) sum += xs[((n * C! + c) * H! + y) * W! + z]! * ws[((o * C! + c) * h! + i) * w! + j]!;
                }
            result.push(sum);
          }
    return result;
  }

  it.each([
    { stride: 1, padding: 0, image: [2, 3, 5, 4], kernel: [2, 3, 3, 2] },
    { stride: 2, padding: 1, image: [2, 2, 5, 6], kernel: [3, 2, 3, 3] },
    { stride: 1, padding: 2, image: [1, 1, 3, 3], kernel: [1, 1, 2, 2] },
    { stride: 3, padding: 0, image: [1, 2, 3, 3], kernel: [2, 2, 3, 3] },
  ])("equals the direct sum: stride $stride, padding $padding", ({ stride, padding, image, kernel }) => {
    const size = (shape: Shape) => shape.reduce((n, d) => n * d, 1);
    const feeds = { image: normals(size(image)), kernel: normals(size(kernel)) };
    const y = conv2d(input("image", image), input("kernel", kernel), { stride, padding });
    const wanted = direct(feeds.image, feeds.kernel, image, kernel, stride, padding);
    expect(wanted.length).toBe(size(y.shape));
    expect(numbers(y, feeds)).toBeCloseToAll(wanted, 1e-12);
  });

  it("says which shapes do not fit", () => {
    expect(() => conv2d(input("a", [1, 2, 2, 8]), input("w", [4, 2, 3, 3]))).toThrow(/conv2d: wanted/);
    expect(() => conv2d(input("a", [2, 8, 8]), input("w", [4, 2, 3, 3]))).toThrow(/conv2d: wanted/);
    expect(() => conv2d(input("a", [1, 3, 8, 8]), input("w", [4, 2, 3, 3]))).toThrow(
      /conv2d: .*float32\[1, 3, 8, 8\] and float32\[4, 2, 3, 3\]/,
    );
  });
});

const kept = constant([true, false, true], "bool");
it.each<{ name: string; fn: (...inputs: Tensor[]) => Tensor; shapes: Shape[] }>([
  { name: "clip", fn: (a) => clip(a, -0.5, 0.5), shapes: [[6]] },
  { name: "mean", fn: (a) => mean(a, { axis: 1 }), shapes: [[2, 3]] },
  { name: "variance", fn: (a) => variance(a, { axis: 0 }), shapes: [[3, 2]] },
  { name: "min", fn: (a) => min(a, { axis: 0 }), shapes: [[3, 2]] },
  { name: "logSumExp", fn: (a) => logSumExp(a, { axis: 0 }), shapes: [[3, 2]] },
  { name: "logSigmoid", fn: logSigmoid, shapes: [[4]] },
  { name: "rmsNorm", fn: (a, gain) => rmsNorm(a, gain), shapes: [[2, 3], [3]] },
  { name: "dropout", fn: (a) => dropout(a, kept, 0.5), shapes: [[2, 3]] },
  { name: "sort", fn: (a) => sort(a).values, shapes: [[2, 4]] },
  { name: "weightedMean", fn: (a) => weightedMean(a, constant([1, 0, 2])), shapes: [[3]] },
  { name: "embedding", fn: (a) => embedding(a, constant([2, 0, 2], "int32")), shapes: [[3, 2]] },
  {
    name: "conv2d",
    fn: (a, w) => conv2d(a, w, { stride: 2, padding: 1 }),
    shapes: [
      [1, 2, 4, 3],
      [2, 2, 3, 2],
    ],
  },
])("the gradient of $name equals finite differences", ({ fn, shapes }) => {
  const { analytic, numeric } = checkGradients(fn, shapes);
  expect(analytic).toBeCloseToAll(numeric, { atol: 1e-6, rtol: 1e-6 });
});
