import { type Rng, stream } from "../../src/base/index.ts";
import {
  add,
  argmax,
  constant,
  exp,
  gradients,
  matmul,
  mean,
  mul,
  neg,
  sum,
  type Tensor,
  tanh,
} from "../../src/engine/index.ts";
import {
  actorCriticLoss,
  bernoulli,
  categorical,
  chosenValues,
  conjugateGradient,
  type Distribution,
  damped,
  discountedReturns,
  distributionalErrors,
  doubleValues,
  doublyRobustEstimate,
  dueling,
  effectiveSampleSize,
  expectedValues,
  explainedVariance,
  gae,
  gaussian,
  greedyValues,
  hessianProduct,
  lambdaReturns,
  lineSearch,
  moments,
  multiCategorical,
  noisyLinear,
  normalizeAdvantages,
  nStepReturns,
  ordinaryEstimate,
  type Product,
  perDecisionEstimate,
  policyGradientLoss,
  ppoClipLoss,
  prioritized,
  projected,
  quantileErrors,
  softLogPolicy,
  softValue,
  squashedGaussian,
  surrogateLoss,
  type TdForm,
  type TraceKind,
  tdLoss,
  tdTarget,
  traceStep,
  trajectoryReturn,
  trajectoryWeight,
  trustRegionStep,
  updateMoments,
  valueLoss,
  vtrace,
  weightedEstimate,
} from "../../src/rl/index.ts";
import type { Json } from "./cases.ts";
import { flatten } from "./compare.ts";
import { type Engine, type Feed, floats, integers, type Outputs, run } from "./engines.ts";
import type { Checkers } from "./registry.ts";

const flat = (x: Json): number[] => flatten(x) as number[];
const list = (x: ArrayLike<number>): number[] => Array.from(x);

/** Runs a graph once; its inputs are there by name. */
const compute = <N extends string>(
  engine: Engine,
  feeds: Readonly<Record<N, Feed>>,
  graph: (x: Record<N, Tensor>) => Readonly<Record<string, Tensor>>,
): Outputs => run(engine, feeds, (x) => graph(x as Record<N, Tensor>));

/** Gradients of a sum by some inputs, under the names of the fixture. */
const slopes = (y: Tensor, wrt: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
  const names = Object.keys(wrt);
  const found = gradients(sum(y), Object.values(wrt));
  return Object.fromEntries(names.map((name, i) => [name, found[i]!]));
};

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

function gaussians(x: Json, engine: Engine): Json {
  const feeds = {
    mean: floats(x.mean),
    logStd: floats(x.log_std),
    action: floats(x.action),
    meanQ: floats(x.mean_q),
    logStdQ: floats(x.log_std_q),
  };
  return compute(engine, feeds, ({ mean, logStd, action, meanQ, logStdQ }) => {
    const [p, q] = [gaussian(mean, logStd), gaussian(meanQ, logStdQ)];
    const results = { log_prob: p.logProb(action), entropy: p.entropy(), kl_p_q: p.kl(q) };
    const grads = Object.entries(results).map(([name, y]) =>
      slopes(y, { [`grad_mean_of_sum_${name}`]: mean, [`grad_log_std_of_sum_${name}`]: logStd }),
    );
    return Object.assign({ ...results, kl_q_p: q.kl(p) }, ...grads);
  });
}

/** A distribution of logits, with its gradients and, where the case has another one, its divergence. */
function discrete<D extends Distribution>(x: Json, engine: Engine, of: (logits: Tensor) => D): Outputs {
  const feeds = { logits: floats(x.logits), action: integers(x.action), logitsQ: floats(x.logits_q ?? x.logits) };
  return compute(engine, feeds, ({ logits, action, logitsQ }) => {
    const [p, q] = [of(logits), of(logitsQ)];
    const results = { log_prob: p.logProb(action), entropy: p.entropy(), kl_p_q: p.kl(q) };
    const grads = Object.entries(results).map(([name, y]) => slopes(y, { [`grad_logits_of_sum_${name}`]: logits }));
    return Object.assign({ ...results, kl_q_p: q.kl(p), mode: p.mode() }, ...grads);
  });
}

function squashed(x: Json, engine: Engine): Json {
  const feeds = { mean: floats(x.mean), logStd: floats(x.log_std), u: floats(x.pre_tanh) };
  return compute(engine, feeds, ({ mean, logStd, u }) => {
    const logProb = squashedGaussian(mean, logStd).logProbBeforeTanh(u);
    const grads = slopes(logProb, { grad_mean_of_sum: mean, grad_log_std_of_sum: logStd });
    return { action: tanh(u), log_prob: logProb, ...grads };
  });
}

