import { z } from "zod";
import type { Network } from "../models/index.ts";
import {
  type Batch,
  collate,
  defaultMicroBatch,
  type Evaluator,
  type HeadedLoss,
  headInChunks,
  type Learner,
  type Loss,
  learntTokens,
  microBatches,
  type TokenRow,
} from "../train/index.ts";
import { sftLoss, tokenAccuracy } from "./losses/index.ts";

const headed = (network: Network): HeadedLoss => ({
  body: (params, { ids }, dropout) => network.hidden(params, ids!, dropout),
  head(params, { hidden, targets, weights }) {
    const x = { logits: network.logits(params, hidden), targets: targets!, weights: weights! };
    return { loss: sftLoss(x), accuracy: tokenAccuracy(x) };
  },
  perToken: ["targets", "weights"],
});

/** Weighted cross-entropy of the next token, and how often the likeliest token is the right one. */
export function languageModelLoss(network: Network): Loss {
  const { body, head } = headed(network);
  return (params, batch, dropout) => head(params, { ...batch, hidden: body(params, batch, dropout) });
}

export const chunkedLogits = z
  .int()
  .positive()
  .optional()
  .describe("tokens whose logits exist at one time, for large vocabularies (default: all of a pass; slower)");

/** What adds the gradient of a loss: a learner, or something in its place. */
export type Gradients = Pick<Learner, "forwardBackward">;

/** The learner, or in its place one that takes the language-model loss over so many tokens at a time. */
export function gradientsOf(learner: Learner, network: Network, tokens: number | undefined): Gradients {
  if (tokens === undefined) return learner;
  const run = headInChunks(headed(network), tokens);
  return { forwardBackward: (_, batch, options) => run(learner, batch, options) };
}

/** A window of running text as a row: every token is learnt. */
export const windowRow = (ids: Int32Array): TokenRow => ({ ids, mask: new Uint8Array(ids.length).fill(1) });

export interface Measured {
  /** Mean over tokens, nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly tokens: number;
}

export interface RowsOptions {
  readonly microBatchSize?: number | undefined;
  /** Of each token's loss; default 1 / learnt tokens, which makes the loss their mean. */
  readonly tokenWeight?: number;
  readonly context: number;
}

/** Adds the gradient of the mean loss over the learnt tokens of `rows`. */
export const learnRows = (
  learner: Gradients,
  loss: Loss,
  rows: readonly TokenRow[],
  options: RowsOptions,
): Promise<Measured> =>
  overRows(rows, options, (batch, firstRow) => learner.forwardBackward(loss, batch, { firstRow }));

/** The mean loss over the learnt tokens of `rows`. */
export const measureRows = (
  evaluator: Evaluator,
  loss: Loss,
  rows: readonly TokenRow[],
  options: RowsOptions,
): Promise<Measured> => overRows(rows, options, (batch) => evaluator.forward(loss, batch));

async function overRows(
  rows: readonly TokenRow[],
  { microBatchSize, tokenWeight, context }: RowsOptions,
  run: (batch: Batch, firstRow: number) => ReturnType<Evaluator["forward"]>,
): Promise<Measured> {
  const lengths = rows.map(({ ids }) => ids.length);
  const tokens = rows.reduce((n, row) => n + learntTokens(row), 0);
  const weight = tokenWeight ?? 1 / tokens;
  const size = microBatchSize ?? defaultMicroBatch(rows.length, Math.max(...lengths));
  let [loss, accuracy, firstRow] = [0, 0, 0];
  for (const { rows: members, T } of microBatches(lengths, size, context)) {
    const outputs = await run(
      collate(
        members.map((i) => rows[i]!),
        { size, T, tokenWeight: weight },
      ),
      firstRow,
    );
    firstRow += members.length;
    loss += outputs.loss![0]!;
    accuracy += outputs.accuracy![0]!;
  }
  // With a weight of the caller's own the sums are brought back to means.
  const scale = 1 / (weight * tokens);
  return { loss: loss * scale, accuracy: accuracy * scale, tokens };
}

/**
 * The mean loss over a whole text in consecutive windows (of one id more than the context): each token but the first is
 * predicted once. All passes have one shape.
 */
export async function measureText(
  evaluator: Evaluator,
  loss: Loss,
  windows: readonly Int32Array[],
  microBatchSize?: number,
): Promise<Measured> {
  const T = windows[0]!.length - 1;
  const size = microBatchSize ?? defaultMicroBatch(windows.length, T);
  const tokens = windows.reduce((n, window) => n + window.length - 1, 0);
  const total = { loss: 0, accuracy: 0 };
  for (let at = 0; at < windows.length; at += size) {
    const rows = windows.slice(at, at + size).map(windowRow);
    const outputs = await evaluator.forward(loss, collate(rows, { size, T, tokenWeight: 1 }));
    total.loss += outputs.loss![0]!;
    total.accuracy += outputs.accuracy![0]!;
  }
  return { loss: total.loss / tokens, accuracy: total.accuracy / tokens, tokens };
}

/** Adds the gradient of the mean loss over windows of one length, times `coefficient`. */
export async function learnWindows(
  learner: Gradients,
  loss: Loss,
  windows: readonly Int32Array[],
  { microBatchSize, coefficient = 1 }: { microBatchSize?: number | undefined; coefficient?: number } = {},
): Promise<Measured> {
  const T = windows[0]!.length - 1;
  const size = microBatchSize ?? defaultMicroBatch(windows.length, T);
  const tokens = windows.length * T;
  const total = { loss: 0, accuracy: 0 };
  for (let at = 0; at < windows.length; at += size) {
    const rows = windows.slice(at, at + size).map(windowRow);
    const batch = collate(rows, { size, T, tokenWeight: coefficient / tokens });
    const outputs = await learner.forwardBackward(loss, batch, { firstRow: at });
    total.loss += outputs.loss![0]!;
    total.accuracy += outputs.accuracy![0]!;
  }
  return { loss: total.loss / coefficient, accuracy: total.accuracy / coefficient, tokens };
}
