import type { NDArray } from "../base/index.ts";
import { type LanguageModel, languageModelFiles } from "../models/index.ts";
import { setWeights } from "../nn/index.ts";
import type { Checkpoint, CheckpointFiles } from "../run/index.ts";
import type { Learner } from "../train/index.ts";

/** The second argument of every trainer. */
export interface Resume {
  /** A checkpoint of this trainer to go on from. */
  readonly from?: Checkpoint | undefined;
}

/** What a trainer of one model saves: the model, the optimizer's state and counters of the trainer's own. */
export const trainingFiles = (model: LanguageModel, learner: Learner, counters: object = {}): CheckpointFiles => ({
  ...languageModelFiles(model),
  "optimizer.safetensors": new Map(optimizerTensors(learner)),
  "state.json": { optimizerSteps: learner.step, ...counters },
});

/** Puts model and optimizer back; returns the trainer's step. */
export function restoreTraining({ step, files }: Checkpoint, learner: Learner, model: LanguageModel): number {
  restoreWeights(model, files, "");
  const { optimizerSteps } = files["state.json"] as { optimizerSteps: number };
  restoreOptimizer(learner, tensors(files, "optimizer.safetensors"), optimizerSteps);
  return step;
}

/** Copies `<prefix>model.safetensors` into the model's memory. */
export const restoreWeights = (model: Pick<LanguageModel, "weights">, files: CheckpointFiles, prefix: string): void =>
  setWeights(model.weights, tensors(files, `${prefix}model.safetensors`) as ReadonlyMap<string, NDArray<"float32">>);

/** The optimizer's slots as tensors, each flat over all parameters in the order of `Weights`. */
export const optimizerTensors = (learner: Learner, prefix = ""): [string, NDArray][] =>
  Object.entries(learner.state.slots).map(([name, data]) => [
    `${prefix}${name}`,
    { dtype: "float32", shape: [data.length], data },
  ]);

export function restoreOptimizer(
  learner: Learner,
  saved: ReadonlyMap<string, NDArray>,
  step: number,
  prefix = "",
): void {
  const slots = Object.keys(learner.state.slots).map((name) => [name, saved.get(`${prefix}${name}`)!.data]);
  learner.restore({ step, slots: Object.fromEntries(slots) });
}

export const tensors = (files: CheckpointFiles, path: string): ReadonlyMap<string, NDArray> =>
  files[path] as ReadonlyMap<string, NDArray>;
