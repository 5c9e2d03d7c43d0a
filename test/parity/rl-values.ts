// Deep reinforcement learning: what states and actions are worth. Policies are in rl-policies.ts.
import { type Rng, stream } from "../../src/base/index.ts";
import { add, argmax, exp, gradients, matmul, mean, mul } from "../../src/engine/index.ts";
import {
  chosenValues,
  discountedReturns,
  distributionalErrors,
  doubleValues,
  doublyRobustEstimate,
  dueling,
  effectiveSampleSize,
  expectedValues,
  gae,
  greedyValues,
  lambdaReturns,
  moments,
  noisyLinear,
  nStepReturns,
  ordinaryEstimate,
  perDecisionEstimate,
  prioritized,
  projected,
  quantileErrors,
  softLogPolicy,
  softValue,
  type TdForm,
  type TraceKind,
  tdLoss,
  tdTarget,
  traceStep,
  trajectoryReturn,
  trajectoryWeight,
  updateMoments,
  vtrace,
  weightedEstimate,
} from "../../src/rl/index.ts";
import { normalizer } from "../../src/rl/normalizer.ts";
import { explainedVariance } from "../../src/stats/index.ts";
import type { Json } from "./cases.ts";
import { type Engine, floats, integers } from "./engines.ts";
import type { Checkers } from "./registry.ts";
import { compute, list, slopes } from "./rl-graphs.ts";

/** The steps of one environment; values stand before, between and after them. */
const steps = ({ rewards, values, terminated, gamma }: Json) => ({
  ...{ rewards, terminated, gamma, numEnvs: 1 },
  truncated: terminated.map(() => 0),
  values: values.slice(0, -1),
  nextValues: values.slice(1),
});

function returns({ rewards, done, bootstrap, gamma }: Json): Json {
  const nextValues = Array(rewards.length).fill(bootstrap);
  const truncated = Array(rewards.length).fill(false);
  return { returns: discountedReturns({ rewards, terminated: done, truncated, nextValues, numEnvs: 1, gamma }) };
}

function traces({ v0, path, rewards, ...settings }: Json): Json {
  const values = (kind: TraceKind) => {
    const v = Float64Array.from(v0);
    const memory = new Float64Array(v.length);
    return path.map((state: number, t: number) => {
      traceStep(v, memory, { state, reward: rewards[t], next: path[t + 1], kind, ...settings });
      return list(v);
    });
  };
  return { accumulating: values("accumulating"), replacing: values("replacing") };
}

/** γ, and 0 where the episode terminated. */
const discountsOf = ({ terminated, gamma }: Json) =>
  floats(terminated.map((ended: number | boolean) => (ended ? 0 : gamma)));

function c51(x: Json, engine: Engine): Json {
  const support = { low: x.vmin, high: x.vmax, atoms: x.atoms };
  const feeds = {
    probabilities: floats(x.probs),
    rewards: floats(x.rewards),
    discounts: discountsOf(x),
    logits: floats(x.online_logits),
  };
  return compute(engine, feeds, ({ logits, ...next }) => {
    const target = projected({ ...next, support });
    const errors = distributionalErrors(logits, target);
    return {
      projected: target,
      cross_entropy: errors,
      grad_logits_of_mean: gradients(mean(errors), [logits])[0]!,
      expected_value: expectedValues(target, support),
    };
  });
}

/** Draws the given shares of each stratum. */
const scripted = (shares: readonly number[]): Rng => {
  const queue = [...shares];
  return { ...stream(0, "scripted"), uniform: () => queue.shift()! };
};

