import {
  adaptiveKl,
  categoricalKl,
  chunkedCrossEntropy,
  combinedLoss,
  entropy,
  gaeResponses,
  ignoredLabel,
  type KlController,
  type KlEstimator,
  klEstimate,
  kwiseLoss,
  type PairDivisor,
  pairWeights,
  pairwiseLoss,
  pairwiseMetrics,
  ppoPolicyLoss,
  type Ranks,
  type SftInputs,
  sftLoss,
  shiftLabels,
  tokenAccuracy,
  tokenRewards,
  tokenWeights,
  valueLoss,
  whiten,
} from "../../src/align/losses/index.ts";
import {
  crossEntropy,
  gather,
  gradients,
  logSoftmax,
  mul,
  neg,
  reshape,
  softmax,
  sum,
  type Tensor,
} from "../../src/engine/index.ts";
import { adaptedKlCoef, gae } from "../../src/rl/index.ts";
import { explainedVariance } from "../../src/stats/index.ts";
import type { Json } from "./cases.ts";
import { flatten } from "./compare.ts";
import { type Engine, floats, integers, run } from "./engines.ts";
import type { Checkers } from "./registry.ts";

const flat = (x: Json): number[] => flatten(x) as number[];
const columns = (x: Json): number => x[0].length;
/** Flat numbers as rows, the form that a graph of [B, T] is fed in. */
const rows = (x: ArrayLike<number>, T: number): number[][] =>
  Array.from({ length: x.length / T }, (_, row) => Array.from({ length: T }, (_, t) => x[row * T + t]!));
const weightsOf = (mask: Json, aggregate: "token" | "sequence" = "token") =>
  rows(tokenWeights(flat(mask), columns(mask), aggregate), columns(mask));
/** [N, T] → step by step, [T·N]. */
const flatColumns = (x: Json): Flat => flat(x[0].map((_: Json, t: number) => x.map((row: Json) => row[t])));
type Flat = number[];
const weighted = (x: Tensor, weights: Tensor): Tensor => sum(mul(x, weights));
const averageOf = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

function pairwise({ chosen, rejected, margin, center_coef }: Json, engine: Engine): Json {
  const feeds = { chosen: floats(chosen), rejected: floats(rejected), ...(margin && { margin: floats(margin) }) };
  const results = run(engine, feeds, ({ chosen, rejected, margin }) => {
    const loss = pairwiseLoss({
      chosen: chosen!,
      rejected: rejected!,
      ...(margin && { margin }),
      centerCoefficient: center_coef,
    });
    const [grad_chosen, grad_rejected] = gradients(loss, [chosen!, rejected!]);
    return { loss, grad_chosen: grad_chosen!, grad_rejected: grad_rejected! };
  });
  const { minReward, meanReward, maxReward, accuracy, margin: difference } = pairwiseMetrics(chosen, rejected);
  const metrics = {
    min_reward: minReward,
    mean_reward: meanReward,
    max_reward: maxReward,
    accuracy,
    margin: difference,
  };
  return { ...results, metrics };
}

function kwise({ rewards, ranks }: { rewards: number[][]; ranks: Ranks[] }, engine: Engine): Json {
  const answers: Record<string, unknown> = {};
  for (const divisor of ["kept_pairs", "all_pairs", "pooled"] satisfies PairDivisor[]) {
    const { weights, K, kept, all } = pairWeights(ranks, divisor);
    const padded = rewards.map((row) => [...row, ...Array(K - row.length).fill(0)]);
    const { loss, gradient } = run(
      engine,
      { rewards: floats(padded), pairs: floats(rows(weights, K * K)) },
      ({ rewards, pairs }) => {
        const loss = kwiseLoss({ rewards: rewards!, pairWeights: reshape(pairs!, [-1, K, K]) });
        return { loss, gradient: gradients(loss, [rewards!])[0]! };
      },
    );
    answers[`loss_${divisor}`] = loss;
    answers[`grad_${divisor}`] = rows(gradient!, K).map((row, p) => row.slice(0, rewards[p]!.length));
    answers.pairs_kept = kept;
    answers.pairs_all = all;
  }
  return answers;
}

