/**
 * What DQN, NAF, DDPG, TD3 and SAC have in common: environments that are stepped a little, a memory that is learnt from a
 * little, logs, checkpoints with the whole memory. The algorithm itself says how to act and what one update is.
 */
import { z } from "zod";
import { allocate, type Rng, stream } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import type { Checkpoint, Finished, Trainer } from "../../run/index.ts";
import { actionCodec, type ObservationCodec, observationCodec, scaledActionCodec } from "../codec.ts";
import type { Optimized } from "../fused.ts";
import { randomPossible } from "../masking.ts";
import { averages } from "../minibatch.ts";
import type { ActingNetwork } from "../networks/acting-network.ts";
import { activationNames } from "../networks/mlp.ts";
import { type Normalizer, normalizer, normalizerSettings } from "../normalizer.ts";
import {
  episodeMetrics,
  expectSameStep,
  type OnPolicyOptions,
  type OnPolicyResult,
  scheduled,
  trainReturn,
} from "../on-policy/on-policy.ts";
import type { Episode } from "../on-policy/rollout.ts";
import { type Policy, policyFiles, seeingBy } from "../policy.ts";
import { mayDraw } from "../replay/ring.ts";
import { type Batch, experience } from "./experience.ts";
import { type Counts, type Moving, restore, stateFiles } from "./off-policy-state.ts";
import { type Stepping, stepping } from "./stepping.ts";

/** Settings of every algorithm that learns from a memory. Defaults are stable-baselines3's. */
export const offPolicySettings = {
  totalTimesteps: z.int().positive().default(100_000).describe("environment steps"),
  learningRate: z.number().nonnegative().describe("learning rate at the start"),
  lrSchedulerType: z.enum(["constant", "linear"]).default("constant").describe("linear: down to 0 at the end"),
  gamma: z.number().min(0).max(1).default(0.99).describe("discount"),
  bufferSize: z.int().positive().default(1_000_000).describe("steps that are remembered"),
  learningStarts: z.int().nonnegative().default(100).describe("environment steps with random actions before learning"),
  batchSize: z.int().positive().describe("rows per update"),
  trainFreq: z.int().positive().describe("steps of each environment between two times of learning"),
  gradientSteps: z
    .int()
    .min(-1)
    .default(1)
    .describe("updates each time; -1 = as many as steps were taken in all environments"),
  nStep: z.int().positive().default(1).describe("rewards that are summed before the value of a state is asked"),
  maxGradNorm: z.number().nonnegative().default(0).describe("global-norm clipping; 0 = off"),
  ...normalizerSettings,
  truncation: z
    .enum(["bootstrap", "terminal"])
    .default("bootstrap")
    .describe("an episode that was cut off by time: keeps the value of its last state, or counts as ended"),
  netArch: z.array(z.int().positive()).describe("widths of the hidden layers"),
  activation: z.enum(activationNames).default("relu").describe("between the layers"),
  logInterval: z.int().positive().default(1000).describe("environment steps between two lines of the log, at least"),
};
const Settings = z.object(offPolicySettings);
export type OffPolicySettings = z.infer<typeof Settings>;

export type OffPolicyOptions = OnPolicyOptions;

/** What an algorithm begins with. */
export interface Surroundings extends Pick<VectorEnv, "numEnvs"> {
  readonly name: string;
  readonly observations: VectorEnv["singleObservationSpace"];
  readonly actions: VectorEnv["singleActionSpace"];
  /** Numbers an observation, how many of those layers see, and numbers an action. */
  readonly width: number;
  readonly features: number;
  readonly actionWidth: number;
  /** What is seen now, [n, d], and where actions are written to, [n, a]. */
  readonly seen: Float32Array<ArrayBuffer>;
  readonly chosen: Stepping["actions"];
  readonly seed: number;
}

/** What every batch of continuous actions holds: B rows, observations of w numbers, actions of d. */
export const transitions = (B: number, w: number, d: number) =>
  ({ observation: [B, w], action: [B, d], reward: [B], nextObservation: [B, w], discount: [B] }) as const;

/** At this moment: `progress` goes from 1 at the start to 0 at the end. */
export interface Moment {
  readonly progress: number;
  readonly rng: Rng;
}

/** One algorithm at work. */
export interface Learner {
  readonly policy: Policy<ActingNetwork>;
  /** Weights with their optimizers. */
  readonly states: Readonly<Record<string, Optimized>>;
  /** What else moves: target networks, noise that lasts. */
  readonly arrays: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  /** Where a batch is written to. */
  readonly batch: Batch;
  /** Draws by TD error. Default: all rows alike. */
  readonly ranked?: { readonly alpha: number; readonly beta: number } | undefined;
  /** From `seen` to `chosen`. Not asked while actions are random. */
  act(at: Moment): void;
  /** After every step of the environments: the first is 1; `ended` [n] is 1 where an episode did. */
  stepped?(at: { readonly step: number; readonly ended: Uint8Array; readonly rng: Rng }): void;
  /** Learns from the batch; returns its TD errors. */
  update(at: Moment & { readonly learningRate: number }): ArrayLike<number>;
  /** Of the last update, single numbers. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Means of the outputs → the log's names. */
  metrics(means: Readonly<Record<string, number>>, at: { readonly progress: number }): Readonly<Record<string, number>>;
  dispose(): void;
}

export type OffPolicyResult = OnPolicyResult;

export interface OffPolicyTrained extends Finished {
  readonly policy: Policy<ActingNetwork>;
  readonly result: OffPolicyResult;
}

