/**
 * What all tabular learners share: episodes, statistics, checkpoints, and what the learnt policy is worth. A learner itself
 * is a `Rule`: how one episode is played and learnt from.
 *
 * A step of the run is a number of whole episodes, and each step seeds the environment and the learner's random numbers
 * anew from (seed, step). So a checkpoint needs the tables only: no generator, no half-played episode, and an environment
 * that cannot be saved is resumed bit by bit all the same.
 */
import type { z } from "zod";
import { DataError, type Rng, stream, UsageError } from "../../base/index.ts";
import type { Env, Info, ResetOptions, Space } from "../../envs/index.ts";
import type { Checkpoint, CheckpointFiles, Finished, Trainer } from "../../run/index.ts";
import { mean } from "../../stats/index.ts";
import { type Returns, sampledReturn } from "./evaluate.ts";
import { judgeOf } from "./judge.ts";
import type { Mdp, Policy } from "./mdp.ts";
import { numbering } from "./observations.ts";

/** An environment as learners see it: observations that can be numbered, actions that are. */
export interface TabularEnv extends Pick<Env, "spec" | "name" | "inner"> {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  reset(how?: ResetOptions): readonly [observation: unknown, info: Info];
  step(
    action: number,
  ): readonly [observation: unknown, reward: number, terminated: boolean, truncated: boolean, info: Info];
}

