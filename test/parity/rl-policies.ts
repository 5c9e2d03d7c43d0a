// Deep reinforcement learning: distributions of actions, the losses of policies, TRPO. Values are in rl-values.ts.
import { constant, exp, gradients, matmul, mean, neg, type Tensor, tanh } from "../../src/engine/index.ts";
import {
  actorCriticLoss,
  bernoulli,
  categorical,
  conjugateGradient,
  type Distribution,
  damped,
  gaussian,
  gsde,
  hessianProduct,
  lineSearch,
  multiCategorical,
  normalizeAdvantages,
  type Product,
  policyGradientLoss,
  ppoClipLoss,
  squashedGaussian,
  surrogateLoss,
  trustRegionStep,
  valueLoss,
} from "../../src/rl/index.ts";
import type { Json } from "./cases.ts";
import { flatten } from "./compare.ts";
import { type Engine, floats, integers, type Outputs } from "./engines.ts";
import type { Checkers } from "./registry.ts";
import { compute, list, slopes } from "./rl-graphs.ts";

const flat = (x: Json): number[] => flatten(x) as number[];

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

/** Mean actions with noise that the features of the state shape. */
function stateDependent(x: Json, engine: Engine): Json {
  const feeds = {
    mean: floats(x.mean),
    features: floats(x.features),
    logStd: floats(x.log_std),
    action: floats(x.action),
  };
  return compute(engine, feeds, ({ action, ...inputs }) => {
    const policy = gsde(inputs);
    const logProb = policy.logProb(action);
    const grads = slopes(logProb, { grad_mean: inputs.mean, grad_log_std: inputs.logStd });
    return { log_prob: logProb, entropy: policy.entropy(), ...grads };
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
  const gradient = before.gradient!;
  const { direction, size, step } = trustRegionStep({ gradient, fisher, delta, iterations, tolerance });
  const moved = (fraction: number) => W.map((w, i) => w + fraction * step[i]!);
  const measured = (fraction: number) => {
    const { kl, surrogate } = at(moved(fraction));
    return { kl: kl![0]!, surrogate: surrogate![0]! };
  };
  const { backtrack, max_backtracks: tries } = given;
  const surrogate = before.surrogate![0]!;
  const found = lineSearch({ at: measured, surrogate, delta, backtrack, tries });
  const exact = conjugateGradient(fisher, gradient, { iterations: 10 * W.length, tolerance: 1e-16 });
  const fractions = Array.from({ length: tries }, (_, j) => backtrack ** j);
  const vector = Float64Array.from(given.vector);
  return {
    surrogate_gradient: gradient,
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

export const rlPolicyCheckers: Checkers = {
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
  "rlcore/gsde": stateDependent,
  "rlcore/a2c_loss": a2c,
  "rlcore/ppo_loss_cleanrl": ppo,
  "rlcore/conjugate_gradient": conjugateGradients,
  "rlcore/trpo_step": trpo,
};
