import type { NDArrayMap } from "../files/index.ts";

/** A file of a checkpoint: tensors (`….safetensors`), a JSON value (`….json`) or bytes. */
export type CheckpointFile = NDArrayMap | object | Uint8Array;

/** Paths inside a folder, with `/`: `model.safetensors`, `config.json`, `value/model.safetensors` … */
export type CheckpointFiles = Readonly<Record<string, CheckpointFile>>;

/**
 * All that a trainer needs to go on as if it had never stopped: the policy at the root in Hugging Face's layout,
 * further models in `value/`, `ema/` …, `optimizer.safetensors`, and the trainer's counters in `state.json`.
 */
export interface Checkpoint {
  readonly step: number;
  readonly files: CheckpointFiles;
}

/** What a trainer yields after each step. */
export interface TrainerStep {
  /** Counted from 1. */
  readonly step: number;
  /** Numbers that depend on seed and data only, under TRL's names. */
  readonly metrics: Readonly<Record<string, number>>;
  /** A few rows to look at: prompts, texts, scores. One that shows an earlier state names its own `step`. */
  readonly samples?: readonly object[];
  /** Whatever a clock said: seconds by part of the step, tokens per second. */
  readonly timing?: Readonly<Record<string, number>>;
  /** The state after this step. Valid until the generator is resumed: what it refers to may then change in place. */
  snapshot(): Checkpoint;
}

/** What a trainer returns at its end, at least. */
export interface Finished {
  /** Plain JSON: what `--json` prints and `run.json` keeps. */
  readonly result: object;
  /** The final model as in a checkpoint. It outlives the generator, so it owns its memory. */
  readonly files: CheckpointFiles;
}

export type Trainer<R extends Finished = Finished> = AsyncGenerator<TrainerStep, R, void>;
