/**
 * The seam below the trainers: `forward`, `forwardBackward` (adds to the gradient) and `optimStep`, with one's own loss
 * as a plain function in graph ops. What tinker offers as a service, here in the process.
 */
import { allocate, type NDArray, PlauditError, sizeOf } from "../base/index.ts";
import { compile, type Executable, gradients, type Spec, type Specs, type Tensor } from "../engine/index.ts";
import {
  type Dropout,
  dropoutWithBorders,
  noDropout,
  type Params,
  trainingDropout,
  viewWeights,
  type Weights,
} from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { fillDropout } from "./dropout-masks.ts";
import { type UpdateSettings, updater } from "./updater.ts";

/** The arrays of one micro-batch. The smallest first dimension is the number of rows. */
export type Batch = Readonly<Record<string, NDArray>>;

/** What is computed of a batch. Must be pure: it is traced once for each set of shapes. */
export type Graph<O = Readonly<Record<string, Tensor>>> = (
  params: Params,
  batch: Readonly<Record<string, Tensor>>,
  dropout: Dropout,
) => O;

/** What a step computes: `loss` (scalar) is differentiated, everything else is reported. */
export type Loss = Graph<{ readonly loss: Tensor } & Readonly<Record<string, Tensor>>>;

/** Outputs of a loss. The arrays are reused by the next call with the same shapes. */
export type Outputs = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

export interface LearnerOptions {
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  /** Of the dropout masks. */
  readonly seed?: number;
  /**
   * Keeps only the values between blocks for the backward pass (Chen et al. 2016, arXiv:1604.06174), and computes a block's
   * inside again when its gradient is taken: less memory and the same bits, for a second forward pass. Default false.
   */
  readonly gradientCheckpointing?: boolean;
}

export interface LearnerState {
  readonly step: number;
  readonly slots: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}

/** Runs graphs without gradients: for reference and reward models, and for validation. */
export interface Evaluator {
  /** Without dropout. The arrays are reused by the next call with the same shapes. */
  forward(graph: Graph, batch: Batch): Promise<Outputs>;
  dispose(): void;
}

export interface StepOptions {
  /** The place of the batch's first row in the whole step: it keys dropout. Default 0. */
  readonly firstRow?: number;
}
export interface GradientsOptions extends StepOptions {
  /** Arrays of the batch whose gradients are wanted too: outputs `gradient by NAME`. */
  readonly by?: readonly string[];
}

export interface Learner extends Evaluator {
  readonly weights: Weights;
  /** Optimizer steps taken. */
  readonly step: number;
  readonly state: LearnerState;
  /** Copies a saved optimizer state into place. */
  restore(state: LearnerState): void;
  /** Adds d loss / d parameters to the gradient. */
  forwardBackward(loss: Loss, batch: Batch, options?: GradientsOptions): Promise<Outputs>;
  /** The forward pass of `forwardBackward` alone, with the same dropout. */
  trainingForward(graph: Graph, batch: Batch, options?: StepOptions): Promise<Outputs>;
  /** Updates the weights by the gradient gathered since the last step, and returns its norm before clipping. */
  optimStep(settings: UpdateSettings): Promise<number>;
}

/** Compiled graphs that a learner keeps of each kind. */
const cacheSize = 24;

export function evaluator(weights: Weights): Evaluator {
  const executables = graphCache((graph, batch) => compileForward(graph, batch, { weights, dropout: noDropout }));
  return {
    forward: (graph, batch) => execute(executables.get(graph, batch), batch),
    dispose: executables.dispose,
  };
}

