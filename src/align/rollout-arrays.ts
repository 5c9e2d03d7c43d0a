/** The numbers of a rollout, token by token, and what is read off them. */
import type { Content } from "../data/index.ts";
import { tokenWeights } from "./losses/index.ts";

/** One completion in the making of a policy. */
export interface Episode {
  readonly promptIds: readonly number[];
  /** With the end token, if it came to one. */
  readonly completionIds: readonly number[];
}

/** Everything known of each token of a rollout, [completions, width], padded on the right with 0. */
export interface RolloutArrays {
  readonly mask: Float64Array;
  readonly logprobs: Float64Array;
  readonly refLogprobs: Float64Array;
  readonly values: Float64Array;
  readonly entropy: Float64Array;
  readonly advantages: Float64Array;
  readonly returns: Float64Array;
  /** What each token weighs in its minibatch's loss. */
  readonly weights: Float64Array;
}

export function rolloutArrays(rows: number, width: number): RolloutArrays {
  const array = () => new Float64Array(rows * width);
  return {
    mask: array(),
    logprobs: array(),
    refLogprobs: array(),
    values: array(),
    entropy: array(),
    advantages: array(),
    returns: array(),
    weights: array(),
  };
}

/** Copies a pass's [B, R] numbers to the rows they belong to; pads stay 0. */
export function scatterRows(
  members: readonly number[],
  width: number,
  R: number,
  from: Float32Array,
  to: Float64Array,
): void {
  for (const [r, i] of members.entries()) {
    for (let t = 0; t < Math.min(R, width); t++) to[i * width + t] = from[r * R + t]!;
  }
}

/** Every real token of a minibatch weighs the same. */
export function setWeights(rows: RolloutArrays, members: readonly number[], width: number): void {
  const mask = members.flatMap((i) => [...rows.mask.subarray(i * width, (i + 1) * width)]);
  const weights = tokenWeights(mask, width);
  for (const [r, i] of members.entries()) rows.weights.set(weights.subarray(r * width, (r + 1) * width), i * width);
}

/** |log π of the sampler − log π of the trainer| of every sampled token: what the KV cache costs in the last bits. */
export function samplerDifferences(
  completions: readonly { readonly logprobs: readonly number[] }[],
  logprobs: Float64Array,
  width: number,
): number[] {
  return completions.flatMap((c, i) => c.logprobs.map((logprob, t) => Math.abs(logprob - logprobs[i * width + t]!)));
}

export function rowSums(x: Float64Array, mask: Float64Array, width: number): number[] {
  return Array.from({ length: x.length / width }, (_, i) => {
    let total = 0;
    for (let t = i * width; t < (i + 1) * width; t++) total += x[t]! * mask[t]!;
    return total;
  });
}

interface SampleInput {
  readonly prompt: Content;
  readonly text: string;
  readonly episode: Episode;
  readonly score: number;
  readonly kl: number;
  readonly rows: RolloutArrays;
  readonly rewards: Float64Array;
  readonly width: number;
}

/** A row of samples.jsonl: what was said, and what every token was worth. */
export function sampleRow(
  index: number,
  { prompt, text, episode, score, kl, rows, rewards, width }: SampleInput,
): object {
  const n = episode.completionIds.length;
  const tokens = (x: Float64Array) =>
    [...x.subarray(index * width, index * width + n)].map((v) => Number(v.toPrecision(6)));
  return {
    prompt,
    completion: text,
    score,
    kl,
    ids: episode.completionIds,
    logprobs: tokens(rows.logprobs),
    ref_logprobs: tokens(rows.refLogprobs),
    values: tokens(rows.values),
    advantages: tokens(rows.advantages),
    rewards: tokens(rewards),
  };
}
