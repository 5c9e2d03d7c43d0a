import { stream } from "../base/index.ts";

export interface Batch {
  readonly epoch: number;
  /** Which rows of the dataset, in order. The last batch of an epoch may have fewer than `batchSize`. */
  readonly rows: Int32Array;
}

export interface Batches {
  readonly stepsPerEpoch: number;
  /** Steps in all epochs. */
  readonly steps: number;
  /** The batch of a step counted from 0; steps past the last go on into further epochs. */
  batchAt(step: number): Batch;
}

/**
 * The order in which rows are learnt: each epoch is a new permutation drawn from (seed, epoch), so the step number is
 * all that a resumed run must know. `epochs` may be a fraction.
 */
export function batches(rows: number, batchSize: number, seed: number, epochs = 1): Batches {
  const stepsPerEpoch = Math.ceil(rows / batchSize);
  let latest: { epoch: number; order: Int32Array } | undefined;
  const orderOf = (epoch: number): Int32Array => {
    if (latest?.epoch !== epoch) latest = { epoch, order: stream(seed, "data", epoch).permutation(rows) };
    return latest.order;
  };
  return {
    stepsPerEpoch,
    steps: Math.ceil(epochs * stepsPerEpoch),
    batchAt(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      const start = (step % stepsPerEpoch) * batchSize;
      return { epoch, rows: orderOf(epoch).slice(start, start + batchSize) };
    },
  };
}
