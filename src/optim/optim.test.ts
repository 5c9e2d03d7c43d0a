import { describe, expect, it } from "vitest";
import { input } from "../engine/graph/index.ts";
import { evaluate } from "../engine/interpret/index.ts";
import { adagrad, adam, adamw, ema, type Optimizer, polyak, rmsprop, sgd } from "./index.ts";

interface Settings {
  readonly learningRate?: number;
  readonly weightDecay?: number;
}

/** The parameters after each step; the gradients may depend on the parameters. */
function run(
  optimizer: Optimizer,
  x0: readonly number[],
  gradientAt: (x: readonly number[], step: number) => readonly number[],
  steps: number,
  { learningRate = 0.1, weightDecay = 0 }: Settings = {},
): number[][] {
  const shape = [x0.length];
  let x = [...x0];
  const state = new Map(Object.entries(optimizer.slots).map(([name, value]) => [name, x0.map(() => value)]));
  const trace: number[][] = [];
  for (let step = 1; step <= steps; step++) {
    const numbers = optimizer.scalars({ step, learningRate, weightDecay });
    const { parameter, slots } = optimizer.update({
      parameter: input("x", shape),
      gradient: input("g", shape),
      slots: Object.fromEntries([...state.keys()].map((name) => [name, input(name, shape)])),
      scalars: Object.fromEntries(Object.keys(numbers).map((name) => [name, input(`scalar ${name}`, [])])),
    });
    const names = Object.keys(slots);
    const feeds = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`scalar ${name}`, [value]]));
    const [next, ...after] = evaluate([parameter, ...names.map((name) => slots[name]!)], {
      x,
      g: gradientAt(x, step),
      ...Object.fromEntries(state),
      ...feeds,
    });
    x = [...next!];
    for (const [i, name] of names.entries()) state.set(name, [...after[i]!]);
    trace.push(x);
  }
  return trace;
}

const all: [string, Optimizer][] = [
  ["sgd", sgd()],
  ["sgd with momentum", sgd({ momentum: 0.5 })],
  ["adam", adam()],
  ["adamw with amsgrad", adamw({ amsgrad: true })],
  ["adam in TensorFlow's style", adam({ epsilonStyle: "tensorflow" })],
  ["rmsprop", rmsprop()],
  ["centered rmsprop in TensorFlow's style", rmsprop({ centered: true, epsilonStyle: "tensorflow", momentum: 0.5 })],
  ["adagrad", adagrad()],
];

describe.each(all)("%s", (_, optimizer) => {
  it("comes nearer to the minimum of a parabola", () => {
    const [x] = run(optimizer, [2], ([x]) => [2 * x!], 60, { learningRate: 0.05 }).at(-1)!;
    expect(Math.abs(x!)).toBeLessThan(1.5);
  });

  it("shrinks weights by its decay when there is no gradient", () => {
    const [x] = run(optimizer, [2], () => [0], 3, { weightDecay: 0.1 }).at(-1)!;
    expect(x!).toBeLessThan(2);
  });

  it("returns exactly the slots that it declares", () => {
    const x = input("x", [1]);
    const scalars = optimizer.scalars({ step: 1, learningRate: 0.1, weightDecay: 0 });
    const named = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, x]));
    const { slots } = optimizer.update({
      parameter: x,
      gradient: x,
      slots: named(optimizer.slots),
      scalars: named(scalars),
    });
    expect(Object.keys(slots).sort()).toEqual(Object.keys(optimizer.slots).sort());
  });
});

describe("sgd", () => {
  it("takes the gradient itself as first momentum, dampened only later", () => {
    const trace = run(sgd({ momentum: 0.5, dampening: 0.2 }), [0], () => [1], 2, { learningRate: 1 });
    expect(trace[0]![0]).toBeCloseTo(-1, 6);
    expect(trace[1]![0]).toBeCloseTo(-1 - (0.5 + 0.8), 6);
  });

  it("looks ahead with Nesterov's momentum", () => {
    const [first] = run(sgd({ momentum: 0.5, nesterov: true }), [0], () => [1], 1, { learningRate: 1 });
    expect(first![0]).toBeCloseTo(-1.5, 6);
  });

  it("refuses Nesterov's momentum without momentum", () => {
    expect(() => sgd({ nesterov: true })).toThrow(/momentum > 0/);
  });
});

describe("adam", () => {
  it("moves by the learning rate at first, whatever the gradient's size", () => {
    const [first] = run(adam(), [1, 1], () => [1e-3, -50], 1, { learningRate: 0.1 });
    expect(first![0]).toBeCloseTo(0.9, 4);
    expect(first![1]).toBeCloseTo(1.1, 4);
  });

  it("divides epsilon by the bias correction in TensorFlow's style only", () => {
    const step = (epsilonStyle: "torch" | "tensorflow") =>
      -run(adam({ epsilonStyle, epsilon: 1e-3 }), [0], () => [1e-3], 1, { learningRate: 1 })[0]![0]!;
    expect(step("torch")).toBeCloseTo(0.5, 4); // g / (g + ε)
    expect(step("tensorflow")).toBeCloseTo(1 / (1 + 1 / Math.sqrt(0.001)), 4); // g / (g + ε / √(1 − β₂))
  });

  it("keeps decay out of the moments only when it is decoupled", () => {
    const decayed = (optimizer: Optimizer) => run(optimizer, [2], () => [0], 1, { weightDecay: 0.5 })[0]![0]!;
    expect(decayed(adamw())).toBeCloseTo(2 * (1 - 0.1 * 0.5), 6);
    expect(decayed(adam())).toBeCloseTo(2 - 0.1, 6); // the normalized step of a gradient that is all decay
  });

  it("never forgets a large gradient with amsgrad", () => {
    const spike = (_: unknown, step: number) => [step === 1 ? 100 : 1];
    const moved = (amsgrad: boolean) => {
      const trace = run(adam({ amsgrad, betas: [0, 0.5] }), [0], spike, 20);
      return trace.at(-2)![0]! - trace.at(-1)![0]!;
    };
    expect(moved(true)).toBeLessThan(0.1 * moved(false));
  });
});

it("averages weights with a decay, and targets with τ = 1 − decay", () => {
  const [average, target] = evaluate(
    [ema(input("a", [1]), input("b", [1]), 0.9), polyak(input("a", [1]), input("b", [1]), 0.1)],
    { a: [10], b: [20] },
  );
  expect(average![0]).toBeCloseTo(11, 5);
  expect(target![0]).toBeCloseTo(11, 5);
});
