import type { Rng } from "../base/index.ts";
import {
  abs,
  clip,
  crossEntropy,
  div,
  exp,
  gather,
  max,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
} from "../engine/graph/index.ts";
import type { Network } from "../models/index.ts";
import { type Dropout, type Params, withoutDropout } from "../nn/index.ts";
import { type Batch, defaultMicroBatch, type Loss, lengthBucket, microBatches, ndarray } from "../train/index.ts";
import { entropy, ppoPolicyLoss, valueLoss } from "./losses/index.ts";
import type { Episode, RolloutArrays } from "./rollout-arrays.ts";

// What PPO computes in graphs: the arrays of a pass over some completions, and the losses over them.

/** Completions that go through the networks together: all passes of one shape are compiled once. */
export interface Pass {
  readonly rows: readonly number[];
  /** Rows compiled for; the rest is padding. */
  readonly size: number;
  /** Length of prompt and completion, and of the completion alone, as compiled. */
  readonly T: number;
  readonly R: number;
}

export interface PassOptions {
  readonly batchSize: number;
  readonly microBatchSize?: number | undefined;
  readonly context: number;
  /** Passes that are computed side by side. Default 1. */
  readonly lanes?: number;
  readonly rng: Rng;
}

/** A random partition of the rollout into minibatches of passes. Rows of similar length share a pass. */
export function passesOf(
  episodes: readonly Episode[],
  { batchSize, microBatchSize, context, lanes, rng }: PassOptions,
): Pass[][] {
  const order = rng.permutation(episodes.length);
  const lengthOf = (i: number) => episodes[i]!.promptIds.length + episodes[i]!.completionIds.length;
  const minibatches: Pass[][] = [];
  for (let at = 0; at < order.length; at += batchSize) {
    const members = [...order.subarray(at, at + batchSize)];
    const lengths = members.map(lengthOf);
    const size = microBatchSize ?? defaultMicroBatch(members.length, Math.max(...lengths), lanes);
    minibatches.push(
      microBatches(lengths, size, context).map(({ rows, T }) => {
        const indices = rows.map((r) => members[r]!);
        const R = Math.min(T, lengthBucket(Math.max(...indices.map((i) => episodes[i]!.completionIds.length))));
        return { rows: indices, size, T, R };
      }),
    );
  }
  return minibatches;
}

/**
 * ids [B, T]; states [B·R]: the flat place of the hidden state that precedes each completion token; targets [B·R]: the
 * token itself; and the rollout's numbers of each, [B·R].
 */
export function policyBatch(
  episodes: readonly Episode[],
  { rows: members, size, T, R }: Pass,
  { width, rows }: { readonly width: number; readonly rows: RolloutArrays },
): Batch {
  const ids = ndarray("int32", [size, T]);
  const states = ndarray("int32", [size * R]);
  const targets = ndarray("int32", [size * R]);
  const arrays = {
    mask: ndarray("float32", [size * R]),
    oldLogprobs: ndarray("float32", [size * R]),
    advantages: ndarray("float32", [size * R]),
    oldValues: ndarray("float32", [size * R]),
    returns: ndarray("float32", [size * R]),
    weights: ndarray("float32", [size * R]),
  };
  const sources = {
    mask: rows.mask,
    oldLogprobs: rows.logprobs,
    advantages: rows.advantages,
    oldValues: rows.values,
    returns: rows.returns,
    weights: rows.weights,
  };
  for (const [r, i] of members.entries()) {
    const { promptIds, completionIds } = episodes[i]!;
    ids.data.set(promptIds, r * T);
    ids.data.set(completionIds, r * T + promptIds.length);
    for (const [t, id] of completionIds.entries()) {
      states.data[r * R + t] = r * T + promptIds.length + t - 1;
      targets.data[r * R + t] = id;
    }
    for (const [name, { data }] of Object.entries(arrays)) {
      const source = sources[name as keyof typeof sources];
      data.set(source.subarray(i * width, i * width + completionIds.length), r * R);
    }
  }
  return { ids, states, targets, ...arrays };
}

/** What the value model needs of a policy batch. */
export function valueBatch({ ids, states, oldValues, returns, weights }: Batch): Batch {
  return { ids: ids!, states: states!, oldValues: oldValues!, returns: returns!, weights: weights! };
}

type Inputs = Readonly<Record<string, Tensor>>;

/** Hidden states before each completion token, [B·R, D]. Nothing is dropped, or no ratio would be 1. */
const tokenStates = (network: Network, params: Params, { ids, states }: Inputs, dropout: Dropout): Tensor =>
  gather(network.hidden(params, ids!, withoutDropout(dropout)), states!);

/** Logits before each completion token, divided by the temperature: [B·R, V]. */
function tokenLogits(network: Network, temperature: number, ...inputs: Parameters<Loss>): Tensor {
  const logits = network.logits(inputs[0], tokenStates(network, ...inputs));
  return temperature === 1 ? logits : div(logits, temperature);
}

/** log π of every completion token and the entropy of the distribution it came from, [B·R]. */
export const policyStatistics =
  (network: Network, temperature: number): Loss =>
  (params, batch, dropout) => {
    const logits = tokenLogits(network, temperature, params, batch, dropout);
    const nll = crossEntropy(logits, batch.targets!);
    const logprobs = sub(0, nll);
    return { loss: sum(nll), logprobs, entropy: mul(entropy(logits), batch.mask!) };
  };

export interface PolicyLossOptions {
  readonly temperature: number;
  readonly cliprange: number;
}

/** The clipped surrogate with what is logged of it: sums over the pass of weighted terms. */
export const policyLoss =
  (network: Network, { temperature, cliprange }: PolicyLossOptions): Loss =>
  (params, batch, dropout) => {
    const { targets, oldLogprobs, advantages, weights, mask } = batch as Record<string, Tensor>;
    const logprobs = sub(0, crossEntropy(tokenLogits(network, temperature, params, batch, dropout), targets!));
    // log-ratios beyond ±20 (a ratio of e20) only overflow; the clip acts long before
    const logRatio = mul(clip(sub(logprobs, oldLogprobs!), -20, 20), mask!);
    const ratio = exp(logRatio);
    const o = ppoPolicyLoss({
      logprobs,
      oldLogprobs: oldLogprobs!,
      advantages: advantages!,
      weights: weights!,
      clipLow: cliprange,
    });
    return {
      loss: o.loss,
      clipFraction: o.clipFraction,
      approxKl: o.approxKlK2,
      ratio: sum(mul(ratio, weights!)),
      ratioSquare: sum(mul(square(ratio), weights!)),
      largestMove: max(reshape(abs(logRatio), [-1])),
    };
  };

/** V of the state before each completion token, [B·R]. */
const tokenValues = (network: Network, params: Params, batch: Inputs, dropout: Dropout): Tensor =>
  network.score(params, tokenStates(network, params, batch, dropout));

export const valueStatistics =
  (network: Network): Loss =>
  (params, batch, dropout) => {
    const values = tokenValues(network, params, batch, dropout);
    return { loss: sum(values), values };
  };

export const valueModelLoss =
  (network: Network, clipRange: number | undefined): Loss =>
  (params, batch, dropout) => {
    const { oldValues, returns, weights } = batch as Record<string, Tensor>;
    return valueLoss({
      values: tokenValues(network, params, batch, dropout),
      oldValues: oldValues!,
      returns: returns!,
      weights: weights!,
      ...(clipRange === undefined ? {} : { clipRange }),
    });
  };
