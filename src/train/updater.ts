import { allocate, PlauditError } from "../base/index.ts";
import { add, mul, square, sum } from "../engine/index.ts";
import type { Weights } from "../nn/index.ts";
import { clipCoefficient, type Optimizer } from "../optim/index.ts";
import { type Pass, pass, type Range, scalar } from "./chunks.ts";

export interface UpdateSettings {
  readonly learningRate: number;
  readonly weightDecay?: number;
  /** Global-norm clipping; 0 or absent: none. */
  readonly maxGradNorm?: number;
}

/** An optimizer at work on flat weights: everything is updated in place. */
export interface Updater {
  /** Steps taken so far. */
  step: number;
  /** The optimizer's state, one flat array per slot, in the order of the weights. */
  readonly slots: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  /**
   * Adds the `others` to the gradient, clips it, then updates the weights. Returns the gradient's global norm before
   * clipping. Throws `non-finite`, and leaves weights and state alone, when that is not a number.
   */
  update(settings: UpdateSettings, others?: readonly Float32Array<ArrayBuffer>[]): Promise<number>;
  dispose(): void;
}

export function updater(weights: Weights, gradient: Float32Array<ArrayBuffer>, optimizer: Optimizer): Updater {
  const n = weights.flat.length;
  const slots = Object.fromEntries(
    Object.entries(optimizer.slots).map(([name, value]) => [name, allocate("float32", n).fill(value)]),
  );
  const slotNames = Object.keys(slots);
  const gradientScale = scalar(1);
  const groups = [
    { range: { start: 0, end: weights.decayEnd }, decays: true },
    { range: { start: weights.decayEnd, end: n }, decays: false },
  ].map(({ range, decays }) => ({ ...prepareGroup(range), decays }));

  /** One group of parameters with the same weight decay. */
  function prepareGroup(range: Range) {
    const scalars: Record<string, Float32Array<ArrayBuffer>> = {};
    const zero = { step: 1, learningRate: 0, weightDecay: 0 };
    for (const name of Object.keys(optimizer.scalars(zero))) scalars[name] = scalar();
    const apply = pass(
      (x) => {
        const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, x[name]!]));
        const { parameter, slots: next } = optimizer.update({
          parameter: x.parameter!,
          gradient: mul(x.gradient!, x.gradientScale!),
          slots: pick(slotNames),
          scalars: pick(Object.keys(scalars)),
        });
        return {
          "new parameter": parameter,
          ...Object.fromEntries(slotNames.map((name) => [`new ${name}`, next[name]!])),
        };
      },
      {
        arrays: { parameter: weights.flat, gradient, ...slots },
        scalars: { ...scalars, gradientScale },
        range,
        update: { "new parameter": "parameter", ...Object.fromEntries(slotNames.map((name) => [`new ${name}`, name])) },
      },
    );
    return { scalars, apply };
  }

  /** Sums of squares of the gradient, once `others` have been added to it; made for each number of them. */
  const totals = new Map<number, Pass>();
  const totalOf = (others: readonly Float32Array<ArrayBuffer>[]): Pass => {
    const known = totals.get(others.length);
    if (known !== undefined) return known;
    const made = pass(
      ({ gradient, ...more }) => {
        const total = Object.values(more).reduce((a, b) => add(a, b), gradient!);
        return { squares: sum(square(total)), ...(others.length > 0 && { "new gradient": total }) };
      },
      {
        arrays: { gradient, ...Object.fromEntries(others.map((other, i) => [`other ${i}`, other])) },
        scalars: {},
        range: { start: 0, end: n },
        update: others.length > 0 ? { "new gradient": "gradient" } : {},
      },
    );
    totals.set(others.length, made);
    return made;
  };

  return {
    step: 0,
    slots,
    async update({ learningRate, weightDecay = 0, maxGradNorm = 0 }, others = []) {
      const total = totalOf(others);
      await total.run();
      const gradNorm = Math.sqrt(total.outputs("squares").reduce((total, [x]) => total + x!, 0));
      if (!Number.isFinite(gradNorm)) {
        throw new PlauditError(`the gradient of step ${this.step + 1} is not finite`, {
          code: "non-finite",
          help: "lower the learning rate, clip the gradient (--max-grad-norm), or look at the batch of this step",
        });
      }
      this.step++;
      gradientScale[0] = maxGradNorm > 0 ? clipCoefficient(gradNorm, maxGradNorm) : 1;
      for (const { scalars, apply, decays } of groups) {
        const values = optimizer.scalars({ step: this.step, learningRate, weightDecay: decays ? weightDecay : 0 });
        for (const [name, value] of Object.entries(values)) scalars[name]![0] = value;
        await apply.run();
      }
      return gradNorm;
    },
    dispose() {
      for (const total of totals.values()) total.dispose();
      for (const { apply } of groups) apply.dispose();
    },
  };
}