function a2c(x: Json, engine: Engine): Json {
  const feeds = {
    logits: floats(x.logits),
    values: floats(x.values),
    actions: integers(x.actions),
    returns: floats(x.returns),
    advantages: floats(x.returns.map((R: number, i: number) => R - x.values[i])),
  };
  return compute(engine, feeds, ({ logits, values, actions, returns, advantages }) => {
    const policy = categorical(logits);
    const terms = {
      policyLoss: policyGradientLoss({ logProb: policy.logProb(actions), advantages }),
      valueLoss: valueLoss({ values, returns, form: "full" }),
      entropy: mean(policy.entropy()),
    };
    const loss = actorCriticLoss({ ...terms, vfCoef: x.vf_coef, entCoef: x.ent_coef });
    return {
      ...{ policy_loss: terms.policyLoss, value_loss: terms.valueLoss, entropy: terms.entropy, loss },
      ...slopes(loss, { grad_logits: logits, grad_values: values }),
    };
  });
}

function ppo(x: Json, engine: Engine): Json {
  const feeds = {
    logits: floats(x.logits),
    values: floats(x.values),
    oldValues: floats(x.old_values),
    actions: integers(x.actions),
    oldLogProb: floats(x.old_log_probs),
    advantages: floats(x.advantages),
    returns: floats(x.returns),
  };
  return compute(engine, feeds, ({ logits, values, oldValues, actions, oldLogProb, returns, ...given }) => {
    const policy = categorical(logits);
    const advantages = normalizeAdvantages(given.advantages);
    const logProb = policy.logProb(actions);
    const clipped = ppoClipLoss({ logProb, oldLogProb, advantages, clipRange: x.clip });
    const critic = valueLoss({ values, returns, form: "half", clip: { oldValues, range: x.vf_clip } });
    const loss = actorCriticLoss({
      ...{ policyLoss: clipped.loss, valueLoss: critic, entropy: mean(policy.entropy()) },
      ...{ vfCoef: x.vf_coef, entCoef: x.ent_coef },
    });
    return {
      ...{ advantages_normalized: advantages, policy_loss: clipped.loss, value_loss: critic, loss },
      ...{ approx_kl_k1: clipped.approxKlK1, approx_kl_k3: clipped.approxKlK3, clip_fraction: clipped.clipFraction },
      ...slopes(loss, { grad_logits: logits, grad_values: values }),
    };
  });
}

const times =
  (matrix: readonly ArrayLike<number>[]): Product =>
  (v) =>
    matrix.map((row) => v.reduce((sum, value, i) => sum + value * row[i]!, 0));

/** All rows of a symmetric matrix that is known by its products. */
const rowsOf = (product: Product, n: number): number[][] =>
  Array.from({ length: n }, (_, row) => list(product(Float64Array.from({ length: n }, (_, i) => Number(i === row)))));

function conjugateGradients({ A, b, iterations }: Json): Json {
  const after = (iterations: number) => conjugateGradient(times(A), b, { iterations, tolerance: 0 });
  const all = Array.from({ length: iterations }, (_, i) => after(i + 1));
  return {
    iterates: all.map(({ x }) => list(x)),
    residual_sq: all.map(({ squaredResidual }) => squaredResidual),
    solution: after(10 * b.length).x,
  };
}

/** A policy softmax(features · W) and one step of TRPO on W. */
function trpo(given: Json, engine: Engine): Json {
  const W = flat(given.W);
  const specs = {
    W: floats(given.W),
    old: floats(given.W),
    v: floats(given.W),
    features: floats(given.features),
    actions: integers(given.actions),
    advantages: floats(given.advantages),
  };
  using graph = engine.prepare(specs, (x) => {
    const t = x as Record<keyof typeof specs, Tensor>;
    const [policy, old] = [t.W, t.old].map((weights) => categorical(matmul(t.features, weights)));
    const kl = mean(old!.kl(policy!));
    const [logProb, oldLogProb] = [policy!.logProb(t.actions), old!.logProb(t.actions)];
    const surrogate = neg(surrogateLoss({ logProb, oldLogProb, advantages: t.advantages }));
    const [gradient] = gradients(surrogate, [t.W]);
    return { kl, surrogate, gradient: gradient!, product: hessianProduct(kl, [t.W], [t.v])[0]! };
  });
  const fixed = { old: W, ...Object.fromEntries(["features", "actions", "advantages"].map((k) => [k, given[k]])) };
  const at = (weights: ArrayLike<number>, v: ArrayLike<number> = W) => graph.run({ ...fixed, W: weights, v });
  const product: Product = (v) => at(W, v).product!;
  const fisher = damped(product, given.damping);

  const before = at(W);
  const { delta, cg_iterations: iterations, cg_residual_tolerance: tolerance } = given;
  const { direction, size, step } = trustRegionStep({
    ...{ gradient: before.gradient!, fisher, delta, iterations, tolerance },
  });
  const moved = (fraction: number) => W.map((w, i) => w + fraction * step[i]!);
  const measured = (fraction: number) => {
    const { kl, surrogate } = at(moved(fraction));
    return { kl: kl![0]!, surrogate: surrogate![0]! };
  };
  const { backtrack, max_backtracks: tries } = given;
  const surrogate = before.surrogate![0]!;
  const found = lineSearch({ at: measured, surrogate, delta, backtrack, tries });
  const exact = conjugateGradient(fisher, before.gradient!, { iterations: 10 * W.length, tolerance: 1e-16 });
  const fractions = Array.from({ length: tries }, (_, j) => backtrack ** j);
  const vector = Float64Array.from(given.vector);
  return {
    surrogate_gradient: before.gradient,
    fisher: rowsOf(product, W.length),
    fisher_vector_product: product(vector),
    fisher_vector_product_damped: fisher(vector),
    cg_solution: direction,
    step_size: size,
    full_step: step,
    surrogate_before: surrogate,
    line_search: fractions.map((fraction) => ({ fraction, ...measured(fraction) })),
    accepted: found === undefined ? null : fractions.indexOf(found.fraction),
    W_after: moved(found?.fraction ?? 0),
    kl_after: found?.kl ?? 0,
    surrogate_after: found?.surrogate ?? surrogate,
    natural_gradient_exact: exact.x,
  };
}

