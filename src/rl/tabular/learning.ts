/**
 * What all tabular learners share: episodes, statistics, checkpoints, and what the learnt policy is worth. A learner itself
 * is a `Rule`: how one episode is played and learnt from.
 *
 * A step of the run is a number of whole episodes, and each step seeds the environment and the learner's random numbers
 * anew from (seed, step). So a checkpoint needs the tables only: no generator, no half-played episode, and an environment
 * that cannot be saved is resumed bit by bit all the same.
 */
import type { z } from "zod";
import { DataError, stream } from "../../base/index.ts";
import type { Checkpoint, CheckpointFiles, Finished, Trainer } from "../../run/index.ts";
import { mean } from "../../stats/index.ts";
import { type Returns, sampledReturn } from "./evaluate.ts";
import { judgeOf } from "./judge.ts";
import type { Policy } from "./mdp.ts";
import { type Numbering, type Numbers, numbersOf } from "./numbering.ts";
import type { Play, Rule, Sizes, TabularEnv } from "./rule.ts";

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

interface Learning {
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

async function* learning({ algorithm, env, config, seed, rule: make }: Learning, from?: Checkpoint): Trainer<Learnt> {
  const numbers = numbersOf(env);
  const limit = longestOf(env, config.maxEpisodeSteps);
  const rule = make({ states: numbers.observations.size, actions: numbers.actions.n });
  const judge = judgeOf(env, numbers.observations.size, limit);
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
    const envSeed = stream(seed, "env", step).integer(2 ** 31);
    const first = (step - 1) * config.episodesPerStep;
    const last = Math.min(config.episodes, step * config.episodesPerStep);
    for (let episode = first; episode < last; episode++) {
      const played = open(env, numbers, limit, episode === first ? envSeed : undefined);
      rule.episode({ ...played.play, rng, epsilon: epsilonAt(config, episode) });
      const { length, total } = played.count();
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
  }
  const policy = rule.policy();
  const valueError = rule.metrics?.(judge?.process)["eval/value_error"];
  const sampling = { episodes: config.evalEpisodes, horizon: limit, seed };
  return {
    policy,
    result: {
      steps: timesteps,
      return: sampledReturn(env, policy, numbers, sampling),
      trainReturn: mean(returns),
      ...(judge?.result(policy) ?? { exact: null, optimum: null, regret: null }),
      ...(valueError !== undefined && { valueError }),
    },
    files: files(),
  };
}

/** One episode: what a rule plays with, and how long it was and what it earned. */
function open(env: TabularEnv, { observations, actions }: Numbers, limit: number, seed: number | undefined) {
  let [length, total] = [0, 0];
  const play: Pick<Play, "start" | "step"> = {
    start: () => numbered(env, observations, env.reset(seed === undefined ? undefined : { seed })[0]),
    step(index) {
      const [observation, reward, terminated, cut] = env.step(actions.start + index);
      if (!Number.isFinite(reward)) throw badStep(env, `gave the reward ${reward}: wanted a finite number`);
      const next = numbered(env, observations, observation);
      length++;
      total += reward;
      return { next, reward, terminated, truncated: cut || length >= limit };
    },
  };
  return { play, count: () => ({ length, total }) };
}

function numbered(env: TabularEnv, { of, size }: Numbering, observation: unknown): number {
  const number = of(observation);
  if (Number.isInteger(number) && number >= 0 && number < size) return number;
  throw badStep(env, `observed something outside its observation space: number ${number} of ${size}`);
}

/** One NaN in a table spreads to all of it. */
const badStep = ({ spec, name }: TabularEnv, what: string): DataError =>
  new DataError(`the environment ${what}`, {
    code: "bad-env-result",
    where: spec?.id ?? name,
    help: "mend its reset and step; a run goes on from its last checkpoint",
  });

/** Steps after which an episode is cut, by the environment or by us. */
function longestOf({ spec }: TabularEnv, wanted: number | undefined): number {
  const cut = Math.min(wanted ?? Number.POSITIVE_INFINITY, spec?.maxEpisodeSteps ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(cut) ? cut : longestEpisode;
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > recent) values.shift();
}

/** ε of an episode, counted from 0. */
function epsilonAt(config: PlayingConfig, episode: number): number {
  const { episodes, explorationInitialEps = 0, explorationFinalEps = 0, explorationFraction = 1 } = config;
  const share = Math.min(1, episode / (explorationFraction * episodes));
  return explorationInitialEps + share * (explorationFinalEps - explorationInitialEps);
}
