import fc from "fast-check";
import { expect, it } from "vitest";
import { sizeOf, stream } from "../../src/base/index.ts";
import type { Executable, Shape, Specs, Tensor } from "../../src/engine/index.ts";
import * as e from "../../src/engine/index.ts";
import { fill } from "./against-interpreter.ts";

// Random graphs with random in-place updates: ONNX Runtime against the interpreter, forward and gradients, and computing
// in place against computing beside, which must agree to the last bit.

/** One step of a recipe: which op, and numbers that choose its operands and attributes among what fits. */
interface Step {
  readonly op: number;
  readonly choices: readonly number[];
}
interface Recipe {
  readonly seed: number;
  readonly shapes: readonly Shape[];
  readonly steps: readonly Step[];
  /** Per input: which value of its shape becomes its update (none when there is none of it). */
  readonly updates: readonly number[];
}

const recipes: fc.Arbitrary<Recipe> = fc.record({
  seed: fc.nat(1000),
  shapes: fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), { minLength: 2, maxLength: 4 }),
  steps: fc.array(fc.record({ op: fc.nat(1000), choices: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }) }), {
    minLength: 1,
    maxLength: 14,
  }),
  updates: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
});

/** Chooses operands and attributes from the numbers of a step. */
function chooser(values: readonly Tensor[], choices: readonly number[]) {
  let at = 0;
  const number = (n: number) => choices[at++ % choices.length]! % n;
  const pick = <T>(items: readonly T[]): T => items[number(items.length)]!;
  const axisOf = (x: Tensor) => number(x.shape.length);
  const c = {
    number,
    axisOf,
    any: () => pick(values),
    /** A value with an axis; a scalar gets one. */
    ranked(rank = 1): Tensor {
      const x = pick(values);
      return x.shape.length >= rank ? x : e.reshape(x, [...Array(rank - x.shape.length).fill(1), ...x.shape]);
    },
    /** A value that broadcasts with x: perhaps x itself. */
    beside: (x: Tensor) => pick([x, ...values.filter((y) => e.broadcastShapes(x.shape, y.shape) !== undefined)]),
    sameShape: (x: Tensor) => pick([x, ...values.filter((y) => e.sameShape(x.shape, y.shape))]),
    mask: (shape: Shape) => e.less(c.indices(shape, 2), 1),
    indices: (shape: Shape, n: number) => {
      const data = Int32Array.from({ length: sizeOf(shape) }, (_, i) => (choices[i % choices.length]! + i * i) % n);
      return e.constant(data, "int32", shape);
    },
  };
  return c;
}
type Chooser = ReturnType<typeof chooser>;

/** Keeps magnitudes near 1, so that rounding stays rounding. */
const tame = (x: Tensor): Tensor => e.tanh(x);
const away = (x: Tensor): Tensor => e.add(e.square(x), 0.5);
/** Without near ties, of which single precision would choose another than double. */
const apart = (x: Tensor): Tensor =>
  e.add(
    x,
    e.constant(
      Float32Array.from({ length: sizeOf(x.shape) }, (_, i) => i * 0.37),
      "float32",
      x.shape,
    ),
  );
const replaced = (shape: Shape, axis: number, n: number): Shape => shape.map((m, i) => (i === axis ? n : m));