const policyOptions = ({ clip_low, clip_high, dual_clip }: Json) => ({
  clipLow: clip_low,
  clipHigh: clip_high,
  ...(dual_clip !== null && { dualClip: dual_clip }),
});

function policy(x: Json, engine: Engine): Json {
  const feeds = {
    logprobs: floats(x.logprobs),
    oldLogprobs: floats(x.old_logprobs),
    advantages: floats(x.advantages),
    weights: floats(weightsOf(x.mask, x.aggregate)),
    metricWeights: floats(weightsOf(x.mask)),
  };
  return run(engine, feeds, (t) => {
    const { logprobs, oldLogprobs, advantages, weights, metricWeights } = t as Record<keyof typeof feeds, Tensor>;
    const inputs = { logprobs, oldLogprobs, advantages, weights, metricWeights };
    const out = ppoPolicyLoss({ ...inputs, ...policyOptions(x) });
    return {
      loss: out.loss,
      grad_logprobs: gradients(out.loss, [logprobs])[0]!,
      clip_fraction: out.clipFraction,
      approx_kl_k1: out.approxKlK1,
      approx_kl_k2: out.approxKlK2,
      approx_kl_k3: out.approxKlK3,
      ratio_mean: out.ratioMean,
    };
  });
}

function value(x: Json, engine: Engine): Json {
  const feeds = {
    values: floats(x.values),
    oldValues: floats(x.old_values),
    returns: floats(x.returns),
    weights: floats(weightsOf(x.mask)),
  };
  const results = run(engine, feeds, (t) => {
    const { values, oldValues, returns, weights } = t as Record<keyof typeof feeds, Tensor>;
    const limit = x.clip === null ? {} : { clipRange: x.clip };
    const { loss, clipFraction } = valueLoss({ values, oldValues, returns, weights, ...limit });
    return { loss, clip_fraction: clipFraction, grad_values: gradients(loss, [values])[0]! };
  });
  return { ...results, explained_variance: explainedVariance(flat(x.values), flat(x.returns), flat(x.mask)) };
}

function exactKl(x: Json, engine: Engine): Json {
  const feeds = { logits: floats(x.logits), reference: floats(x.ref_logits), weights: floats(weightsOf(x.mask)) };
  return run(engine, feeds, (t) => {
    const { logits, reference, weights } = t as Record<keyof typeof feeds, Tensor>;
    const expectation = (estimator: KlEstimator) =>
      sum(mul(softmax(logits), klEstimate(estimator, logSoftmax(logits), logSoftmax(reference))), { axis: -1 });
    const kl = categoricalKl(logits, reference);
    const masked = weighted(kl, weights);
    return {
      kl_policy_ref_per_token: kl,
      kl_ref_policy_per_token: categoricalKl(reference, logits),
      masked_mean_kl_policy_ref: masked,
      grad_logits_of_masked_mean: gradients(masked, [logits])[0]!,
      expected_k1: expectation("k1"),
      expected_k2: expectation("k2"),
      expected_k3: expectation("k3"),
    };
  });
}

const estimated = (estimator: KlEstimator) => (x: Json, engine: Engine) => {
  const feeds = {
    logprobs: floats(x.logprobs),
    reference: floats(x.ref_logprobs),
    mask: floats(x.mask),
    weights: floats(weightsOf(x.mask)),
  };
  return run(engine, feeds, (t) => {
    const { logprobs, reference, mask, weights } = t as Record<keyof typeof feeds, Tensor>;
    const perToken = klEstimate(estimator, logprobs, reference);
    const masked = weighted(perToken, weights);
    return {
      per_token: mul(perToken, mask),
      masked_mean: masked,
      grad_logprobs_of_masked_mean: gradients(masked, [logprobs])[0]!,
    };
  });
};

function controlled(controller: KlController, { kl, init, n_steps }: Json): Json {
  let coefficient = init;
  const coef = kl.map((value: number) => {
    coefficient = controller(coefficient, value, n_steps ?? 1);
    return coefficient;
  });
  return { coef };
}

