import {
  add,
  dims,
  logSigmoid,
  mean,
  mul,
  neg,
  reshape,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
} from "../../engine/graph/index.ts";

export interface PairwiseInputs {
  /** [B] */
  readonly chosen: Tensor;
  /** [B] */
  readonly rejected: Tensor;
  /** How much better the chosen one was judged, [B] (Touvron et al. 2023, eq. 2). */
  readonly margin?: Tensor;
  /** Pulls rewards towards a mean of 0 (Eisenstein et al. 2023). Default 0. */
  readonly centerCoefficient?: number;
  /** [B], adding up to 1 over the whole batch; 1/B each when absent. */
  readonly weights?: Tensor;
}

/** −log σ(r(chosen) − r(rejected) − margin) + c · (r(chosen) + r(rejected))², mean over pairs (Bradley–Terry). */
export function pairwiseLoss({ chosen, rejected, margin, centerCoefficient = 0, weights }: PairwiseInputs): Tensor {
  const difference = margin === undefined ? sub(chosen, rejected) : sub(sub(chosen, rejected), margin);
  const centering = mul(square(add(chosen, rejected)), centerCoefficient);
  const loss = centerCoefficient === 0 ? neg(logSigmoid(difference)) : sub(centering, logSigmoid(difference)); // [B]
  return weights === undefined ? mean(loss) : sum(mul(loss, weights));
}

export interface KwiseInputs {
  /** [P, K]: prompts and their answers. */
  readonly rewards: Tensor;
  /** [P, K, K] of `pairWeights`. */
  readonly pairWeights: Tensor;
}

/**
 * −Σ w[p,i,j] log σ(r[p,i] − r[p,j]) over all pairs of one prompt's answers in which i is the better one (Ouyang et al.
 * 2022, eq. 1): all C(K,2) pairs of a prompt in one step, so that each answer is read once.
 */
export function kwiseLoss({ rewards, pairWeights }: KwiseInputs): Tensor {
  const { P, K } = dims(rewards, "P K");
  const better = reshape(rewards, [P, K, 1]);
  const worse = reshape(rewards, [P, 1, K]);
  return sum(mul(softplus(sub(worse, better)), pairWeights)); // [P, K, K]
}

export interface RankingInputs {
  /** [R]: answers of one or more prompts. */
  readonly rewards: Tensor;
  /** [R, R], better × worse; 0 between answers of different prompts. */
  readonly pairWeights: Tensor;
  /** [R, R]: how much better the better one was judged. */
  readonly margins: Tensor;
  /** Default 0. */
  readonly centerCoefficient?: number;
}

/** The K-wise loss over answers that lie flat, with margins and centring: what the trainer uses. */
export function rankingLoss({ rewards, pairWeights, margins, centerCoefficient = 0 }: RankingInputs): Tensor {
  const { R } = dims(rewards, "R");
  const [better, worse] = [reshape(rewards, [R, 1]), reshape(rewards, [1, R])];
  const ranking = softplus(add(sub(worse, better), margins)); // [R, R]
  const centering = mul(square(add(better, worse)), centerCoefficient);
  return sum(mul(centerCoefficient === 0 ? ranking : add(ranking, centering), pairWeights));
}

/** Ranks of one prompt's answers: smaller is better, equal is a tie, null was not judged. */
export type Ranks = readonly (number | null)[];

/** Every [better, worse] pair of answers. Ties make none. */
export function rankedPairs(ranks: Ranks): [better: number, worse: number][] {
  return ranks.flatMap((a, i) =>
    ranks.flatMap((b, j): [number, number][] => (a !== null && b !== null && a < b ? [[i, j]] : [])),
  );
}

/**
 * What the sum over a prompt's pairs is divided by. `kept_pairs`: the number of its pairs that are no ties, then the
 * mean over prompts that have one (InstructGPT's 1/C(K,2) when there is no tie). `all_pairs`: C(K,2), ties included,
 * then the mean over all prompts. `pooled`: the number of pairs of the whole batch, so every pair weighs the same.
 */
export type PairDivisor = "kept_pairs" | "all_pairs" | "pooled";

export interface PairWeights {
  /** [P, K, K]: the weight of "i is better than j", for rows of the batch that a micro-batch may take. */
  readonly weights: Float64Array;
  /** The longest ranking. Shorter ones have weight 0 where they have no answer. */
  readonly K: number;
  /** Per prompt: pairs that are no ties. */
  readonly kept: readonly number[];
  /** Per prompt: all pairs of judged answers. */
  readonly all: readonly number[];
}

/** Weights for `kwiseLoss` from the rankings of a whole batch. */
export function pairWeights(rankings: readonly Ranks[], divisor: PairDivisor = "kept_pairs"): PairWeights {
  const pairs = rankings.map(rankedPairs);
  const kept = pairs.map((list) => list.length);
  const all = rankings.map((ranks) => {
    const judged = ranks.filter((rank) => rank !== null).length;
    return (judged * (judged - 1)) / 2;
  });
  const pooled = kept.reduce((a, b) => a + b, 0);
  const withPairs = kept.filter((n) => n > 0).length;
  const divisorOf = (p: number) => {
    if (divisor === "pooled") return pooled;
    return divisor === "kept_pairs" ? kept[p]! * withPairs : all[p]! * rankings.length;
  };

  const K = Math.max(0, ...rankings.map((ranks) => ranks.length));
  const weights = new Float64Array(rankings.length * K * K);
  for (const [p, list] of pairs.entries()) {
    for (const [better, worse] of list) weights[(p * K + better) * K + worse] = 1 / divisorOf(p);
  }
  return { weights, K, kept, all };
}

export interface PairwiseMetrics {
  readonly minReward: number;
  readonly meanReward: number;
  readonly maxReward: number;
  /** Share of pairs whose chosen answer has the higher reward. Equal rewards count as wrong. */
  readonly accuracy: number;
  /** Mean of r(chosen) − r(rejected). */
  readonly margin: number;
}

/** What TRL logs of a batch of pairs. */
export function pairwiseMetrics(chosen: ArrayLike<number>, rejected: ArrayLike<number>): PairwiseMetrics {
  const margins = Array.from(chosen, (reward, i) => reward - rejected[i]!);
  const rewards = [...Array.from(chosen), ...Array.from(rejected)];
  const meanOf = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  return {
    minReward: rewards.reduce((a, b) => Math.min(a, b)),
    meanReward: meanOf(rewards),
    maxReward: rewards.reduce((a, b) => Math.max(a, b)),
    accuracy: meanOf(margins.map((margin) => (margin > 0 ? 1 : 0))),
    margin: meanOf(margins),
  };
}
