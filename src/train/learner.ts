/**
 * The seam below the trainers: `forward`, `forwardBackward` (adds to the gradient) and `optimStep`, with one's own loss
 * as a plain function in graph ops. What tinker offers as a service, here in the process.
 */
import { allocate, type NDArray, PlauditError, sizeOf, stream } from "../base/index.ts";
import { compile, type Executable, gradients, type Spec, type Specs, type Tensor } from "../engine/index.ts";
import {
  type Dropout,
  dropoutPrefix,
  noDropout,
  type Params,
  trainingDropout,
  viewWeights,
  type Weights,
} from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { type UpdateSettings, updater } from "./updater.ts";

/** The arrays of one micro-batch. The smallest first dimension is the number of rows. */
export type Batch = Readonly<Record<string, NDArray>>;

/**
 * What a step computes: `loss` (scalar) is differentiated, everything else is reported. Must be pure: it is traced once
 * for each set of shapes.
 */
export type Loss = (
  params: Params,
  batch: Readonly<Record<string, Tensor>>,
  dropout: Dropout,
) => { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

/** Outputs of a loss. The arrays are reused by the next call with the same shapes. */
export type Outputs = Readonly<Record<string, Float32Array>>;

export interface LearnerOptions {
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  /** Of the dropout masks. */
  readonly seed?: number;
}

export interface LearnerState {
  readonly step: number;
  readonly slots: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}

/** Runs losses without gradients: for reference and reward models, and for validation. */
export interface Evaluator {
  /** Without dropout. The arrays are reused by the next call with the same shapes. */
  forward(loss: Loss, batch: Batch): Promise<Outputs>;
  dispose(): void;
}

export interface Learner extends Evaluator {
  readonly weights: Weights;
  /** Optimizer steps taken. */
  readonly step: number;
  readonly state: LearnerState;
  /** Copies a saved optimizer state into place. */
  restore(state: LearnerState): void;
  /** Adds d loss / d parameters to the gradient. `firstRow` is the place of the batch's first row in the whole step: it keys dropout. */
  forwardBackward(loss: Loss, batch: Batch, options?: { readonly firstRow?: number }): Promise<Outputs>;
  /** Updates the weights by the gradient gathered since the last step, and returns its norm before clipping. */
  optimStep(settings: UpdateSettings): Promise<number>;
}

/** Compiled graphs that a learner keeps of each kind. */
const cacheSize = 24;

export function evaluator(weights: Weights): Evaluator {
  const executables = lossCache((loss, batch) => compileLoss("forward", loss, batch, weights));
  return {
    forward: (loss, batch) => execute(executables.get(loss, batch), batch),
    dispose: executables.dispose,
  };
}

export function learner({ weights, optimizer, seed = 0 }: LearnerOptions): Learner {
  const gradient = viewWeights(weights.parameters, allocate("float32", weights.flat.length));
  const update = updater(weights, gradient.flat, optimizer);
  const evaluate = evaluator(weights);
  const cacheOf = (mode: Mode) => lossCache((loss, batch) => compileLoss(mode, loss, batch, weights, gradient));
  // The first micro-batch of a step writes the gradient, the others add to it.
  const [first, others] = [cacheOf("gradient"), cacheOf("accumulate")];
  let gathered = 0;

  return {
    weights,
    get step() {
      return update.step;
    },
    get state() {
      return { step: update.step, slots: update.slots };
    },
    restore(state) {
      update.step = state.step;
      for (const [name, slot] of Object.entries(update.slots)) {
        const saved = state.slots[name];
        if (saved?.length !== slot.length)
          throw new PlauditError(
            `the saved ${name} of the optimizer has ${saved?.length ?? "no"} numbers, the weights ${slot.length}`,
            {
              code: "misshapen-tensor",
              help: "the checkpoint is of another model or another optimizer",
            },
          );
        slot.set(saved);
      }
    },
    forward: evaluate.forward,
    async forwardBackward(loss, batch, { firstRow = 0 } = {}) {
      const executable = (gathered === 0 ? first : others).get(loss, batch);
      gathered++;
      const rows = Math.min(...Object.values(batch).flatMap(({ shape }) => shape.slice(0, 1)));
      for (const [name, mask] of Object.entries(executable.inputs)) {
        if (!name.startsWith(dropoutPrefix)) continue;
        fillDropout(mask as Uint8Array, name, { rows, firstRow, seed, step: update.step });
      }
      return execute(executable, batch);
    },
    async optimStep(settings) {
      if (gathered === 0) throw new PlauditError("optimStep was called before any forwardBackward", { code: "usage" });
      gathered = 0;
      return update.update(settings);
    },
    dispose() {
      for (const cache of [first, others, evaluate, update]) cache.dispose();
    },
  };
}

/** Compiled graphs by loss and shapes; the one unused for longest makes room. */
function lossCache(compile: (loss: Loss, batch: Batch) => Executable<Specs, string>) {
  const executables = new Map<string, Executable<Specs, string>>();
  const lossIds = new Map<Loss, number>();
  return {
    get(loss: Loss, batch: Batch): Executable<Specs, string> {
      if (!lossIds.has(loss)) lossIds.set(loss, lossIds.size);
      const shapes = Object.entries(batch).map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape}]`);
      const key = `${lossIds.get(loss)} ${shapes.join(" ")}`;
      const executable = executables.get(key) ?? compile(loss, batch);
      executables.delete(key);
      executables.set(key, executable);
      if (executables.size > cacheSize) {
        const [oldest, unused] = executables.entries().next().value!;
        executables.delete(oldest);
        unused.dispose();
      }
      return executable;
    },
    dispose() {
      for (const executable of executables.values()) executable.dispose();
      executables.clear();
    },
  };
}

async function execute(executable: Executable<Specs, string>, batch: Batch): Promise<Outputs> {
  for (const [name, { data }] of Object.entries(batch)) {
    (executable.inputs[name] as Float32Array).set(data as Float32Array);
  }
  await executable.runAsync();
  return executable.outputs as Outputs;
}

type Mode = "forward" | "gradient" | "accumulate";

function compileLoss(
  mode: Mode,
  loss: Loss,
  batch: Batch,
  weights: Weights,
  gradient?: Weights,
): Executable<Specs, string> {
  const parameters = [...weights.arrays];
  const accumulator = (name: string) => `gradient of ${name}`;
  const specs: Record<string, Spec> = {};
  const buffers: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const [name, { shape, data }] of parameters) {
    specs[name] = { shape, dtype: "float32" };
    buffers[name] = data;
    if (gradient === undefined) continue;
    specs[accumulator(name)] = { shape, dtype: "float32" };
    buffers[accumulator(name)] = gradient.arrays.get(name)!.data;
  }
  for (const [name, { shape, dtype }] of Object.entries(batch)) specs[name] = { shape, dtype };
  const update =
    mode === "forward"
      ? {}
      : Object.fromEntries(parameters.map(([name]) => [`new ${accumulator(name)}`, accumulator(name)]));
  return compile(
    (x) => {
      const params = Object.fromEntries(parameters.map(([name]) => [name, x[name]!]));
      const inputs = Object.fromEntries(Object.keys(batch).map((name) => [name, x[name]!]));
      const outputs = loss(params, inputs, mode === "forward" ? noDropout : trainingDropout);
      if (mode === "forward") return outputs;
      const wrt = parameters.map(([name]) => x[name]!);
      const into = mode === "accumulate" ? { into: parameters.map(([name]) => x[accumulator(name)]!) } : {};
      const slopes = gradients(outputs.loss, wrt, into);
      return {
        ...outputs,
        ...Object.fromEntries(parameters.map(([name], i) => [`new ${accumulator(name)}`, slopes[i]!])),
      };
    },
    specs,
    { buffers, update },
  );
}

/** Which entries are kept, from a stream of the step, the site and the row: independent of how rows are batched. */
function fillDropout(
  mask: Uint8Array,
  name: string,
  { rows, firstRow, seed, step }: { rows: number; firstRow: number; seed: number; step: number },
): void {
  const rate = Number(name.slice(name.lastIndexOf("@") + 1));
  const threshold = rate * 4294967296;
  const width = mask.length / rows;
  for (let r = 0; r < rows; r++) {
    const rng = stream(seed, name, step, firstRow + r);
    for (let i = r * width; i < (r + 1) * width; i++) mask[i] = rng.uint32() >= threshold ? 1 : 0;
  }
}

/** An array of a batch. */
export function ndarray<D extends NDArray["dtype"]>(
  dtype: D,
  shape: readonly number[],
  fill?: ArrayLike<number>,
): NDArray<D> {
  const data = allocate(dtype, sizeOf(shape));
  if (fill !== undefined) (data as unknown as Float32Array).set(fill);
  return { dtype, shape, data };
}
