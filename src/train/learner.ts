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

/** The arrays of one micro-batch. The first dimension of those that have one is the rows. */
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

export interface Learner {
  readonly weights: Weights;
  /** Optimizer steps taken. */
  readonly step: number;
  readonly state: LearnerState;
  /** Copies a saved optimizer state into place. */
  restore(state: LearnerState): void;
  /** Without gradient and without dropout. */
  forward(loss: Loss, batch: Batch): Promise<Outputs>;
  /** Adds d loss / d parameters to the gradient. `firstRow` is the place of the batch's first row in the whole step: it keys dropout. */
  forwardBackward(loss: Loss, batch: Batch, options?: { readonly firstRow?: number }): Promise<Outputs>;
  /** Updates the weights by the gradient gathered since the last step, and returns its norm before clipping. */
  optimStep(settings: UpdateSettings): Promise<number>;
  dispose(): void;
}

/** Compiled graphs that one learner keeps; the one unused for longest makes room. */
const cacheSize = 24;

export function learner({ weights, optimizer, seed = 0 }: LearnerOptions): Learner {
  const gradient = viewWeights(weights.parameters, allocate("float32", weights.flat.length));
  const update = updater(weights, gradient.flat, optimizer);
  const executables = new Map<string, Executable<Specs, string>>();
  const lossIds = new Map<Loss, number>();
  let gathered = 0;

  const executableFor = (mode: Mode, loss: Loss, batch: Batch): Executable<Specs, string> => {
    if (!lossIds.has(loss)) lossIds.set(loss, lossIds.size);
    const shapes = Object.entries(batch).map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape}]`);
    const key = `${mode} ${lossIds.get(loss)} ${shapes.join(" ")}`;
    const known = executables.get(key);
    executables.delete(key);
    const executable = known ?? compileLoss(mode, loss, batch, weights, gradient);
    executables.set(key, executable);
    if (executables.size > cacheSize) {
      const [oldest, unused] = executables.entries().next().value!;
      executables.delete(oldest);
      unused.dispose();
    }
    return executable;
  };

  const run = async (mode: Mode, loss: Loss, batch: Batch, firstRow: number): Promise<Outputs> => {
    const executable = executableFor(mode, loss, batch);
    for (const [name, { data }] of Object.entries(batch))
      (executable.inputs[name] as Float32Array).set(data as Float32Array);
    if (mode !== "forward") {
      const rows = Math.max(1, ...Object.values(batch).map(({ shape }) => shape[0] ?? 1));
      for (const name of Object.keys(executable.inputs)) {
        if (!name.startsWith(dropoutPrefix)) continue;
        fillDropout(executable.inputs[name] as Uint8Array, name, { rows, firstRow, key: [seed, update.step] });
      }
    }
    await executable.runAsync();
    return executable.outputs as Outputs;
  };

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
      for (const [name, slot] of Object.entries(update.slots)) slot.set(state.slots[name]!);
    },
    forward: (loss, batch) => run("forward", loss, batch, 0),
    forwardBackward(loss, batch, { firstRow = 0 } = {}) {
      return run(gathered++ === 0 ? "gradient" : "accumulate", loss, batch, firstRow);
    },
    async optimStep(settings) {
      if (gathered === 0) throw new PlauditError("optimStep was called before any forwardBackward", { code: "usage" });
      gathered = 0;
      const gradNorm = await update.update(settings);
      if (!Number.isFinite(gradNorm)) {
        throw new PlauditError(`the gradient of step ${update.step} is not finite`, {
          code: "non-finite",
          help: "lower the learning rate, clip the gradient (--max-grad-norm), or look at the batch of this step",
        });
      }
      return gradNorm;
    },
    dispose() {
      for (const executable of executables.values()) executable.dispose();
      executables.clear();
      update.dispose();
    },
  };
}

type Mode = "forward" | "gradient" | "accumulate";

function compileLoss(
  mode: Mode,
  loss: Loss,
  batch: Batch,
  weights: Weights,
  gradient: Weights,
): Executable<Specs, string> {
  const parameters = [...weights.arrays];
  const accumulator = (name: string) => `gradient of ${name}`;
  const specs: Record<string, Spec> = {};
  const buffers: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const [name, { shape, data }] of parameters) {
    specs[name] = { shape, dtype: "float32" };
    buffers[name] = data;
    if (mode === "forward") continue;
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
  { rows, firstRow, key }: { rows: number; firstRow: number; key: readonly [number, number] },
): void {
  const rate = Number(name.slice(name.lastIndexOf("@") + 1));
  const threshold = rate * 4294967296;
  const width = mask.length / rows;
  const [seed, step] = key;
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
