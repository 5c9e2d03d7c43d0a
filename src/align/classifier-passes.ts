/** The forward passes of a classifier: rows of one or more sequences in, one loss and each row's logits out. */

import { add, gather, mul } from "../engine/graph/index.ts";
import { sideBySide } from "../engine/index.ts";
import type { LanguageModel, Network } from "../models/index.ts";
import {
  type Batch,
  collate,
  defaultMicroBatch,
  type Evaluator,
  evaluator,
  type Loss,
  microBatches,
  ndarray,
  type Outputs,
} from "../train/index.ts";
import { classificationLoss, rowLogits, sftLoss } from "./losses/index.ts";

/** A row as `classificationInputs` makes it. All rows have the same number of sequences. */
export interface ClassifiedRow {
  readonly sequences: readonly (readonly number[])[];
  /** Index of the class; of the right sequence, where each is a choice. */
  readonly label: number;
}

/** L2 + λ·L1, both weighted by the batch; `logits` [B, K] are those of the rows. */
export const classifierLoss =
  (network: Network, S: number, { lmCoef, classifierDropout }: { lmCoef: number; classifierDropout: number }): Loss =>
  (params, { ids, last, labels, rowWeights, targets, weights }, dropout) => {
    const hidden = network.hidden(params, ids!, dropout);
    const extracted = dropout(gather(hidden, last!), classifierDropout, "classifier");
    const logits = rowLogits(network.classLogits(params, extracted), S, network.labels === undefined);
    const task = classificationLoss(logits, labels!, rowWeights!);
    if (lmCoef === 0) return { loss: task, task, logits };
    const lm = sftLoss({ logits: network.logits(params, hidden), targets: targets!, weights: weights! });
    return { loss: add(task, mul(lm, lmCoef)), task, lm, logits };
  };

interface PassOptions {
  readonly context: number;
  /** Rows of a forward pass, each with all its sequences. Default: about 640 tokens. */
  readonly microBatchSize?: number | undefined;
}

/** Means over rows (`loss`) and over all their tokens (`lmLoss`), and each row's logits. */
export async function overRows(
  { lanes }: Pick<Evaluator, "lanes">,
  rows: readonly ClassifiedRow[],
  { context, microBatchSize }: PassOptions,
  run: (batch: Batch, firstRow: number) => Promise<Outputs>,
) {
  const S = rows[0]!.sequences.length;
  const lengths = rows.map(({ sequences }) => Math.max(...sequences.map((ids) => ids.length)));
  const size = microBatchSize ?? defaultMicroBatch(rows.length, S * Math.max(...lengths), lanes);
  const tokens = rows.reduce((n, { sequences }) => n + sequences.reduce((m, ids) => m + ids.length - 1, 0), 0);
  const logits = new Array<Float32Array>(rows.length);
  const passes = microBatches(lengths, size, context).entries();
  const outputs = await sideBySide({ lanes }, passes, async ([i, { rows: members, T }]) => {
    const some = members.map((m) => rows[m]!);
    const batch = classifierBatch(some, { size, T, rowWeight: 1 / rows.length, tokenWeight: 1 / tokens });
    const output = await run(batch, i * size);
    const K = output.logits!.length / size;
    for (const [r, m] of members.entries()) logits[m] = output.logits!.slice(r * K, (r + 1) * K);
    return output;
  });
  const total = (name: string) => outputs.reduce((sum, output) => sum + (output[name]?.[0] ?? 0), 0);
  return { loss: total("task"), lmLoss: total("lm"), logits };
}

/** The sequences of `size` rows as those of a language model, all tokens learnt, with each one's last place and each row's label. */
function classifierBatch(
  rows: readonly ClassifiedRow[],
  { size, T, rowWeight, tokenWeight }: { size: number; T: number; rowWeight: number; tokenWeight: number },
): Batch {
  const S = rows[0]!.sequences.length;
  const sequences = rows.flatMap((row) => row.sequences);
  const all = sequences.map((ids) => ({ ids, mask: new Uint8Array(ids.length).fill(1) }));
  const last = ndarray("int32", [size * S]);
  for (const [r, ids] of sequences.entries()) last.data[r] = r * T + ids.length - 1;
  return {
    ...collate(all, { size: size * S, T, tokenWeight }),
    last,
    labels: ndarray(
      "int32",
      [size],
      rows.map(({ label }) => label),
    ),
    rowWeights: ndarray("float32", [size], new Float32Array(rows.length).fill(rowWeight)),
  };
}

/** Probabilities of the classes, or choices, of each row. */
export async function classProbabilities(
  { network, weights }: LanguageModel,
  rows: readonly ClassifiedRow[],
  { microBatchSize }: { readonly microBatchSize?: number | undefined } = {},
): Promise<number[][]> {
  const loss = classifierLoss(network, rows[0]!.sequences.length, { lmCoef: 0, classifierDropout: 0 });
  const evaluate = evaluator(weights);
  try {
    const { context } = network;
    const run = (batch: Batch) => evaluate.forward(loss, batch);
    const { logits } = await overRows(evaluate, rows, { context, microBatchSize }, run);
    return logits.map(softmax);
  } finally {
    evaluate.dispose();
  }
}

function softmax(logits: Float32Array): number[] {
  const highest = Math.max(...logits);
  const powers = Array.from(logits, (x) => Math.exp(x - highest));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
