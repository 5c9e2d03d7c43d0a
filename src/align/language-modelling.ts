import { z } from "zod";
import { sideBySide } from "../engine/index.ts";
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
export type Gradients = Pick<Learner, "forwardBackward" | "lanes">;

/** The learner, or in its place one that takes the language-model loss over so many tokens at a time. */
export function gradientsOf(learner: Learner, network: Network, tokens: number | undefined): Gradients {
  if (tokens === undefined) return learner;
  const run = headInChunks(headed(network), tokens);
  return { lanes: 1, forwardBackward: (_, batch, options) => run(learner, batch, options) };
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
  overRows(learner, rows, options, (batch, firstRow) => learner.forwardBackward(loss, batch, { firstRow }));

/** The mean loss over the learnt tokens of `rows`. */
export const measureRows = (
  evaluator: Evaluator,
  loss: Loss,
  rows: readonly TokenRow[],
  options: RowsOptions,
): Promise<Measured> => overRows(evaluator, rows, options, (batch) => evaluator.forward(loss, batch));

/** Adds the gradient of the mean loss over windows of one length (one id more than the context), times `coefficient`. */
export function learnWindows(
  learner: Gradients,
  loss: Loss,
  windows: readonly Int32Array[],
  { microBatchSize, coefficient = 1 }: { microBatchSize?: number | undefined; coefficient?: number } = {},
): Promise<Measured> {
  const context = windows[0]!.length - 1;
  const tokenWeight = coefficient / (windows.length * context);
  return learnRows(learner, loss, windows.map(windowRow), { microBatchSize, context, tokenWeight });
}

/** The mean loss over a whole text in consecutive windows: each token but the first is predicted once. */
export const measureText = (
  evaluator: Evaluator,
  loss: Loss,
  windows: readonly Int32Array[],
  microBatchSize?: number,
): Promise<Measured> =>
  measureRows(evaluator, loss, windows.map(windowRow), { microBatchSize, context: windows[0]!.length - 1 });

async function overRows(
  { lanes }: Pick<Evaluator, "lanes">,
  rows: readonly TokenRow[],
  { microBatchSize, tokenWeight, context }: RowsOptions,
  run: (batch: Batch, firstRow: number) => ReturnType<Evaluator["forward"]>,
): Promise<Measured> {
  const lengths = rows.map(({ ids }) => Math.min(ids.length, context)); // a window has one id more
  const tokens = rows.reduce((n, row) => n + learntTokens(row), 0);
  const weight = tokenWeight ?? 1 / tokens;
  const size = microBatchSize ?? defaultMicroBatch(rows.length, Math.max(...lengths), lanes);
  const passes = microBatches(lengths, size, context).entries();
  const outputs = await sideBySide({ lanes }, passes, ([i, { rows: members, T }]) => {
    const some = members.map((m) => rows[m]!);
    return run(collate(some, { size, T, tokenWeight: weight }), i * size);
  });
  // With a weight of the caller's own the sums are brought back to means.
  const scale = 1 / (weight * tokens);
  const total = (name: "loss" | "accuracy") => scale * outputs.reduce((sum, output) => sum + output[name]![0]!, 0);
  return { loss: total("loss"), accuracy: total("accuracy"), tokens };
}