function gaussianFisher({ means, log_std }: Json, engine: Engine): Json {
  const [m, s] = [flat(means).length, log_std.length];
  const specs = { mean: floats(means), logStd: floats(log_std), vMean: floats(means), vStd: floats(log_std) };
  using graph = engine.prepare({ ...specs, oldMean: floats(means), oldStd: floats(log_std) }, (x) => {
    const kl = mean(gaussian(x.oldMean!, x.oldStd!).kl(gaussian(x.mean!, x.logStd!)));
    const [ofMean, ofStd] = hessianProduct(kl, [x.mean!, x.logStd!], [x.vMean!, x.vStd!]);
    return { ofMean: ofMean!, ofStd: ofStd! };
  });
  const here = { mean: means, logStd: log_std, oldMean: means, oldStd: log_std };
  const product: Product = (v) => {
    const { ofMean, ofStd } = graph.run({ ...here, vMean: v.subarray(0, m), vStd: v.subarray(m) });
    return [...list(ofMean!), ...list(ofStd!)];
  };
  return { fisher: rowsOf(product, m + s) };
}

function trajectories({ log_ratios, rewards, gamma, q, v }: Json): Json {
  const episodes = rewards.map((_: Json, i: number) => ({
    ...{ logRatios: log_ratios[i], rewards: rewards[i], q: q[i], v: v[i] },
  }));
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

export const rlcoreCheckers: Checkers = {
  "rlcore/discounted_returns": returns,
  "rlcore/n_step_returns": (x) => ({ returns: nStepReturns({ ...steps(x), n: x.n }) }),
  "rlcore/lambda_returns": (x) => ({
    lambda_returns: lambdaReturns({ ...steps(x), lambda: x.lambda }),
    gae_advantages: gae({ ...steps(x), lambda: x.lambda }).advantages,
    td_errors: gae({ ...steps(x), lambda: 0 }).advantages,
  }),
  "rlcore/td_lambda_eligibility_traces": traces,
  "rlcore/vtrace": (x) => {
    const { returns, advantages } = vtrace({
      ...{ ...steps(x), logRatios: x.log_ratios, rhoBar: x.rho_bar, cBar: x.c_bar },
    });
    return { vs: returns, pg_advantages: advantages };
  },
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

  "rlcore/gaussian_diagonal": gaussians,
  "rlcore/categorical": (x, engine) => discrete(x, engine, (logits) => categorical(logits)),
  "rlcore/categorical_masked": (x, engine) => {
    const of = (logits: Tensor) => categorical(logits, constant(x.mask, "bool"));
    const { probs } = compute(engine, { logits: floats(x.logits) }, ({ logits }) => ({
      probs: exp(of(logits).logProbs),
    }));
    return { ...discrete(x, engine, of), probs };
  },
  "rlcore/bernoulli": (x, engine) => discrete(x, engine, bernoulli),
  "rlcore/multi_categorical": (x, engine) => discrete(x, engine, (logits) => multiCategorical(logits, x.nvec)),
  "rlcore/gaussian_tanh_squashed": squashed,
  "rlcore/gaussian_fisher": gaussianFisher,

  "rlcore/a2c_loss": a2c,
  "rlcore/ppo_loss_cleanrl": ppo,
  "rlcore/conjugate_gradient": conjugateGradients,
  "rlcore/trpo_step": trpo,
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