/** From rollout to loss: rewards, advantages, whitening, both losses and their gradients. */
function chain(x: Json, engine: Engine): Json {
  const T = columns(x.mask);
  const mask = flat(x.mask);
  const valueMask = flat(x.value_mask);
  const unbiased = x.whiten_variance === "unbiased";
  const values = flat(x.rollout_values);
  const { rewards, kl } = tokenRewards({
    logprobs: flat(x.rollout_logprobs),
    refLogprobs: flat(x.ref_logprobs),
    scores: x.scores,
    mask,
    T,
    klCoef: x.kl_coef,
    scorePosition: x.score_position,
  });
  const used = x.whiten_rewards ? whiten(rewards, valueMask, { shiftMean: false, unbiased }) : rewards;
  const gae = gaeResponses({ rewards: used, values, mask: valueMask, T, gamma: x.gamma, lambda: x.lambda });
  const advantages = whiten(gae.advantages, mask, { unbiased });
  const feeds = {
    logprobs: floats(x.new_logprobs),
    oldLogprobs: floats(x.rollout_logprobs),
    advantages: floats(rows(advantages, T)),
    weights: floats(weightsOf(x.mask)),
    values: floats(x.new_values),
    oldValues: floats(x.rollout_values),
    returns: floats(rows(gae.returns, T)),
    valueWeights: floats(weightsOf(x.value_mask)),
  };
  const losses = run(engine, feeds, (t) => {
    const { logprobs, values, valueWeights, ...rest } = t as Record<keyof typeof feeds, Tensor>;
    const policy = ppoPolicyLoss({ ...rest, logprobs, clipLow: x.clip }).loss;
    const value = valueLoss({ ...rest, values, weights: valueWeights, clipRange: x.value_clip }).loss;
    const loss = combinedLoss({ policyLoss: policy, valueLoss: value, vfCoef: x.vf_coef });
    const [grad_new_logprobs, grad_new_values] = gradients(loss, [logprobs, values]);
    return {
      policy_loss: policy,
      value_loss: value,
      loss,
      grad_new_logprobs: grad_new_logprobs!,
      grad_new_values: grad_new_values!,
    };
  });
  return {
    ...losses,
    token_rewards: rewards,
    token_rewards_used: used,
    advantages_raw: gae.advantages,
    returns: gae.returns,
    advantages,
    mean_kl_per_sequence: averageOf(kl),
  };
}

/** A bigram policy, softmax(W[previous]), trained on a rollout and on text at once. */
function ptx(x: Json, engine: Engine): Json {
  const before = (tokens: number[][]) => tokens.map((row) => row.slice(0, -1));
  const after = (tokens: number[][]) => tokens.map((row) => row.slice(1));
  const text = flat(after(x.pretrain_tokens));
  const feeds = {
    W: floats(x.W),
    previous: integers(flat(before(x.tokens))),
    next: integers(flat(after(x.tokens))),
    oldLogprobs: floats(flat(x.old_logprobs)),
    advantages: floats(flat(x.advantages)),
    weights: floats(flat(weightsOf(x.mask))),
    textPrevious: integers(flat(before(x.pretrain_tokens))),
    textNext: integers(text),
    textWeights: floats(text.map(() => 1 / text.length)),
  };
  return run(engine, feeds, (t) => {
    const { W, previous, next, oldLogprobs, advantages, weights, textPrevious, textNext, textWeights } = t as Record<
      keyof typeof feeds,
      Tensor
    >;
    const logits = gather(W, previous);
    const logprobs = neg(crossEntropy(logits, next));
    const policy_loss = ppoPolicyLoss({ logprobs, oldLogprobs, advantages, weights, clipLow: x.clip }).loss;
    const spread = weighted(entropy(logits), weights);
    const ptx_nll = sftLoss({ logits: gather(W, textPrevious), targets: textNext, weights: textWeights });
    const coefficients = { entropyCoef: x.entropy_coef, ptxCoef: x.ptx_coef };
    const loss = combinedLoss({ policyLoss: policy_loss, entropy: spread, ptxLoss: ptx_nll, ...coefficients });
    return { policy_loss, entropy: spread, ptx_nll, loss, grad_W: gradients(loss, [W])[0]! };
  });
}

