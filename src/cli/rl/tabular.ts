/** The algorithms that keep tables. */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { make } from "../../envs/index.ts";
import {
  type Control,
  DoubleQLearningConfig,
  DynaQConfig,
  deterministic,
  doubleQLearning as doubleQLearner,
  dynaQ as dynaLearner,
  ExpectedSarsaConfig,
  expectedSarsa as expectedSarsaLearner,
  exploring,
  type Learnt,
  MonteCarloConfig,
  mdpFromEnv,
  monteCarlo as monteCarloLearner,
  monteCarloPrediction,
  NStepTdConfig,
  nStepTd,
  OffPolicyMonteCarloConfig,
  offPolicyMonteCarlo,
  type playing,
  QLearningConfig,
  qLearning as qLearner,
  type Resume,
  SarsaConfig,
  sarsa as sarsaLearner,
  type TabularEnv,
  type TabularPolicy,
  TdConfig,
  TdLambdaConfig,
  tabularDefaults,
  tdLambda,
  td as tdLearner,
  valueIteration,
  type World,
} from "../../rl/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { type Context, duration, kebab, number } from "../frame/index.ts";
import { applyPreset, checkOut, type Trained, train } from "../train/training.ts";
import { type Algorithm, type Common, linesBetweenSaves, type RlResult } from "./algorithm.ts";

interface Playing {
  readonly episodes: number;
  readonly episodesPerStep: number;
}

/** Makes the environment, learns in a run folder, and says what came of it. */
async function learn<O extends Common & Playing>(
  context: Context<RlResult>,
  name: string,
  options: O,
  trainer: (env: TabularEnv, from: Checkpoint | undefined) => Trainer<Learnt>,
) {
  checkOut(options);
  const env = make(options.env);
  const totalSteps = Math.ceil(options.episodes / options.episodesPerStep);
  const result: Trained<Learnt> = await train(
    context,
    { ...options, saveSteps: linesBetweenSaves(options, totalSteps), logSamples: 0 },
    {
      command: `rl ${name}`,
      trainer: (from) => trainer(env, from),
      datasets: [],
      parents: [],
      totalSteps,
      shown: { "rollout/ep_rew_mean": "return", "eval/regret": "regret", "eval/value_error": "value error" },
    },
  );
  context.emit(inWords(result), result);
  return { next: `plaudit runs show ${result.run}` };
}

function inWords({ run, steps, seconds, return: got, exact, optimum, regret, valueError }: Trained<Learnt>): string {
  const lines = [
    `${run}: ${steps} steps in ${duration(seconds)}`,
    `return ${number(got.mean)} ± ${number(got.std)} over ${got.episodes} episodes`,
  ];
  if (exact && optimum !== null && regret !== null) {
    lines.push(`computed ${number(exact.mean)}, at best ${number(optimum)}: regret ${number(regret)}`);
  }
  if (valueError !== undefined)
    lines.push(`value error ${number(valueError)} (root of the mean square, visited states)`);
  return lines.join("\n");
}

const pick = <S extends z.ZodObject>(options: object, schema: S): z.infer<S> =>
  schema.parse(Object.fromEntries(Object.entries(options).filter(([key]) => key in schema.shape))) as z.infer<S>;

/** A control algorithm: its settings, and what is known to go well on the environment. */
function control<S extends z.ZodObject<typeof playing>>(
  name: Control,
  schema: S,
  trainer: (options: z.infer<S> & Required<World>, resume: Resume) => Trainer<Learnt>,
): Algorithm {
  return {
    name,
    examples: [
      `plaudit rl ${name} --env CliffWalking-v1`,
      `plaudit rl ${name} --env Taxi-v4 --seed 3 --out runs/taxi`,
      `plaudit rl ${name} --env FrozenLake-v1 --episodes 50000 --gamma 1`,
    ],
    schema,
    run(context, given) {
      const options = applyPreset(given, context.given, tabularDefaults(name, given.env));
      const settings = pick(options, schema);
      return learn(context, name, { ...options, ...settings }, (env, from) =>
        trainer({ ...settings, env, seed: options.seed }, { from }),
      );
    },
  };
}

export const qLearning = control("q-learning", QLearningConfig, qLearner);
export const sarsa = control("sarsa", SarsaConfig, sarsaLearner);
export const expectedSarsa = control("expected-sarsa", ExpectedSarsaConfig, expectedSarsaLearner);
export const doubleQLearning = control("double-q-learning", DoubleQLearningConfig, doubleQLearner);
export const dynaQ = control("dyna-q", DynaQConfig, dynaLearner);