const makers: readonly ((c: Chooser) => Tensor)[] = [
  (c) => e.add(c.any(), c.number(3) - 1.5),
  (c) => ((x) => e.add(x, c.beside(x)))(c.any()),
  (c) => ((x) => e.sub(x, c.beside(x)))(c.any()),
  (c) => ((x) => e.mul(x, c.beside(x)))(c.any()),
  (c) => ((x) => e.div(x, away(c.beside(x))))(c.any()),
  (c) => ((x) => e.where(c.mask(x.shape), x, e.mul(c.beside(x), 0.5)))(c.any()),
  (c) => ((x) => e.maximum(x, e.add(c.beside(x), 0.37)))(c.any()),
  (c) => e.sigmoid(c.any()),
  (c) => e.gelu(c.any(), { approximate: c.number(2) === 0 ? "tanh" : "none" }),
  (c) => e.silu(c.any()),
  (c) => e.sqrt(away(c.any())),
  (c) => e.neg(c.any()),
  (c) => e.softmax(c.ranked()),
  (c) => e.logSoftmax(c.ranked()),
  (c) => ((x) => e.sum(x, { axis: c.axisOf(x), keepDims: c.number(2) === 0 }))(c.ranked()),
  (c) => ((x) => e.mean(x, { axis: c.axisOf(x), keepDims: true }))(c.ranked()),
  (c) => e.sum(e.square(c.any())),
  (c) => ((x) => e.max(apart(x), { axis: c.axisOf(x), keepDims: true }))(c.ranked()),
  (c) => ((x) => e.cumsum(x, c.axisOf(x)))(c.ranked()),
  (c) => {
    const x = c.ranked();
    const D = x.shape.at(-1)!;
    const row = (y: Tensor) => e.broadcastTo(e.reshape(e.mean(y), [1]), [D]);
    return e.layerNorm(x, row(c.any()), row(c.any()), 0.1);
  },
  (c) => {
    const a = c.ranked(2);
    const [transposeA, transposeB] = [c.number(2) === 1, c.number(2) === 1];
    const K = a.shape.at(transposeA ? -2 : -1)!;
    const N = 1 + c.number(3);
    const flat = e.reshape(c.any(), [-1]);
    const columns = e.gather(flat, c.indices([K * N], flat.shape[0]!));
    const batch = a.shape.slice(0, -2);
    const b = e.broadcastTo(e.reshape(columns, transposeB ? [N, K] : [K, N]), [
      ...batch,
      ...(transposeB ? [N, K] : [K, N]),
    ]);
    const product = e.matmul(a, b, { transposeA, transposeB, alpha: c.number(2) === 0 ? 1 : 0.5 });
    return c.number(2) === 0 ? product : e.add(product, c.beside(product));
  },
  (c) => ((x) => e.matmul(x, c.sameShape(x), { transposeB: true, alpha: 0.5 }))(c.ranked(2)),
  (c) => ((x) => ((axis) => e.gather(x, c.indices([3], x.shape[axis]!), axis))(c.axisOf(x)))(c.ranked()),
  (c) => {
    const x = c.ranked();
    const axis = c.axisOf(x);
    return e.takeAlongAxis(x, c.indices(replaced(x.shape, axis, 2), x.shape[axis]!), axis);
  },
  (c) => {
    const x = c.ranked();
    const axis = c.axisOf(x);
    return e.scatterAdd(x, c.indices(x.shape, x.shape[axis]!), c.sameShape(x), axis);
  },
  (c) => ((x) => e.indexAdd(x, c.indices([x.shape[0]!], x.shape[0]!), e.mul(x, 0.5)))(c.ranked()),
  (c) => ((x) => e.concat([x, c.sameShape(x), x], c.axisOf(x)))(c.ranked()),
  (c) => {
    const x = c.ranked();
    const axis = c.axisOf(x);
    const start = c.number(x.shape[axis]!);
    return e.slice(x, { [axis]: [start, start + 1 + c.number(x.shape[axis]! - start)] });
  },
  (c) => ((x) => e.pad(x, { [c.axisOf(x)]: [c.number(2), c.number(2)] }, c.number(2)))(c.ranked()),
  (c) => e.transpose(c.ranked(2)),
  (c) => e.reshape(c.any(), [-1, 1]),
  (c) => ((x) => e.broadcastTo(x, [1 + c.number(2), ...x.shape]))(c.any()),
];
const largest = 200;

