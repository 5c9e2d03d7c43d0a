import { allocate, PlauditError, type TypedArray } from "../base/index.ts";
import {
  add,
  cast,
  compile,
  div,
  type Executable,
  gradients,
  minimum,
  mul,
  reshape,
  type Specs,
  slice,
  sqrt,
  square,
  sum,
  type Tensor,
  where,
} from "../engine/index.ts";
import type { Params, Placed, Weights } from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";

/**
 * How graphs of these sizes run: on one core, since a second one costs more to wake than there is to do, and in memory of
 * their own, since threads that play at once would wait for each other at the common one.
 */
export const smallGraph = { threads: 1, ownMemory: true } as const;

/** The parameters of a network, cut out of the flat array that holds them all. */
export const paramsIn = (flat: Tensor, parameters: readonly Placed[]): Params =>
  Object.fromEntries(
    parameters.map(({ name, shape, offset, size }) => [
      name,
      reshape(slice(flat, { 0: [offset, offset + size] }), shape),
    ]),
  );

/** Weights, the optimizer's state beside them, and how many steps it took. What a checkpoint keeps. */
export interface Optimized {
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  readonly slots: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  step: number;
}

export const optimized = (weights: Weights, optimizer: Optimizer): Optimized => ({
  weights,
  optimizer,
  slots: Object.fromEntries(
    Object.entries(optimizer.slots).map(([name, value]) => [
      name,
      allocate("float32", weights.flat.length).fill(value),
    ]),
  ),
  step: 0,
});

/**
 * A loss in graph ops: its scalar `loss`, whatever else is to be read after an update, and `allowed` (bool, one value)
 * where the step is to be left out when that is false.
 */
export type FusedLoss<S extends Specs, O extends string> = (
  params: Params,
  batch: { readonly [N in keyof S]: Tensor },
) => Readonly<Record<O | "loss", Tensor>>;

export interface Fused<S extends Specs, O extends string> {
  /** Where the batch is written to. */
  readonly inputs: Executable<S, O>["inputs"];
  /** Of the last update, from before it; `allowed` is 1 or 0. */
  readonly outputs: Readonly<Record<O | "loss" | "gradNorm", Float32Array>>;
  /**
   * One step. False: it was not allowed, and nothing has changed. Throws `non-finite` when the gradient is no number: the
   * weights are spoilt then, go on from a checkpoint.
   */
  run(learningRate: number): boolean;
  dispose(): void;
}

export interface FusedOptions {
  /** Global-norm clipping. Default 0: none. */
  readonly maxGradNorm?: number;
  /** Memory of the caller's for parts of the batch. */
  readonly buffers?: Readonly<Record<string, TypedArray>>;
}

/**
 * Numbers closer to 0 than any normal float32 become 0. The moments of weights that get no gradient any more, as those of
 * a dead unit, shrink until rounding holds them there, and a processor takes a hundred times as long over such numbers:
 * DQN's updates took three times as long after a few thousand of them.
 */
function sweep(slot: Float32Array): void {
  for (let i = 0; i < slot.length; i++) if (Math.abs(slot[i]!) < leastNormal) slot[i] = 0;
}
const leastNormal = 2 ** -126;
/** Steps between two sweeps: often enough that they are few, seldom enough to cost nothing. */
const sweepEvery = 64;

/**
 * A small network's whole update as one graph: loss, gradient, clipping of its global norm, the optimizer's step. One call
 * takes tens of microseconds, where `train`'s learner, which is made for large networks, makes several passes.
 */
export function fused<const S extends Specs, O extends string>(
  state: Optimized,
  specs: S,
  loss: FusedLoss<S, O>,
  { maxGradNorm = 0, buffers: given = {} }: FusedOptions = {},
): Fused<S, O> {
  const { weights, optimizer, slots } = state;
  const numbersOf = (learningRate: number) => {
    const { weightDecay: _, ...numbers } = optimizer.scalars({ step: state.step + 1, learningRate, weightDecay: 0 });
    return numbers;
  };
  const all: Record<string, Specs[string]> = { ...specs, "the weights": [weights.flat.length] };
  const buffers: Record<string, TypedArray> = { ...given, "the weights": weights.flat };
  const update: Record<string, string> = { "new weights": "the weights" };
  for (const [name, slot] of Object.entries(slots)) {
    all[`slot ${name}`] = [slot.length];
    buffers[`slot ${name}`] = slot;
    update[`new slot ${name}`] = `slot ${name}`;
  }
  const numbers: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const name of Object.keys(numbersOf(0))) {
    all[`number ${name}`] = [];
    buffers[`number ${name}`] = numbers[name] = allocate("float32", 1);
  }
  const graph = (x: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> => {
    const flat = x["the weights"]!;
    const outputs = loss(paramsIn(flat, weights.parameters), x as { readonly [N in keyof S]: Tensor });
    const [gradient] = gradients(outputs.loss, [flat]);
    const gradNorm = sqrt(sum(square(gradient!)));
    const clipped = maxGradNorm > 0 ? mul(gradient!, minimum(div(maxGradNorm, add(gradNorm, 1e-6)), 1)) : gradient!;
    const pick = (prefix: string, names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, x[`${prefix} ${name}`]!]));
    const next = optimizer.update({
      parameter: flat,
      gradient: clipped,
      slots: pick("slot", Object.keys(slots)),
      scalars: pick("number", Object.keys(numbers)),
    });
    const { allowed, ...read } = outputs as Readonly<Record<string, Tensor>>;
    const orOld = (now: Tensor, old: Tensor) => (allowed ? where(allowed, now, old) : now);
    return {
      ...read,
      gradNorm,
      ...(allowed && { allowed: cast(allowed, "float32") }),
      "new weights": orOld(next.parameter, flat),
      ...Object.fromEntries(
        Object.entries(next.slots).map(([name, slot]) => [`new slot ${name}`, orOld(slot, x[`slot ${name}`]!)]),
      ),
    };
  };
  const executable = compile<Specs, string>(graph, all, { buffers, update, ...smallGraph });
  const names = Object.keys(executable.outputs).filter((name) => !(name in update));
  const outputs = Object.fromEntries(names.map((name) => [name, executable.float(name)]));
  const { gradNorm, allowed } = outputs;
  return {
    inputs: executable.inputs as unknown as Executable<S, O>["inputs"],
    outputs: outputs as Fused<S, O>["outputs"],
    run(learningRate) {
      for (const [name, value] of Object.entries(numbersOf(learningRate))) numbers[name]![0] = value;
      executable.run();
      if (allowed?.[0] === 0) return false;
      state.step++;
      if (state.step % sweepEvery === 0) for (const slot of Object.values(slots)) sweep(slot);
      if (Number.isFinite(gradNorm![0])) return true;
      throw new PlauditError(`the gradient of update ${state.step} is not finite`, {
        code: "non-finite",
        help: "lower the learning rate, clip the gradient, or look at the rewards and observations of the environment",
      });
    },
    dispose: () => executable.dispose(),
  };
}