const { exploringStarts: _, ...monteCarloFlags } = MonteCarloConfig.shape;
const MonteCarloFlags = z.object({
  method: z
    .enum(["on-policy", "exploring-starts", "off-policy", "prediction"])
    .optional()
    .describe(
      "ε-soft; greedy after any first action; greedy from what an ε-soft policy does; or no control, the values of any action alike (default: on-policy, on Blackjack exploring-starts)",
    ),
  ...monteCarloFlags,
  importance: OffPolicyMonteCarloConfig.shape.importance,
});

/** Settings that a method does not have. */
const unused: Readonly<Record<string, readonly string[]>> = {
  "on-policy": ["importance"],
  "exploring-starts": ["importance", ...Object.keys(exploring)],
  "off-policy": ["learningRate", "learningRatePower", "visits"],
  prediction: ["importance", ...Object.keys(exploring)],
};

function refuseUnused(method: string, given: ReadonlySet<string>): void {
  const wrong = unused[method]!.filter((key) => given.has(key)).map((key) => `--${kebab(key)}`);
  if (wrong.length === 0) return;
  throw new UsageError(`${wrong.join(", ")} means nothing to --method ${method}`, {
    code: "bad-flag",
    help: "leave it out, or name another method",
  });
}

export const monteCarlo: Algorithm = {
  name: "monte-carlo",
  examples: [
    "plaudit rl monte-carlo --env Blackjack-v1",
    "plaudit rl monte-carlo --env Blackjack-v1 --method off-policy --importance ordinary",
    "plaudit rl monte-carlo --env RandomWalk-v0 --method prediction --visits every",
  ],
  schema: MonteCarloFlags,
  run(context, given) {
    const { exploringStarts, ...preset } = tabularDefaults("monte-carlo", given.env);
    const usual = exploringStarts === true ? "exploring-starts" : "on-policy";
    const { method = usual } = pick(given, MonteCarloFlags);
    refuseUnused(method, context.given);
    const options = { ...applyPreset(given, context.given, preset), method };
    const settings = pick(options, MonteCarloFlags);
    return learn(context, "monte-carlo", { ...options, ...settings }, (env, from) => {
      const world = { env, seed: options.seed };
      if (method === "prediction") return monteCarloPrediction({ ...settings, ...world }, { from });
      if (method === "off-policy") return offPolicyMonteCarlo({ ...settings, ...world }, { from });
      return monteCarloLearner({ ...settings, ...world, exploringStarts: method === "exploring-starts" }, { from });
    });
  },
};

const TdFlags = z.object({
  policy: z
    .enum(["random", "optimal"])
    .default("random")
    .describe(
      "whose values are learnt: every action alike, or the best ones (where the environment gives its transitions)",
    ),
  ...TdConfig.shape,
  nSteps: NStepTdConfig.shape.nSteps.default(1),
  lam: TdLambdaConfig.shape.lam.default(0),
});

export const td: Algorithm = {
  name: "td",
  examples: [
    "plaudit rl td --env RandomWalk-v0",
    "plaudit rl td --env RandomWalk-v0 --n-steps 4 --episodes 200",
    "plaudit rl td --env FrozenLake-v1 --policy optimal --lam 0.8",
  ],
  schema: TdFlags,
  run(context, given) {
    const { policy, ...settings } = pick(given, TdFlags);
    const { nSteps, lam } = settings;
    if (nSteps > 1 && lam > 0) {
      throw new UsageError("--n-steps and --lam are two ways to look further than one step", {
        code: "bad-flag",
        help: "leave one of them out",
      });
    }
    const trainer = lam > 0 ? tdLambda : nSteps > 1 ? nStepTd : tdLearner;
    return learn(context, "td", { ...given, ...settings, policy }, (env, from) => {
      const known = policy === "optimal" ? { policy: optimalPolicy(env, settings.gamma) } : {};
      return trainer({ ...settings, ...known, env, seed: given.seed }, { from });
    });
  },
};

function optimalPolicy(env: TabularEnv, gamma: number): TabularPolicy {
  const process = mdpFromEnv(env, gamma);
  return deterministic(process, valueIteration(process).policy);
}
