import { sizeOf } from "../../src/base/index.ts";
import type { Shape } from "../../src/engine/index.ts";
import {
  adagrad,
  adam,
  adamw,
  clipCoefficient,
  constantWithWarmup,
  ema,
  interpolate,
  type Optimizer,
  polyak,
  rmsprop,
  type Schedule,
  schedule,
  sgd,
} from "../../src/optim/index.ts";
import type { Json } from "./cases.ts";
import { flatten } from "./compare.ts";
import { type Engine, floats, run, shapeOf } from "./engines.ts";
import type { Checkers } from "./registry.ts";

/** The parameters after every step along given gradients. */
function trace(optimizer: Optimizer, { x0, grads, lr, weight_decay = 0 }: Json, engine: Engine): Json {
  const shape: Shape = shapeOf(x0);
  const scalarsOf = (step: number) => optimizer.scalars({ step, learningRate: lr, weightDecay: weight_decay });
  const scalarNames = Object.keys(scalarsOf(1));
  const slotNames = Object.keys(optimizer.slots);
  const specs = Object.fromEntries([
    ...["parameter", "gradient", ...slotNames].map((name) => [name, { shape, dtype: "float32" as const }]),
    ...scalarNames.map((name) => [`scalar ${name}`, { shape: [], dtype: "float32" as const }]),
  ]);
  using step = engine.prepare(specs, (x) => {
    const { parameter, slots } = optimizer.update({
      parameter: x.parameter!,
      gradient: x.gradient!,
      slots: Object.fromEntries(slotNames.map((name) => [name, x[name]!])),
      scalars: Object.fromEntries(scalarNames.map((name) => [name, x[`scalar ${name}`]!])),
    });
    return { parameter, ...slots };
  });
  const initial = Object.entries(optimizer.slots).map(([name, value]) => [name, Array(sizeOf(shape)).fill(value)]);
  let state: Json = { parameter: x0, ...Object.fromEntries(initial) };
  const xs = grads.map((gradient: Json, i: number) => {
    const scalars = Object.entries(scalarsOf(i + 1)).map(([name, value]) => [`scalar ${name}`, value]);
    state = step.run({ ...state, gradient, ...Object.fromEntries(scalars) });
    return Array.from(state.parameter);
  });
  return { x: xs };
}

const adamOptions = ({ betas, eps, amsgrad }: Json) => ({ betas, epsilon: eps, amsgrad });
const rmspropOptions = ({ alpha, eps, momentum, centered }: Json) => ({ alpha, epsilon: eps, momentum, centered });
const factors = (make: (inputs: Json) => Schedule) => (inputs: Json) => ({ factor: inputs.steps.map(make(inputs)) });
const named = (name: string) =>
  factors(({ warmup, total, min_ratio, end, power }) =>
    schedule(name, { warmupSteps: warmup, totalSteps: total, minRatio: min_ratio ?? end ?? 0, power }),
  );

/** Averages after each new set of weights. */
function averages(first: Json, values: Json, average: Parameters<typeof run>[2], engine: Engine): Json {
  let mean = first;
  return values.map((value: Json) => {
    mean = Array.from(run(engine, { mean: floats(mean), value: floats(value) }, average).mean!);
    return mean;
  });
}

export const optimCheckers: Checkers = {
  "optim/sgd": (x, engine) => trace(sgd(x), x, engine),
  "optim/adam": (x, engine) => trace(adam(adamOptions(x)), x, engine),
  "optim/adam_tf_style": (x, engine) => trace(adam({ ...adamOptions(x), epsilonStyle: "tensorflow" }), x, engine),
  "optim/adamw": (x, engine) => trace(adamw(adamOptions(x)), x, engine),
  "optim/rmsprop": (x, engine) => trace(rmsprop(rmspropOptions(x)), x, engine),
  "optim/rmsprop_tf_like": (x, engine) =>
    trace(rmsprop({ ...rmspropOptions(x), epsilonStyle: "tensorflow" }), x, engine),
  "optim/adagrad": (x, engine) => trace(adagrad({ epsilon: x.eps }), x, engine),

  "optim/clip_global_norm": ({ grads, max_norm }) => {
    const total_norm = Math.hypot(...(Object.values(grads).flatMap(flatten) as number[]));
    const coefficient = clipCoefficient(total_norm, max_norm);
    const clipped = Object.entries(grads).map(([name, g]) => [
      name,
      flatten(g).map((value) => (value as number) * coefficient),
    ]);
    return { total_norm, clipped: Object.fromEntries(clipped) };
  },

  "optim/schedule_linear": named("linear"),
  "optim/schedule_linear_anneal_cleanrl": named("linear"),
  "optim/schedule_cosine": named("cosine"),
  "optim/schedule_constant": named("constant_with_warmup"),
  "optim/schedule_inverse_sqrt": named("inverse_sqrt"),
  "optim/schedule_polynomial": named("polynomial"),
  "optim/schedule_instructgpt_constant": factors(({ warmup, start }) =>
    constantWithWarmup({ warmupSteps: warmup, startRatio: start }),
  ),
  "optim/epsilon_linear": factors(({ start, end, duration }) => interpolate({ start, end, duration })),

  "optim/weight_ema": ({ x0, weights, decay }, engine) => ({
    ema: averages(x0, weights, ({ mean, value }) => ({ mean: ema(mean!, value!, decay) }), engine),
  }),
  "optim/polyak_target": ({ target0, online, tau }, engine) => ({
    target: averages(target0, online, ({ mean, value }) => ({ mean: polyak(mean!, value!, tau) }), engine),
  }),
};
