/**
 * The seam below the trainers: `forward`, `forwardBackward` (adds to the gradient) and `optimStep`, with one's own loss
 * as a plain function in graph ops. What tinker offers as a service, here in the process.
 */
import { allocate, type NDArray, PlauditError } from "../base/index.ts";
import {
  compile,
  type Executable,
  freeLane,
  gradients,
  inLane,
  lanesFor,
  type Spec,
  type Specs,
  type Tensor,
} from "../engine/index.ts";
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
import type { Batch } from "./batch.ts";
import { fillDropout } from "./dropout-masks.ts";
import { type UpdateSettings, updater } from "./updater.ts";

/** What is computed of a batch. Must be pure: it is traced once for each set of shapes. */
export type Graph<O = Readonly<Record<string, Tensor>>> = (
  params: Params,
  batch: Readonly<Record<string, Tensor>>,
  dropout: Dropout,
) => O;

/** What a step computes: `loss` (scalar) is differentiated, everything else is reported. */
export type Loss = Graph<{ readonly loss: Tensor } & Readonly<Record<string, Tensor>>>;

/** Outputs of a loss: the caller's own. */
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

/**
 * Runs graphs without gradients: for reference and reward models, and for validation. Of a small network several batches
 * are computed side by side when they are given at once.
 */
export interface Evaluator {
  /** Batches that are computed side by side. */
  readonly lanes: number;
  /** Without dropout. */
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
  /**
   * Adds d loss / d parameters to the gradient. Calls need not wait for each other: the gradient depends on their order
   * and on `lanes`, not on their timing.
   */
  forwardBackward(loss: Loss, batch: Batch, options?: GradientsOptions): Promise<Outputs>;
  /** The forward pass of `forwardBackward` alone, with the same dropout. */
  trainingForward(graph: Graph, batch: Batch, options?: StepOptions): Promise<Outputs>;
  /** Updates the weights by the gradient gathered since the last step, and returns its norm before clipping. */
  optimStep(settings: UpdateSettings): Promise<number>;
}

/** Compiled graphs that a learner keeps of each kind. */
const cacheSize = 24;

/** Name of the input that holds the gradient by a parameter, and prefix of the output that replaces it. */
const gradientName = (parameter: string) => `gradient of ${parameter}`;
const newGradient = "new gradient of ";

export function evaluator(weights: Weights): Evaluator {
  const lanes = lanesFor(weights.flat.length);
  const executables = forwardCache(weights, noDropout);
  return {
    lanes,
    forward(graph, batch) {
      const lane = freeLane(lanes);
      return inLane(lane, () => execute(executables.get({ graph, batch, lane }), batch));
    },
    dispose: executables.dispose,
  };
}

export function learner({ weights, optimizer, seed = 0, gradientCheckpointing = false }: LearnerOptions): Learner {
  const evaluate = evaluator(weights);
  const { lanes } = evaluate;
  /** Each lane's gradient; the first is that of the step once the others have been added to it. */
  const gradientOf = perLane(() => viewWeights(weights.parameters, allocate("float32", weights.flat.length)));
  const update = updater(weights, gradientOf(0).flat, optimizer);
  const cacheOf = (accumulate: boolean) => {
    const memory = perLane((lane) => buffersOf([...weights.arrays, ...targetsOf(gradientOf(lane))]));
    const compileFirst = (loss: Loss, batch: Batch, by: readonly string[]) =>
      compileGradients(loss, batch, { weights, gradient: gradientOf(0), accumulate, by, gradientCheckpointing });
    return graphCache(compileFirst, memory);
  };
  // The first micro-batch of a lane's step writes the gradient, the others add to it.
  const [first, others] = [cacheOf(false), cacheOf(true)];
  const forwards = forwardCache(weights, trainingDropout);
  let gathered = 0;
  const run = (executable: Executable<Specs, string>, batch: Batch, firstRow: number) => {
    fillDropout(executable, batch, { seed, step: update.step, firstRow });
    return execute(executable, batch);
  };

  return {
    weights,
    lanes,
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
    forwardBackward(loss, batch, { firstRow = 0, by = [] } = {}) {
      const lane = gathered % lanes;
      const cache = gathered < lanes ? first : others;
      gathered++;
      return inLane(lane, () => run(cache.get({ graph: loss, batch, lane, by }), batch, firstRow));
    },
    trainingForward(graph, batch, { firstRow = 0 } = {}) {
      const lane = freeLane(lanes);
      return inLane(lane, () => run(forwards.get({ graph, batch, lane }), batch, firstRow));
    },
    async optimStep(settings) {
      if (gathered === 0) throw new PlauditError("optimStep was called before any forwardBackward", { code: "usage" });
      const others = Array.from({ length: Math.min(gathered, lanes) - 1 }, (_, i) => gradientOf(i + 1).flat);
      gathered = 0;
      return update.update(settings, others);
    },
    dispose() {
      for (const part of [first, others, forwards, evaluate, update]) part.dispose();
    },
  };
}