export function learner({ weights, optimizer, seed = 0, gradientCheckpointing = false }: LearnerOptions): Learner {
  const gradient = viewWeights(weights.parameters, allocate("float32", weights.flat.length));
  const update = updater(weights, gradient.flat, optimizer);
  const evaluate = evaluator(weights);
  const cacheOf = (accumulate: boolean) =>
    graphCache((loss: Loss, batch, by) => {
      const target = { weights, gradient, accumulate, by, gradientCheckpointing };
      return compileGradients(loss, batch, target);
    });
  // The first micro-batch of a step writes the gradient, the others add to it.
  const [first, others] = [cacheOf(false), cacheOf(true)];
  const forwards = graphCache((graph, batch) => compileForward(graph, batch, { weights, dropout: trainingDropout }));
  let gathered = 0;
  const run = (executable: Executable<Specs, string>, batch: Batch, firstRow: number) => {
    fillDropout(executable, batch, { seed, step: update.step, firstRow });
    return execute(executable, batch);
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
    async forwardBackward(loss, batch, { firstRow = 0, by = [] } = {}) {
      const executable = (gathered === 0 ? first : others).get(loss, batch, by);
      gathered++;
      return run(executable, batch, firstRow);
    },
    async trainingForward(graph, batch, { firstRow = 0 } = {}) {
      return run(forwards.get(graph, batch), batch, firstRow);
    },
    async optimStep(settings) {
      if (gathered === 0) throw new PlauditError("optimStep was called before any forwardBackward", { code: "usage" });
      gathered = 0;
      return update.update(settings);
    },
    dispose() {
      for (const part of [first, others, forwards, evaluate, update]) part.dispose();
    },
  };
}

/** Compiled graphs by function and shapes; the one unused for longest makes room. */
function graphCache<G extends Graph>(
  compile: (graph: G, batch: Batch, by: readonly string[]) => Executable<Specs, string>,
) {
  const executables = new Map<string, Executable<Specs, string>>();
  const ids = new Map<G, number>();
  return {
    get(graph: G, batch: Batch, by: readonly string[] = []): Executable<Specs, string> {
      if (!ids.has(graph)) ids.set(graph, ids.size);
      const shapes = Object.entries(batch).map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape}]`);
      const key = `${ids.get(graph)} ${shapes.join(" ")} by ${by}`;
      const executable = executables.get(key) ?? compile(graph, batch, by);
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

const specsOf = (arrays: Iterable<readonly [string, NDArray]>): Record<string, Spec> =>
  Object.fromEntries([...arrays].map(([name, { shape, dtype }]) => [name, { shape, dtype }]));

type Traced = Readonly<Record<string, Tensor>>;
const picked = (x: Traced, names: Iterable<string>): Traced =>
  Object.fromEntries([...names].map((name) => [name, x[name]!]));

function compileForward(
  graph: Graph,
  batch: Batch,
  { weights, dropout }: { weights: Weights; dropout: Dropout },
): Executable<Specs, string> {
  const { arrays } = weights;
  return compile(
    (x) => graph(picked(x, arrays.keys()), picked(x, Object.keys(batch)), dropout),
    { ...specsOf(arrays), ...specsOf(Object.entries(batch)) },
    { buffers: Object.fromEntries([...arrays].map(([name, { data }]) => [name, data])) },
  );
}

interface GradientsTarget {
  readonly weights: Weights;
  /** Where the gradient by the weights is written, or added to what stands there. */
  readonly gradient: Weights;
  readonly accumulate: boolean;
  readonly by: readonly string[];
  readonly gradientCheckpointing: boolean;
}

function compileGradients(
  loss: Loss,
  batch: Batch,
  { weights, gradient, accumulate, by, gradientCheckpointing }: GradientsTarget,
): Executable<Specs, string> {
  const names = [...weights.arrays.keys()];
  const target = (name: string) => `gradient of ${name}`;
  const targets = [...gradient.arrays].map(([name, array]) => [target(name), array] as const);
  return compile(
    (x) => {
      const borders: Tensor[] = [];
      const dropout = gradientCheckpointing ? dropoutWithBorders(borders) : trainingDropout;
      const outputs = loss(picked(x, names), picked(x, Object.keys(batch)), dropout);
      const wrt = [...names, ...by].map((name) => x[name]!);
      const slopes = gradients(outputs.loss, wrt, {
        ...(accumulate && { into: names.map((name) => x[target(name)]!) }),
        ...(borders.length > 0 && { checkpoints: borders }),
      });
      const titles = [...names.map((name) => `new ${target(name)}`), ...by.map((name) => `gradient by ${name}`)];
      return { ...outputs, ...Object.fromEntries(titles.map((title, i) => [title, slopes[i]!])) };
    },
    { ...specsOf(weights.arrays), ...specsOf(targets), ...specsOf(Object.entries(batch)) },
    {
      buffers: Object.fromEntries([...weights.arrays, ...targets].map(([name, { data }]) => [name, data])),
      update: Object.fromEntries(names.map((name) => [`new ${target(name)}`, target(name)])),
    },
  );
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
