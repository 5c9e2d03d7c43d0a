/**
 * What multiplies ∇ log π(a_t) in a policy gradient (Sutton & Barto, chapter 13; Hung-yi Lee's lectures on policy
 * gradients): pure functions over whole episodes, one after the other.
 *
 * m_t = w_t · A_t with A_t = G_t − b(s_t), where w_t makes up for actions that another policy μ chose and is 1 where π did.
 */
import { z } from "zod";
import { discountedReturns, nStepReturns, type Steps, totalReturns } from "./returns.ts";

export const creditSettings = {
  credit: z
    .enum(["total", "reward-to-go"])
    .default("reward-to-go")
    .describe("what an action is judged by: the whole episode's return, or what came after it"),
  baseline: z
    .enum(["none", "mean", "value"])
    .default("value")
    .describe("taken off that: nothing, the mean of the batch's other episodes, or a learnt V(s)"),
  bootstrapSteps: z
    .int()
    .positive()
    .optional()
    .describe("rewards until V(s) stands for the rest, 1 = TD(0): an actor-critic (default: to the episode's end)"),
  importance: z
    .enum(["step", "per-decision", "trajectory"])
    .default("step")
    .describe("in passes after the first: ratio of the action alone, of all up to each reward, of the whole episode"),
  clipRange: z
    .number()
    .positive()
    .optional()
    .describe("with --importance step: no gain from a ratio outside 1 ± this, which is PPO's objective"),
  normalizeAdvantage: z.boolean().default(false).describe("advantages of a batch to mean 0 and deviation 1"),
  stateDiscount: z.boolean().default(false).describe("weighs step t by γᵗ, as the theorem says and few do"),
};
const CreditSettings = z.object(creditSettings);
export type CreditSettings = z.output<typeof CreditSettings>;

/** Of R steps; `nextValues` and `values` are 0 where there is no critic. */
export interface CreditInputs extends Omit<Steps, "numEnvs"> {
  readonly values: ArrayLike<number>;
  /** log π/μ of the actions. */
  readonly logRatios: ArrayLike<number>;
}

export interface Credit {
  /** m_t, [R]. */
  readonly multipliers: Float64Array;
  /** w_t, [R]. */
  readonly weights: Float64Array;
  /** What the critic learns: the return after each step, [R]. */
  readonly returns: Float64Array;
}

export function assignCredit(inputs: CreditInputs, settings: CreditSettings): Credit {
  const { credit, baseline, bootstrapSteps, importance, clipRange, normalizeAdvantage, stateDiscount } = settings;
  const steps: Steps = { ...inputs, numEnvs: 1 };
  const ratios = Float64Array.from(inputs.logRatios, Math.exp);
  const episodes = episodesOf(steps);

  const returns =
    bootstrapSteps === undefined ? discountedReturns(steps) : nStepReturns({ ...steps, n: bootstrapSteps });
  const judged = importance === "per-decision" ? perDecisionReturns(steps, ratios) : returns;
  const G = credit === "total" ? wholeReturns(steps, episodes, judged, importance === "per-decision") : judged;
  const advantages = Float64Array.from(G, (g, t) => g - (baseline === "value" ? inputs.values[t]! : 0));
  if (baseline === "mean") subtractMeanOfOthers(advantages, episodes);
  if (normalizeAdvantage) normalize(advantages);

  const weights = importance === "step" ? ratios : products(ratios, episodes, importance);
  const multipliers = advantages.map((A, t) => (isClipped(A, weights[t]!, clipRange) ? 0 : weights[t]! * A));
  if (stateDiscount && credit === "reward-to-go") {
    for (const [start, end] of episodes)
      for (let t = start; t < end; t++) multipliers[t]! *= inputs.gamma ** (t - start);
  }
  return { multipliers, weights, returns };
}

type Span = readonly [start: number, end: number];

function episodesOf({ rewards, terminated, truncated }: Steps): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let t = 0; t < rewards.length; t++) {
    if (!terminated[t] && !truncated[t]) continue;
    spans.push([start, t + 1]);
    start = t + 1;
  }
  return spans;
}

/**
 * r_t + γ ρ_{t+1} (r_{t+1} + γ ρ_{t+2} (…)): each reward by the actions between (Precup et al. 2000). Times ρ_{0:t} each
 * reward counts by the ratios of all actions before it and none after.
 */
function perDecisionReturns({ rewards, terminated, truncated, nextValues, gamma }: Steps, ratios: Float64Array) {
  const G = new Float64Array(rewards.length);
  for (let t = G.length - 1; t >= 0; t--) {
    const future = truncated[t] ? nextValues[t]! : ratios[t + 1]! * G[t + 1]!;
    G[t] = rewards[t]! + (terminated[t] ? 0 : gamma * future);
  }
  return G;
}

/** Σ γᵏ r_k over the whole episode, at each of its steps. What came before a step needs none of the ratios after it. */
function wholeReturns(steps: Steps, episodes: readonly Span[], after: Float64Array, isPerDecision: boolean) {
  if (!isPerDecision) return totalReturns(steps);
  const G = new Float64Array(after.length);
  for (const [start, end] of episodes) {
    let [past, discount] = [0, 1];
    for (let t = start; t < end; t++) {
      G[t] = past + discount * after[t]!;
      past += discount * steps.rewards[t]!;
      discount *= steps.gamma;
    }
  }
  return G;
}

/** The mean over the other episodes' steps: an episode's own would be correlated with its actions, and the gradient biased. */
function subtractMeanOfOthers(G: Float64Array, episodes: readonly Span[]): void {
  const sums = episodes.map(([start, end]) => G.subarray(start, end).reduce((a, b) => a + b, 0));
  const total = sums.reduce((a, b) => a + b, 0);
  for (const [e, [start, end]] of episodes.entries()) {
    const others = G.length - (end - start);
    const mean = others === 0 ? 0 : (total - sums[e]!) / others;
    for (let t = start; t < end; t++) G[t]! -= mean;
  }
}

/** ρ_{0:t}, or ρ_{0:T−1} at every step. */
function products(ratios: Float64Array, episodes: readonly Span[], kind: "per-decision" | "trajectory"): Float64Array {
  const weights = ratios.slice();
  for (const [start, end] of episodes) {
    for (let t = start + 1; t < end; t++) weights[t]! *= weights[t - 1]!;
    if (kind === "trajectory") weights.fill(weights[end - 1]!, start, end);
  }
  return weights;
}

/** Where min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) is flat. */
const isClipped = (A: number, ratio: number, range = Number.POSITIVE_INFINITY): boolean =>
  A > 0 ? ratio > 1 + range : ratio < 1 - range;

function normalize(A: Float64Array): void {
  if (A.length < 2) return;
  const mean = A.reduce((a, b) => a + b, 0) / A.length;
  const std = Math.sqrt(A.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (A.length - 1));
  for (let t = 0; t < A.length; t++) A[t] = (A[t]! - mean) / (std + 1e-8);
}