/** Made for each lane when it is first asked for. */
function perLane<T>(make: (lane: number) => T): (lane: number) => T {
  const made: T[] = [];
  return (lane) => {
    made[lane] ??= make(lane);
    return made[lane];
  };
}

type Buffers = Readonly<Record<string, Float32Array<ArrayBuffer>>>;
const buffersOf = (arrays: Iterable<readonly [string, NDArray<"float32">]>): Buffers =>
  Object.fromEntries([...arrays].map(([name, { data }]) => [name, data as Float32Array<ArrayBuffer>]));

interface Wanted<G> {
  readonly graph: G;
  readonly batch: Batch;
  readonly lane: number;
  /** Arrays of the batch whose gradients are outputs. */
  readonly by?: readonly string[];
}

/**
 * Compiled graphs by function and shapes; the one unused for longest makes room. Compiled once, bound once to the
 * `memory` of each lane that runs it.
 */
function graphCache<G extends Graph>(
  compile: (graph: G, batch: Batch, by: readonly string[]) => Executable<Specs, string>,
  memory: (lane: number) => Buffers,
) {
  type Bound = Map<number, Executable<Specs, string>>;
  const all = new Map<string, Bound>();
  const ids = new Map<G, number>();
  const disposeOf = (bound: Bound) => {
    for (const executable of bound.values()) executable.dispose();
  };
  return {
    get({ graph, batch, lane, by = [] }: Wanted<G>): Executable<Specs, string> {
      if (!ids.has(graph)) ids.set(graph, ids.size);
      const shapes = Object.entries(batch).map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape}]`);
      const key = `${ids.get(graph)} ${shapes.join(" ")} by ${by}`;
      const bound: Bound = all.get(key) ?? new Map([[0, compile(graph, batch, by)]]);
      if (!bound.has(lane)) bound.set(lane, bound.get(0)!.over(memory(lane)));
      all.delete(key);
      all.set(key, bound);
      if (all.size > cacheSize) {
        const [oldest, unused] = all.entries().next().value!;
        all.delete(oldest);
        disposeOf(unused);
      }
      return bound.get(lane)!;
    },
    dispose() {
      for (const bound of all.values()) disposeOf(bound);
      all.clear();
    },
  };
}

const forwardCache = (weights: Weights, dropout: Dropout) =>
  graphCache(
    (graph, batch) => compileForward(graph, batch, { weights, dropout }),
    () => buffersOf(weights.arrays),
  );

/** Runs it, and copies what it returns but for the state that it updates in place. */
async function execute(executable: Executable<Specs, string>, batch: Batch): Promise<Outputs> {
  for (const [name, { data }] of Object.entries(batch)) {
    (executable.inputs[name] as Float32Array).set(data as Float32Array);
  }
  await executable.runAsync();
  const outputs = Object.entries(executable.outputs as Outputs).filter(([name]) => !name.startsWith(newGradient));
  return Object.fromEntries(outputs.map(([name, data]) => [name, data.slice()]));
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
    { buffers: buffersOf(arrays), ...threadsIn(weights) },
  );
}

/** Where passes run in lanes, each lane's thread computes alone. */
const threadsIn = (weights: Weights) => (lanesFor(weights.flat.length) > 1 ? { threads: 1 as const } : {});

const targetsOf = (gradient: Weights) =>
  [...gradient.arrays].map(([name, array]) => [gradientName(name), array] as const);

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
  const targets = targetsOf(gradient);
  return compile(
    (x) => {
      const borders: Tensor[] = [];
      const dropout = gradientCheckpointing ? dropoutWithBorders(borders) : trainingDropout;
      const outputs = loss(picked(x, names), picked(x, Object.keys(batch)), dropout);
      const wrt = [...names, ...by].map((name) => x[name]!);
      const slopes = gradients(outputs.loss, wrt, {
        ...(accumulate && { into: names.map((name) => x[gradientName(name)]!) }),
        ...(borders.length > 0 && { checkpoints: borders }),
      });
      const titles = [...names.map((name) => `${newGradient}${name}`), ...by.map((name) => `gradient by ${name}`)];
      return { ...outputs, ...Object.fromEntries(titles.map((title, i) => [title, slopes[i]!])) };
    },
    { ...specsOf(weights.arrays), ...specsOf(targets), ...specsOf(Object.entries(batch)) },
    {
      buffers: buffersOf([...weights.arrays, ...targets]),
      update: Object.fromEntries(names.map((name) => [`${newGradient}${name}`, gradientName(name)])),
      ...threadsIn(weights),
    },
  );
}