/** One step, with states by their numbers. Truncated without being terminated: cut, and the value of `next` counts. */
export interface Transition {
  readonly next: number;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** An episode as a rule sees it. */
export interface Play {
  /** Begins the episode. */
  start(): number;
  step(action: number): Transition;
  /** How likely any action at all is to be taken, where the rule explores so. */
  readonly epsilon: number;
  readonly rng: Rng;
}

/** What is learnt, and how. */
export interface Rule {
  episode(play: Play): void;
  /** How the learnt policy acts: π(a|s) in a row for each state. */
  policy(): Policy;
  /** Everything that is learnt, as JSON without loss: `load` puts it back. */
  save(): Record<string, unknown>;
  load(saved: Readonly<Record<string, unknown>>): void;
  /** More to tell after each step. `process` is the environment's, where it gives it. */
  metrics?(process: Mdp | undefined): Readonly<Record<string, number>>;
}

/** Sizes of the tables. */
export interface Sizes {
  readonly states: number;
  readonly actions: number;
}

export interface PlayingConfig {
  readonly episodes: number;
  readonly episodesPerStep: number;
  readonly gamma: number;
  readonly maxEpisodeSteps?: number | undefined;
  readonly evalEpisodes: number;
  readonly explorationInitialEps?: number;
  readonly explorationFinalEps?: number;
  readonly explorationFraction?: number;
}

export interface Learning {
  /** Of `model/values.json`: `q-learning`. */
  readonly algorithm: string;
  readonly env: TabularEnv;
  readonly config: PlayingConfig;
  readonly seed: number;
  rule(sizes: Sizes): Rule;
}

/** The second argument of every trainer. */
export interface Resume {
  /** A checkpoint of this trainer to go on from. */
  readonly from?: Checkpoint | undefined;
}

/** What every learner is called with, besides its settings. */
export interface World {
  readonly env: TabularEnv;
  readonly seed?: number;
}

/** A trainer from its settings and its rule. */
export const learner =
  <S extends z.ZodType<PlayingConfig>, W extends World = World>(
    algorithm: string,
    schema: S,
    rule: (config: z.infer<S>, sizes: Sizes, world: W) => Rule,
  ) =>
  (options: z.input<S> & W, { from }: Resume = {}): Trainer<Learnt> => {
    const config = schema.parse(options);
    const { env, seed = 0 } = options;
    return learning({ algorithm, env, config, seed, rule: (sizes) => rule(config, sizes, options) }, from);
  };

export interface TabularResult {
  /** Steps of the environment that were learnt from. */
  readonly steps: number;
  /** Of the final policy, over fresh episodes. */
  readonly return: Returns & { readonly episodes: number };
  /** Mean of the last 100 training episodes. */
  readonly trainReturn: number;
  /** The same return computed; null where the environment does not give its transitions. */
  readonly exact: Returns | null;
  /** The best that any policy can have, and how much less the final one has; null as above. */
  readonly optimum: number | null;
  readonly regret: number | null;
  /** Of what learns values of a given policy: root of the mean squared error of the visited states' values. */
  readonly valueError?: number;
}

export interface Learnt extends Finished {
  readonly result: TabularResult;
  readonly policy: Policy;
}

/** Where nothing else cuts an episode: a policy that walks in circles must not walk for ever. */
const longestEpisode = 1000;
/** How many of the last episodes `ep_rew_mean` and `trainReturn` average, as stable-baselines3 does. */
const recent = 100;

interface Counters {
  readonly timesteps: number;
  readonly returns: readonly number[];
  readonly lengths: readonly number[];
}

export async function* learning(
  { algorithm, env, config, seed, rule: make }: Learning,
  from?: Checkpoint,
): Trainer<Learnt> {
  const observations = numbering(env.observationSpace);
  const { actionSpace } = env;
  if (actionSpace.kind !== "discrete") {
    throw new UsageError(
      `a table has a column for each action, and there is no end of those of a ${actionSpace.kind}`,
      {
        code: "not-tabular",
        help: "use an algorithm for continuous actions, or an environment with numbered ones",
      },
    );
  }
  const limit = longestOf(env, config.maxEpisodeSteps);
  const action = (index: number) => actionSpace.start + index;
  const rule = make({ states: observations.size, actions: actionSpace.n });
  const judge = judgeOf(env, observations.size, limit);
  const totalSteps = Math.ceil(config.episodes / config.episodesPerStep);

  let step = from?.step ?? 0;
  const saved = from?.files["state.json"] as (Counters & object) | undefined;
  let timesteps = saved?.timesteps ?? 0;
  const returns = [...(saved?.returns ?? [])];
  const lengths = [...(saved?.lengths ?? [])];
  if (from) rule.load(from.files["values.json"] as Record<string, unknown>);
  const files = (): CheckpointFiles => ({ "values.json": { algorithm, ...rule.save() } });

  while (step < totalSteps) {
    step++;
    const rng = stream(seed, "act", step);
    let envSeed: number | undefined = stream(seed, "env", step).integer(2 ** 31);
    const first = (step - 1) * config.episodesPerStep;
    const last = Math.min(config.episodes, step * config.episodesPerStep);
    for (let episode = first; episode < last; episode++) {
      let [length, total] = [0, 0];
      rule.episode({
        rng,
        epsilon: epsilonAt(config, episode),
        start() {
          const [observation] = env.reset(envSeed === undefined ? undefined : { seed: envSeed });
          envSeed = undefined;
          return observations.of(observation);
        },
        step(index) {
          const [observation, reward, terminated, cut] = env.step(action(index));
          const next = observations.of(observation);
          expectUsable(env, reward, next, observations.size);
          length++;
          total += reward;
          return { next, reward, terminated, truncated: cut || length >= limit };
        },
      });
      timesteps += length;
      keep(returns, total);
      keep(lengths, length);
    }
    const counters: Counters = { timesteps, returns: [...returns], lengths: [...lengths] };
    yield {
      step,
      metrics: {
        "rollout/ep_rew_mean": mean(returns),
        "rollout/ep_len_mean": mean(lengths),
        ...(config.explorationInitialEps !== undefined && {
          "rollout/exploration_rate": epsilonAt(config, last - 1),
        }),
        ...rule.metrics?.(judge?.process),
        ...judge?.metrics(rule.policy()),
        "time/episodes": last,
        "time/total_timesteps": timesteps,
      },
      snapshot: () => ({ step, files: { ...files(), "state.json": { ...counters } } }),
    };
    await aTurn();
  }
  const policy = rule.policy();
  const valueError = rule.metrics?.(judge?.process)["eval/value_error"];
  const sampling = { episodes: config.evalEpisodes, horizon: limit, seed };
  return {
    policy,
    result: {
      steps: timesteps,
      return: sampledReturn(env, policy, { observations, action }, sampling),
      trainReturn: mean(returns),
      ...(judge?.result(policy) ?? { exact: null, optimum: null, regret: null }),
      ...(valueError !== undefined && { valueError }),
    },
    files: files(),
  };
}

/** Steps after which an episode is cut, by the environment or by us. */
function longestOf({ spec }: TabularEnv, wanted: number | undefined): number {
  const cut = Math.min(wanted ?? Number.POSITIVE_INFINITY, spec?.maxEpisodeSteps ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(cut) ? cut : longestEpisode;
}

/** One NaN in a table spreads to all of it. */
function expectUsable({ spec, name }: TabularEnv, reward: number, next: number, states: number): void {
  if (Number.isFinite(reward) && Number.isInteger(next) && next >= 0 && next < states) return;
  throw new DataError(
    Number.isFinite(reward)
      ? `the environment observed something outside its observation space: number ${next} of ${states}`
      : `the environment gave the reward ${reward}: wanted a finite number`,
    { code: "bad-step", where: spec?.id ?? name, help: "mend its step function; nothing was learnt from this episode" },
  );
}

/** Nothing here waits for anything: without a turn of the event loop neither Ctrl-C nor a clock would be heard. */
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > recent) values.shift();
}

/** ε of an episode, counted from 0. */
export function epsilonAt(config: PlayingConfig, episode: number): number {
  const { episodes, explorationInitialEps = 0, explorationFinalEps = 0, explorationFraction = 1 } = config;
  const share = Math.min(1, episode / (explorationFraction * episodes));
  return explorationInitialEps + share * (explorationFinalEps - explorationInitialEps);
}
