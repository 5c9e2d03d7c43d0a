/**
 * What REINFORCE, A2C, TRPO and PPO have in common: environments, two networks, rollouts that are learnt from once, logs,
 * checkpoints. The algorithm itself is a function from a rollout to numbers for the log.
 */
import { z } from "zod";
import { stream, UsageError } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import type { Optimizer } from "../../optim/index.ts";
import type { Checkpoint, CheckpointFiles, Finished, Trainer } from "../../run/index.ts";
import {
  optimizerFile,
  restoreOptimizer,
  restoreSeen,
  restoreUnderWay,
  type Seen,
  type SeenFile,
  seenFile,
  tensorsOf,
  type UnderWay,
  underWayFile,
} from "../checkpoint.ts";
import { type Optimized, optimized } from "../fused.ts";
import type { LstmShape } from "../networks/actor-critic.ts";
import { activationNames } from "../networks/mlp.ts";
import { normalizer, normalizerSettings } from "../normalizer.ts";
import { newPolicy, type Policy, policyFiles, restoreWeights, seeingBy } from "../policy.ts";
import { type Collector, collector, type Episode, endTruncated, type Rollout } from "./rollout.ts";

/** Settings of every algorithm that learns from its own rollouts. Defaults are stable-baselines3's. */
export const rolloutSettings = {
  totalTimesteps: z.int().positive().default(100_000).describe("environment steps, at least: a rollout is never cut"),
  nSteps: z.int().positive().describe("steps of each environment in a rollout"),
  gamma: z.number().min(0).max(1).default(0.99).describe("discount"),
  gaeLambda: z.number().min(0).max(1).describe("λ of the advantages: 1 = returns minus values, 0 = one-step errors"),
  learningRate: z.number().nonnegative().describe("learning rate at the start"),
  lrSchedulerType: z.enum(["constant", "linear"]).default("constant").describe("linear: down to 0 at the end"),
  ...normalizerSettings,
  truncation: z
    .enum(["bootstrap", "terminal"])
    .default("bootstrap")
    .describe("an episode that was cut off by time: keeps the value of its last state, or counts as ended (CleanRL)"),
  netArch: z.array(z.int().positive()).default([64, 64]).describe("widths of the hidden layers"),
  activation: z.enum(activationNames).default("tanh").describe("between the layers"),
  orthoInit: z.boolean().default(true).describe("orthogonal matrices at the start (false: as PyTorch's)"),
  logStdInit: z.number().default(0).describe("log standard deviation of continuous actions at the start"),
  useSde: z.boolean().default(false).describe("continuous actions explore by noise that depends on the state (gSDE)"),
  sdeSampleFreq: z
    .int()
    .positive()
    .optional()
    .describe("steps for which that noise stays the same (default: the whole rollout)"),
};
const RolloutSettings = z.object(rolloutSettings);
type RolloutSettings = z.infer<typeof RolloutSettings> & { readonly lstm?: LstmShape };

/** The same with those of one loss for both networks. */
export const onPolicySettings = {
  ...rolloutSettings,
  entCoef: z.number().default(0).describe("weight of the entropy bonus"),
  vfCoef: z.number().nonnegative().default(0.5).describe("weight of the value loss"),
  maxGradNorm: z.number().nonnegative().default(0.5).describe("global-norm clipping; 0 = off"),
};

export interface OnPolicyOptions {
  /** Resets in the same step. It is stepped from where it is when a run is resumed, and closed by who made it. */
  readonly env: VectorEnv;
  readonly seed?: number;
}

/** A setting at this moment: `progress` goes from 1 at the start to 0 at the end. */
export const scheduled = (value: number, schedule: "constant" | "linear", progress: number): number =>
  schedule === "linear" ? value * progress : value;

/** What an algorithm works with. */
export interface Agent {
  readonly policy: Policy;
  readonly state: Optimized;
  /** Rows of a rollout. */
  readonly rows: number;
  readonly seed: number;
}

/** One algorithm at work. */
export interface Algorithm {
  /**
   * Learns from a rollout and says how it went. `progress` goes from 1 at the start to 0 at the end (stable-baselines3's
   * `progress_remaining`).
   */
  learn(
    rollout: Rollout,
    at: { readonly iteration: number; readonly progress: number },
  ): Readonly<Record<string, number>>;
  /** What moves besides the weights and the optimizer, as JSON. */
  snapshot?(): object;
  restore?(state: object): void;
  dispose(): void;
}

export interface OnPolicyResult {
  /** Environment steps. */
  readonly steps: number;
  /** Mean return of the last 100 training episodes; null before the first has ended. */
  readonly trainReturn: number | null;
}