/** Acts, remembers, learns, until `totalTimesteps`. A step in logs and checkpoints is `logInterval` environment steps. */
export async function* offPolicy(
  name: string,
  { env, seed = 0 }: OffPolicyOptions,
  settings: OffPolicySettings,
  begin: (surroundings: Surroundings) => Learner,
  from?: Checkpoint,
): Trainer<OffPolicyTrained> {
  expectSameStep(env);
  const { totalTimesteps, learningStarts, trainFreq, batchSize, bufferSize, logInterval } = settings;
  mayDraw(batchSize, 1, bufferSize);
  const { numEnvs: n, singleObservationSpace: observations, singleActionSpace: actions } = env;
  const observation = observationCodec(observations);
  const action = actions.kind === "box" ? scaledActionCodec(actions) : actionCodec(actions);
  const scaling = normalizer(settings, observation, n);
  const world = stepping({ env, observation, action, scaling });
  const learner = begin({
    ...{ name, observations, actions, seed, numEnvs: n },
    ...{ width: observation.width, features: observation.features, actionWidth: action.width },
    ...{ seen: world.seen, chosen: world.actions },
  });
  const policy = seeingBy(learner.policy, scaling);
  const memory = experience({
    ...{ capacity: bufferSize, batchSize, n: settings.nStep, gamma: settings.gamma, numEnvs: n },
    observation: { dtype: "float32", width: observation.width },
    action: { dtype: actions.kind === "box" ? "float32" : "int32", width: action.width },
    alpha: learner.ranked?.alpha,
  });
  const gradientSteps = settings.gradientSteps === -1 ? trainFreq * n : settings.gradientSteps;
  const moving: Moving = { env, world, memory, learner, scaling: scaling?.state };
  const random = randomActions(world, actions, observation);
  const remember: Parameters<Stepping["step"]>[0] =
    settings.truncation === "bootstrap"
      ? (i, step) => memory.add(i, step)
      : (i, step) => memory.add(i, { ...step, terminated: step.terminated || step.truncated });

  let counts: Counts = { step: 0, timesteps: 0, recent: [] };
  if (from === undefined) world.start(seed);
  else counts = restore(from, moving);
  let { step, timesteps, recent } = counts;
  try {
    while (timesteps < totalTimesteps) {
      const acting = stream(seed, "act", step);
      const learning = stream(seed, "learn", step);
      const until = Math.min(timesteps + logInterval, totalTimesteps);
      const seen = averages();
      const episodes: Episode[] = [];
      let updates = 0;
      let progress = 1 - timesteps / totalTimesteps;
      while (timesteps < until) {
        for (let t = 0; t < trainFreq; t++) {
          if (timesteps < learningStarts) random(acting);
          else learner.act({ progress, rng: acting });
          episodes.push(...world.step(remember));
          timesteps += n;
          progress = Math.max(0, 1 - timesteps / totalTimesteps);
          learner.stepped?.({ step: timesteps / n, ended: world.ended, rng: acting });
        }
        if (timesteps <= learningStarts || memory.size === 0) continue;
        const learningRate = scheduled(settings.learningRate, settings.lrSchedulerType, progress);
        const beta = learner.ranked ? 1 - progress * (1 - learner.ranked.beta) : 0;
        for (let g = 0; g < gradientSteps; g++) {
          memory.draw(learning, learner.batch, beta);
          if (scaling) scaleBatch(learner.batch, scaling);
          memory.rank(learner.update({ progress, rng: learning, learningRate }));
          seen.add(learner.outputs);
          updates++;
        }
      }
      step++;
      recent = [...recent, ...episodes].slice(-100);
      counts = { step, timesteps, recent };
      yield {
        step,
        metrics: {
          ...episodeMetrics(recent),
          "time/total_timesteps": timesteps,
          ...learner.metrics(seen.means(), { progress }),
          ...(updates > 0 && {
            "train/learning_rate": scheduled(settings.learningRate, settings.lrSchedulerType, progress),
            "train/n_updates": Math.max(...Object.values(learner.states).map((state) => state.step)),
          }),
        },
        snapshot: () => ({ step, files: { ...policyFiles(policy), ...stateFiles(moving, counts) } }),
      };
    }
    const result = { steps: timesteps, trainReturn: trainReturn(recent) };
    return { policy, result, files: policyFiles(policy) };
  } finally {
    learner.dispose();
  }
}

/** By the statistics of now: the memory keeps what was seen and earned as it is (stable-baselines3's VecNormalize). */
function scaleBatch({ observation, nextObservation, reward }: Batch, scaling: Normalizer): void {
  scaling.scale(observation);
  scaling.scale(nextObservation);
  scaling.scaleRewards(reward);
}

/** Uniform among the possible actions, or in [−1, 1]. */
function randomActions(
  { actions: into, observations }: Stepping,
  space: VectorEnv["singleActionSpace"],
  seen: ObservationCodec,
): (rng: Rng) => void {
  const draw =
    space.kind === "discrete"
      ? (rng: Rng, i: number) => randomPossible(observations, i, space.n, seen, rng)
      : (rng: Rng) => 2 * rng.uniform() - 1;
  return (rng) => {
    for (let i = 0; i < into.length; i++) into[i] = draw(rng, i);
  };
}

/** θ′ ← τ θ + (1 − τ) θ′; τ = 1 copies. */
export function polyak(target: Float32Array, source: Float32Array, tau: number): void {
  if (tau === 1) target.set(source);
  else for (let i = 0; i < target.length; i++) target[i]! += tau * (source[i]! - target[i]!);
}

/** A copy in memory that graphs may read. */
export function copied(source: Float32Array): Float32Array<ArrayBuffer> {
  const copy = allocate("float32", source.length);
  copy.set(source);
  return copy;
}