function replay({ td_errors, alpha, beta, epsilon, query_fractions, updates, batch }: Json): Json {
  const rows = [...td_errors.keys()];
  const made = (normalize: "buffer" | "batch") => {
    const ranks = prioritized({ capacity: rows.length, alpha, epsilon, normalize });
    for (const row of rows) ranks.add(row);
    ranks.update(rows, td_errors);
    return ranks;
  };
  const ranks = made("buffer");
  const prioritiesOf = () => rows.map((row) => ranks.priority(row));
  const drawn = (from: typeof ranks, shares: readonly number[]) => {
    const draw = { places: new Int32Array(shares.length), weights: new Float64Array(shares.length), beta };
    from.draw(scripted(shares), draw);
    return draw;
  };
  const priorities = prioritiesOf();
  const before = priorities.map((_, row) => priorities.slice(0, row).reduce((a, b) => a + b, 0));
  const middle = (row: number) => (before[row]! + priorities[row]! / 2) / ranks.total;
  const results = {
    priorities,
    probabilities: priorities.map((p) => p / ranks.total),
    total: ranks.total,
    found_index: query_fractions.flatMap((fraction: number) => list(drawn(ranks, [fraction]).places)),
    is_weights_max_over_buffer: rows.map((row) => drawn(ranks, [middle(row)]).weights[0]),
    is_weights_max_over_batch: drawn(
      made("batch"),
      batch.map((row: number, i: number) => middle(row) * batch.length - i),
    ).weights,
  };
  for (const [row, error] of updates) ranks.update([row], [error]);
  return {
    ...results,
    priorities_after_updates: prioritiesOf(),
    total_after_updates: ranks.total,
    min_after_updates: Math.min(...prioritiesOf()),
  };
}

function stratified({ priorities, batch, uniforms }: Json): Json {
  const ranks = prioritized({ capacity: priorities.length, alpha: 1, epsilon: 0 });
  ranks.update([...priorities.keys()], priorities);
  const places = new Int32Array(batch);
  ranks.draw(scripted(uniforms), { places, weights: [], beta: 1 });
  return { indices: places };
}

function targets(x: Json, engine: Engine): Json {
  const feeds = {
    online: floats(x.q_online_next),
    target: floats(x.q_target_next),
    rewards: floats(x.rewards),
    discounts: discountsOf(x),
  };
  return compute(engine, feeds, ({ online, target, rewards, discounts }) => ({
    dqn: tdTarget(rewards, discounts, greedyValues(target)),
    double_dqn: tdTarget(rewards, discounts, doubleValues(online, target)),
    double_action: argmax(online),
  }));
}

const differenceLoss = (form: TdForm) => (x: Json, engine: Engine) =>
  compute(
    engine,
    { q: floats(x.q), actions: integers(x.actions), targets: floats(x.targets) },
    ({ q, actions, targets }) => {
      const { loss } = tdLoss({ values: chosenValues(q, actions), targets, form });
      return { loss, grad_q: gradients(loss, [q])[0]! };
    },
  );

function quantiles({ current_quantiles, target_quantiles, kappa }: Json, engine: Engine): Json {
  const feeds = { quantiles: floats(current_quantiles), targets: floats(target_quantiles) };
  return compute(engine, feeds, (x) => {
    const loss = (over: "sum" | "mean") => mean(quantileErrors({ ...x, kappa, over }));
    return {
      loss_sum_over_quantiles: loss("sum"),
      loss_mean_over_quantiles: loss("mean"),
      ...slopes(loss("sum"), { grad_sum: x.quantiles }),
      grad_mean: gradients(loss("mean"), [x.quantiles])[0]!,
    };
  });
}

function noisy(x: Json, engine: Engine): Json {
  const feeds = {
    weightMean: floats(x.weight_mu),
    weightStd: floats(x.weight_sigma),
    biasMean: floats(x.bias_mu),
    biasStd: floats(x.bias_sigma),
    noiseIn: floats(x.eps_in),
    noiseOut: floats(x.eps_out),
    observation: floats([x.x]),
  };
  return compute(engine, feeds, ({ observation, ...layer }) => {
    const { weight, bias } = noisyLinear(layer);
    return { weight, y: add(matmul(observation, weight, { transposeB: true }), bias) };
  });
}