const sft =
  (aggregate: "token" | "sequence", options: Pick<SftInputs, "dynamic"> = {}) =>
  (x: Json, engine: Engine): Json => {
    const T = columns(x.labels);
    const { targets, mask } = shiftLabels(flat(x.labels), T);
    const tokens = Array.from(mask).reduce((a, b) => a + b, 0);
    const feeds = {
      logits: floats(x.logits),
      targets: integers(targets),
      mask: floats(mask),
      weights: floats(tokenWeights(mask, T, aggregate)),
    };
    const { token_logprobs, ...rest } = run(engine, feeds, (t) => {
      const { logits: whole, targets, mask, weights } = t as Record<keyof typeof feeds, Tensor>;
      const logits = reshape(whole, [-1, whole.shape.at(-1)!]);
      const smoothing = x.label_smoothing === undefined ? {} : { labelSmoothing: x.label_smoothing };
      const loss = sftLoss({ logits, targets, weights, ...smoothing, ...options });
      return {
        loss,
        grad_logits: gradients(loss, [whole])[0]!,
        token_logprobs: mul(neg(crossEntropy(logits, targets)), mask),
        token_accuracy: tokenAccuracy({ logits, targets, weights }),
      };
    });
    return { ...rest, token_logprobs: rows(token_logprobs!, T).map((row) => row.slice(0, -1)), num_tokens: tokens };
  };

function chunked(x: Json, engine: Engine): Json {
  const mask = x.targets.map((target: number) => (target === ignoredLabel ? 0 : 1));
  const feeds = {
    hidden: floats(x.hidden),
    weight: floats(x.weight),
    targets: integers(x.targets.map((target: number, i: number) => (mask[i] ? target : 0))),
    weights: floats(tokenWeights(mask, mask.length)),
  };
  return x.chunk_sizes.map((chunkSize: number) =>
    run(engine, feeds, (t) => {
      const inputs = t as Record<keyof typeof feeds, Tensor>;
      const { loss, gradHidden, gradWeight } = chunkedCrossEntropy({ ...inputs, chunkSize });
      return { loss, grad_hidden: gradHidden, grad_weight: gradWeight };
    }),
  );
}

export const lossCheckers: Checkers = {
  "losses/rm_pairwise": pairwise,
  "losses/rm_kwise": kwise,
  "losses/ppo_policy": policy,
  "losses/ppo_value": value,
  "losses/ppo_chain": chain,
  "losses/kl_exact_categorical": exactKl,
  "losses/kl_estimator_k1": estimated("k1"),
  "losses/kl_estimator_k2": estimated("k2"),
  "losses/kl_estimator_k3": estimated("k3"),
  "losses/kl_controller_adaptive": (x) => controlled(adaptiveKl({ target: x.target, horizon: x.horizon }), x),
  "losses/kl_controller_ppo_penalty": (x) =>
    controlled((coefficient, kl) => adaptedKlCoef(coefficient, kl, x.target), x),
  "losses/gae_env": (x) => {
    const [terminated, truncated, nextValues] = [x.terminated, x.truncated, x.next_values].map(flatColumns) as [
      Flat,
      Flat,
      Flat,
    ];
    const [rewards, values] = [flatColumns(x.rewards), flatColumns(x.values)];
    const { gamma, lambda } = x;
    const found = gae({ rewards, values, nextValues, terminated, truncated, numEnvs: x.rewards.length, gamma, lambda });
    const back = (steps: Float64Array) => flatColumns(rows(steps, x.rewards.length));
    return { advantages: back(found.advantages), returns: back(found.returns) };
  },
  "losses/gae_responses": (x) =>
    gaeResponses({
      rewards: flat(x.rewards),
      values: flat(x.values),
      mask: flat(x.mask),
      T: columns(x.mask),
      gamma: x.gamma,
      lambda: x.lambda,
    }),
  "losses/whiten": ({ values, mask, shift_mean, unbiased }) => ({
    whitened: whiten(flat(values), flat(mask), { shiftMean: shift_mean, unbiased }),
  }),
  "losses/ptx": ptx,
  "losses/sft_cross_entropy_token_mean": sft("token"),
  "losses/sft_cross_entropy_label_smoothing": sft("token"),
  "losses/sft_cross_entropy_sequence_mean": sft("sequence"),
  "losses/sft_dft": sft("token", { dynamic: true }),
  "losses/chunked_cross_entropy": chunked,
};