export interface Trained extends Finished {
  readonly policy: Policy;
  readonly result: OnPolicyResult;
}

/** Collects, learns, logs, until `totalTimesteps`. A step in logs and checkpoints is one rollout with its updates. */
export async function* onPolicy(
  name: string,
  { env, seed = 0 }: OnPolicyOptions,
  settings: RolloutSettings,
  optimizer: Optimizer,
  begin: (agent: Agent) => Algorithm,
  from?: Checkpoint,
): Trainer<Trained> {
  expectSameStep(env);
  const { totalTimesteps, nSteps: T, netArch: hidden, truncation } = settings;
  const n = env.numEnvs;
  const { singleObservationSpace: observations, singleActionSpace: actions } = env;
  const fresh = newPolicy({ algorithm: name, observations, actions, ...settings, hidden }, seed);
  const { observation, weights } = fresh;
  const scaling = normalizer(settings, observation, n);
  const policy = seeingBy(fresh, scaling);
  const state = optimized(weights, optimizer);
  const redraw = settings.useSde ? (settings.sdeSampleFreq ?? T) : 1;
  const acting = collector({ env, policy, T, scaling, redraw });
  const algorithm = begin({ policy, state, rows: T * n, seed });
  const moving: Moving = { env, policy, state, acting, scaling: scaling?.state, algorithm };

  let step = 0;
  let recent: readonly Episode[] = [];
  if (from === undefined) acting.start(seed);
  else ({ step, recent } = restore(from, moving));
  try {
    while (step * T * n < totalTimesteps) {
      const progress = 1 - (step * T * n) / totalTimesteps;
      const { rollout, episodes } = acting.collect(stream(seed, "act", step));
      if (truncation === "terminal") endTruncated(rollout);
      const learnt = algorithm.learn(rollout, { iteration: step, progress });
      step++;
      recent = [...recent, ...episodes].slice(-100);
      yield {
        step,
        metrics: {
          ...episodeMetrics(recent),
          "time/total_timesteps": step * T * n,
          ...learnt,
        },
        snapshot: () => ({ step, files: { ...policyFiles(policy), ...stateFiles(moving, recent) } }),
      };
    }
    return { policy, result: { steps: step * T * n, trainReturn: trainReturn(recent) }, files: policyFiles(policy) };
  } finally {
    acting.dispose();
    algorithm.dispose();
  }
}

/** All that changes while a policy is taught. */
interface Moving extends Seen {
  readonly policy: Policy;
  readonly state: Optimized;
  readonly acting: Collector;
  readonly algorithm: Algorithm;
}

interface StateFile extends UnderWay, SeenFile {
  readonly updates: number;
  readonly recent: readonly Episode[];
  readonly algorithm?: object;
}

function stateFiles(moving: Moving, recent: readonly Episode[]): CheckpointFiles {
  const { state, acting, algorithm } = moving;
  const own = algorithm.snapshot?.();
  const file: StateFile = {
    updates: state.step,
    recent,
    ...underWayFile(acting.state),
    ...seenFile(moving),
    ...(own && { algorithm: own }),
  };
  return { "optimizer.safetensors": optimizerFile(state), "state.json": file };
}

function restore({ step, files }: Checkpoint, moving: Moving) {
  const { policy, state, acting, algorithm } = moving;
  const saved = files["state.json"] as StateFile;
  restoreWeights(policy, files);
  restoreOptimizer(state, tensorsOf(files, "optimizer.safetensors"));
  state.step = saved.updates;
  restoreSeen(moving, saved);
  restoreUnderWay(acting.state, saved);
  if (saved.algorithm) algorithm.restore?.(saved.algorithm);
  return { step, recent: saved.recent };
}

export function expectSameStep({ autoreset }: VectorEnv): void {
  if (autoreset === "same-step") return;
  throw new UsageError(`wanted environments that reset in the same step, these are ${autoreset}`, {
    code: "bad-autoreset",
    help: 'makeVec(id, { autoreset: "same-step" })',
  });
}

/** Of the last episodes, for the log. */
export const episodeMetrics = (recent: readonly Episode[]): Readonly<Record<string, number>> =>
  recent.length === 0
    ? {}
    : {
        "rollout/ep_rew_mean": meanOf(recent.map((episode) => episode.return)),
        "rollout/ep_len_mean": meanOf(recent.map(({ length }) => length)),
      };

export const trainReturn = (recent: readonly Episode[]): number | null =>
  recent.length === 0 ? null : meanOf(recent.map((episode) => episode.return));

const meanOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