/** The graph of a recipe over its inputs: outputs, gradients, and which of the outputs update which input. */
function traced({ steps, updates }: Recipe, inputs: readonly Tensor[]) {
  const values = [...inputs];
  for (const { op, choices } of steps) {
    const made = makers[op % makers.length]!(chooser(values, choices));
    if (sizeOf(made.shape) <= largest) values.push(tame(made));
  }
  const loss = e.mean(values.map((x) => e.mean(e.square(x))).reduce((a, b) => e.add(a, b)));
  const outputs: Record<string, Tensor> = { loss, last: values.at(-1)! };
  const update: Record<string, string> = {};
  const slopes = e.gradients(loss, inputs);
  for (const [i, x] of inputs.entries()) {
    // An update: the input itself, a step along the gradient, an accumulated gradient, or some value of its shape.
    const fitting = values.filter((y) => e.sameShape(y.shape, x.shape));
    const choice = updates[i]!;
    const kinds = [
      slopes[i]!,
      e.sub(x, e.mul(slopes[i]!, 0.1)),
      e.add(slopes[i]!, x),
      fitting[choice % fitting.length]!,
    ];
    outputs[`slope ${i}`] = slopes[i]!;
    if (choice % 5 === 4) continue;
    outputs[`new ${i}`] = kinds[choice % 5]!;
    update[`new ${i}`] = `x${i}`;
  }
  return { outputs, update };
}

type Run = Record<string, number[]>;

/** Outputs and inputs after two runs: the second starts from what the first updated. */
function twice(recipe: Recipe, backend: e.Backend, inPlace: boolean): Run {
  const specs = Object.fromEntries(recipe.shapes.map((shape, i) => [`x${i}`, shape]));
  const named = Object.keys(specs);
  const { update } = traced(
    recipe,
    recipe.shapes.map((shape, i) => e.input(`x${i}`, shape)),
  );
  using executable: Executable<Specs, string> = e.compileOn(
    backend,
    (x) =>
      traced(
        recipe,
        named.map((name) => x[name]!),
      ).outputs,
    specs,
    { update, inPlace },
  );
  const rng = stream(recipe.seed, "random graph");
  for (const name of named) fill(executable.inputs[name]!, () => rng.normal());
  const results: Run = {};
  for (const run of ["first", "second"]) {
    executable.run();
    for (const [name, data] of [...Object.entries(executable.inputs), ...Object.entries(executable.outputs)]) {
      results[`${run} ${name}`] = Array.from(data as Float32Array);
    }
  }
  return results;
}

const print = (recipe: Recipe): string => {
  const { outputs, update } = traced(
    recipe,
    recipe.shapes.map((shape, i) => e.input(`x${i}`, shape)),
  );
  return `${e.printGraph(Object.values(outputs))}\noutputs ${Object.keys(outputs)}; in place ${JSON.stringify(update)}`;
};

/** PLAUDIT_RANDOM_GRAPHS=10000 tries so many of another seed each time; without it always the same. */
const wanted = process.env.PLAUDIT_RANDOM_GRAPHS;
const runs = Number(wanted ?? 300);

it(`${runs} random graphs: in place = beside, bit for bit, and = the definition`, () => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const graph = print(recipe);
      const inPlace = twice(recipe, e.onnxRuntime(), true);
      const beside = twice(recipe, e.onnxRuntime(), false);
      for (const [name, numbers] of Object.entries(beside)) {
        expect(inPlace[name], `${name} in place of\n${graph}`).toEqual(numbers);
      }
      for (const [name, numbers] of Object.entries(twice(recipe, e.interpreter, false))) {
        const scale = Math.max(1, ...numbers.map(Math.abs));
        expect(beside[name], `${name} of\n${graph}`).toBeCloseToAll(numbers, { atol: 2e-4 * scale, rtol: 2e-4 });
      }
    }),
    { numRuns: runs, ...(wanted === undefined ? { seed: 1 } : {}) },
  );
}, 600_000);