function trajectories({ log_ratios, rewards, gamma, q, v }: Json): Json {
  const episode = (_: Json, i: number) => ({ logRatios: log_ratios[i], rewards: rewards[i], q: q[i], v: v[i] });
  const episodes = rewards.map(episode);
  const weights = episodes.map(trajectoryWeight);
  const returns = episodes.map((episode: Json) => trajectoryReturn(episode, gamma));
  return {
    ordinary: ordinaryEstimate(weights, returns),
    weighted: weightedEstimate(weights, returns),
    per_decision: perDecisionEstimate(episodes, gamma),
    per_decision_weighted: perDecisionEstimate(episodes, gamma, { weighted: true }),
    doubly_robust: doublyRobustEstimate(episodes, gamma),
  };
}

/** What is seen and earned step by step, in n environments, scaled by what was seen and earned so far. */
function scaled({ observations, rewards, ended, gamma }: Json): Json {
  const width = observations[0][0].length;
  const scaling = normalizer(
    { normalize: true, normalizeReward: true, gamma },
    { width, features: width },
    ended[0].length,
  )!;
  const seen = observations.map((batch: Json) => {
    const rows = Float32Array.from(batch.flat());
    scaling.see(rows);
    scaling.scale(rows);
    return list(rows);
  });
  const earned = rewards.map((batch: number[], t: number) => {
    scaling.earn(batch, (i) => ended[t][i] === 1);
    const row = Float64Array.from(batch);
    scaling.scaleRewards(row);
    return list(row);
  });
  return { observations: seen, rewards: earned };
}

export const rlValueCheckers: Checkers = {
  "rlcore/discounted_returns": returns,
  "rlcore/n_step_returns": (x) => ({ returns: nStepReturns({ ...steps(x), n: x.n }) }),
  "rlcore/lambda_returns": (x) => ({
    lambda_returns: lambdaReturns({ ...steps(x), lambda: x.lambda }),
    gae_advantages: gae({ ...steps(x), lambda: x.lambda }).advantages,
    td_errors: gae({ ...steps(x), lambda: 0 }).advantages,
  }),
  "rlcore/td_lambda_eligibility_traces": traces,
  "rlcore/vtrace": (x) => {
    const ratios = { logRatios: x.log_ratios, rhoBar: x.rho_bar, cBar: x.c_bar };
    const { returns, advantages } = vtrace({ ...steps(x), ...ratios });
    return { vs: returns, pg_advantages: advantages };
  },
  "rlcore/vec_normalize": scaled,
  "rlcore/explained_variance": (x) => ({ explained_variance: explainedVariance(x.predictions, x.returns) }),
  "rlcore/running_moments": ({ batches }) => {
    const seen = moments(1, 0);
    const after = batches.map((batch: number[]) => {
      updateMoments(seen, batch);
      return [seen.count, seen.mean[0], seen.variance[0]];
    });
    return Object.fromEntries(["count", "mean", "var_biased"].map((name, i) => [name, after.map((x: Json) => x[i])]));
  },
  "rlcore/c51_projection": c51,
  "rlcore/prioritized_replay": replay,
  "rlcore/prioritized_replay_stratified": stratified,
  "rlcore/dqn_targets": targets,
  "rlcore/dueling_combination": (x, engine) =>
    compute(engine, { value: floats(x.value), advantage: floats(x.advantage) }, ({ value, advantage }) => ({
      q_mean: dueling(value, advantage),
      q_max: dueling(value, advantage, "max"),
    })),
  "rlcore/dqn_loss_huber": differenceLoss("huber"),
  "rlcore/dqn_loss_mse": differenceLoss("mse"),
  "rlcore/soft_q_values": (x, engine) =>
    compute(engine, { q: floats(x.q) }, ({ q }) => ({
      soft_value: softValue(q, x.tau),
      munchausen_log_policy: softLogPolicy(q, x.tau),
      softmax_policy: exp(mul(softLogPolicy(q, x.tau), 1 / x.tau)),
    })),
  "rlcore/quantile_huber": quantiles,
  "rlcore/noisy_linear_factorised": noisy,
  "rlcore/importance_sampling": ({ log_ratios, returns }) => {
    const weights = log_ratios.map(Math.exp);
    return {
      ordinary: ordinaryEstimate(weights, returns),
      weighted: weightedEstimate(weights, returns),
      ess: effectiveSampleSize(weights),
    };
  },
  "rlcore/importance_sampling_trajectories": trajectories,
};
