/**
 * REINFORCE (Williams 1992; Sutton & Barto, section 13.3–13.4) over whole episodes, with each step of the road from there to
 * PPO as a switch: total return → reward-to-go → baseline → a critic's bootstrapped estimate (an actor-critic) → several
 * passes over the same episodes by importance sampling → clipping. `credit.ts` has what multiplies ∇ log π; here is the rest.
 *
 * The gradient is the policy gradient theorem's, Σ over the steps of an episode and mean over episodes, so that its
 * expectation is exactly ∇J (a test holds it to that).
 *
 * Departs from the book: Adam in place of plain ascent; the critic makes passes of its own over the same episodes, after the
 * policy has moved; a mean baseline leaves the episode itself out; γᵗ only with `stateDiscount`. Without a critic an episode
 * that was cut off counts as ended. stable-baselines3 has no REINFORCE.
 *
 * Run it: plaudit rl reinforce --env CartPole-v1     Results: docs/algorithms/rl-policy-gradients.md
 */
import { z } from "zod";
import { allocate, stream, UsageError } from "../../base/index.ts";
import { add, compile, mul, neg, type Specs, sum } from "../../engine/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { adam, type Optimizer } from "../../optim/index.ts";
import type { Checkpoint, CheckpointFiles, Trainer } from "../../run/index.ts";
import { explainedVariance } from "../../stats/index.ts";
import {
  optimizerFile,
  restoreOptimizer,
  restoreSeen,
  type Seen,
  type SeenFile,
  seenFile,
  tensorsOf,
} from "../checkpoint.ts";
import { fused, type Optimized, optimized, paramsIn, smallGraph } from "../fused.ts";
import { normalizer, normalizerSettings } from "../normalizer.ts";
import { newPolicy, type Policy, policyFiles, restoreWeights, seeingBy } from "../policy.ts";
import { assignCredit, type Credit, creditSettings } from "./credit.ts";
import { critic, criticSettings } from "./critic.ts";
import { type Episodes, episodePlayer } from "./episodes.ts";
import { effectiveSampleSize } from "./importance-sampling.ts";
import {
  episodeMetrics,
  expectSameStep,
  type OnPolicyOptions,
  onPolicySettings,
  scheduled,
  type Trained,
  trainReturn,
} from "./on-policy.ts";
import type { Episode } from "./rollout.ts";

const { totalTimesteps, gamma, lrSchedulerType, entCoef, maxGradNorm, truncation } = onPolicySettings;
const { netArch, activation, orthoInit, logStdInit, useSde } = onPolicySettings;

export const ReinforceConfig = z.object({
  totalTimesteps,
  nEpisodes: z.int().positive().default(8).describe("whole episodes before each update, at least one an environment"),
  gamma,
  learningRate: onPolicySettings.learningRate.default(3e-3).describe("of the policy, at the start"),
  vfLearningRate: z.number().nonnegative().default(1e-3).describe("of the critic"),
  lrSchedulerType,
  nEpochs: z.int().positive().default(1).describe("passes of the policy over the same episodes"),
  ...creditSettings,
  ...criticSettings,
  entCoef,
  maxGradNorm: maxGradNorm.default(0),
  ...normalizerSettings,
  truncation: truncation.describe("with a critic, an episode that was cut off by time: goes on by V(s), or has ended"),
  netArch,
  activation,
  orthoInit,
  logStdInit,
  useSde,
  sdeSampleFreq: z
    .int()
    .positive()
    .default(1)
    .describe(
      "steps for which that noise stays the same: with more than 1 the gradient is no longer exactly that of J",
    ),
  adamEpsilon: z.number().positive().default(1e-8).describe("Adam's epsilon"),
});
export type ReinforceConfig = z.infer<typeof ReinforceConfig>;

export interface ReinforceOptions extends z.input<typeof ReinforceConfig>, OnPolicyOptions {
  /** Of the policy. Default: Adam with `adamEpsilon`. */
  readonly optimizer?: Optimizer;
}

/** A step in logs and checkpoints is one batch of episodes with its updates. @throws UsageError `bad-settings` */
export async function* reinforce(
  options: ReinforceOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<Trained> {
  const config = checked(ReinforceConfig.parse(options));
  const { env, seed = 0 } = options;
  expectSameStep(env);
  const fresh = reinforcePolicy(env, config, seed);
  const scaling = normalizer(config, fresh.observation, env.numEnvs);
  const policy = seeingBy(fresh, scaling);
  const state = optimized(policy.weights, options.optimizer ?? adam({ epsilon: config.adamEpsilon }));
  const criticState = optimized(policy.weights, adam({ epsilon: config.adamEpsilon }));
  const redraw = config.useSde ? config.sdeSampleFreq : 1;
  const player = episodePlayer(env, policy, Math.ceil(config.nEpisodes / env.numEnvs), { scaling, redraw });
  const learner = policyLearner(policy, state, config);
  const values = critic({ ...config, policy, state: criticState, seed });
  const moving: Moving = { env, policy, state, criticState, scaling: scaling?.state };

  let step = 0;
  let steps = 0;
  let recent: readonly Episode[] = [];
  if (from !== undefined) ({ step, steps, recent } = restore(from, moving));
  try {
    while (steps < config.totalTimesteps) {
      const rate = scheduled(config.learningRate, config.lrSchedulerType, 1 - steps / config.totalTimesteps);
      const episodes = player.play(stream(seed, "act", step), step === 0 ? seed : undefined);
      const rewards = episodes.rewards.slice();
      scaling?.scaleRewards(rewards);
      const learnt = learner.learn({ ...episodes, rewards }, rate);
      const error =
        config.baseline === "value"
          ? values.learn(episodes.observations, learnt.returns, config.vfLearningRate, step)
          : undefined;
      step++;
      steps += episodes.played;
      recent = [...recent, ...finished(episodes)].slice(-100);
      yield {
        step,
        metrics: {
          ...episodeMetrics(recent),
          "time/total_timesteps": steps,
          ...learnt.metrics,
          ...(error !== undefined && { "train/value_loss": error }),
          "train/learning_rate": rate,
          "train/n_updates": state.step,
        },
        snapshot: () => ({
          step,
          files: { ...policyFiles(policy), ...stateFiles(moving, { steps, recent }) },
        }),
      };
    }
    return { policy, result: { steps, trainReturn: trainReturn(recent) }, files: policyFiles(policy) };
  } finally {
    for (const part of [player, learner, values]) part.dispose();
  }
}

/** Settings that say one thing and its contrary. */
function checked(config: ReinforceConfig): ReinforceConfig {
  const { baseline, bootstrapSteps, importance, clipRange, credit } = config;
  const wrong =
    (bootstrapSteps !== undefined && baseline !== "value" && "bootstrapSteps needs baseline value") ||
    (bootstrapSteps !== undefined && importance !== "step" && "bootstrapSteps needs importance step") ||
    (bootstrapSteps !== undefined && credit !== "reward-to-go" && "bootstrapSteps needs credit reward-to-go") ||
    (clipRange !== undefined && importance !== "step" && "clipRange needs importance step");
  if (!wrong) return config;
  throw new UsageError(wrong, { code: "bad-settings", help: "leave one of them out" });
}

/** The networks that REINFORCE learns. */
export const reinforcePolicy = (env: VectorEnv, config: ReinforceConfig, seed: number): Policy =>
  newPolicy(
    {
      algorithm: "reinforce",
      observations: env.singleObservationSpace,
      actions: env.singleActionSpace,
      ...config,
      hidden: config.netArch,
    },
    seed,
  );

export interface PolicyLearner {
  /**
   * `nEpochs` steps along the gradient.
   *
   * @param behaviour log μ of the actions, [R], default those of the policy as it is now: it has acted itself
   */
  learn(
    episodes: Episodes,
    learningRate: number,
    behaviour?: Float32Array,
  ): { readonly metrics: Readonly<Record<string, number>>; readonly returns: Float64Array };
  /** log π of the actions by the policy as it is now, [R]. */
  logProbs(episodes: Episodes): Float32Array;
  dispose(): void;
}

/** Each pass: log π and V of all rows, what multiplies them (`credit.ts`), one step. */
export function policyLearner(policy: Policy, state: Optimized, config: ReinforceConfig): PolicyLearner {
  const graphs = new Map<number, ReturnType<typeof compileRows>>();
  /** Graphs have fixed shapes: rows are filled up to a power of two, the rest weighs nothing. */
  const rowsFor = ({ rewards, lengths }: Episodes) => {
    const size = Math.max(64, 2 ** Math.ceil(Math.log2(rewards.length + lengths.length)));
    const graph = graphs.get(size) ?? compileRows(policy, state, config, size);
    graphs.set(size, graph);
    return graph;
  };
  const write = (episodes: Episodes) => {
    const graph = rowsFor(episodes);
    const { observations, actions } = graph.measure.inputs;
    const seen = observations as Float32Array;
    seen.set(episodes.observations);
    seen.set(episodes.last, episodes.observations.length);
    (actions as Float32Array).set(episodes.actions);
    return graph;
  };
  const logProbs = (episodes: Episodes) => {
    const { measure } = write(episodes);
    measure.run();
    return measure.float("logProbs").slice(0, episodes.rewards.length);
  };
  return {
    logProbs,
    learn(episodes, learningRate, behaviour) {
      const R = episodes.rewards.length;
      const { measure, update } = write(episodes);
      const perEpisode = 1 / episodes.lengths.length;
      update.inputs.shares.fill(perEpisode, 0, R).fill(0, R);
      update.inputs.multipliers.fill(0, R);
      const acted = behaviour ?? logProbs(episodes);
      let credit!: Credit;
      let values: Float32Array = new Float32Array();
      for (let epoch = 0; epoch < config.nEpochs; epoch++) {
        if (epoch > 0 || behaviour) measure.run();
        values = measure.float("values");
        const now = measure.float("logProbs");
        const logRatios = acted.map((was, t) => now[t]! - was);
        credit = assignCredit({ ...valued(episodes, values, config), logRatios }, config);
        for (let t = 0; t < R; t++) update.inputs.multipliers[t] = credit.multipliers[t]! * perEpisode;
        update.run(learningRate);
      }
      const { policyLoss, entropy, gradNorm } = update.outputs;
      return {
        returns: credit.returns,
        metrics: {
          "train/policy_loss": policyLoss[0]!,
          "train/entropy_loss": -entropy[0]! / (perEpisode * R),
          "train/grad_norm": gradNorm[0]!,
          ...(config.baseline === "value" && {
            "train/explained_variance": explainedVariance(values.subarray(0, R), credit.returns),
          }),
          ...(config.nEpochs > 1 && { "train/effective_samples": effectiveSampleSize(credit.weights) / R }),
        },
      };
    },
    dispose() {
      for (const { measure, update } of graphs.values()) {
        measure.dispose();
        update.dispose();
      }
    },
  };
}

/** With what the critic says of each step's state and of the one that it led to. */
function valued({ rewards, terminated, truncated, lengths }: Episodes, V: Float32Array, config: ReinforceConfig) {
  const { baseline, gamma } = config;
  const R = rewards.length;
  if (baseline !== "value") {
    const none = new Float64Array(R);
    return { rewards, terminated, truncated, values: none, nextValues: none, gamma };
  }
  const nextValues = Float64Array.from(V.subarray(1, R + 1));
  let end = -1;
  for (const [e, length] of lengths.entries()) {
    end += length;
    nextValues[end] = V[R + e]!;
  }
  const isEnd = config.truncation === "terminal" ? terminated.map((ended, t) => ended | truncated[t]!) : terminated;
  return { rewards, terminated: isEnd, truncated, values: V.subarray(0, R), nextValues, gamma };
}

/** The graphs over so many rows. They share their memory. */
function compileRows(
  { network, observation, action }: Policy,
  state: Optimized,
  config: ReinforceConfig,
  rows: number,
) {
  const { weights } = state;
  const buffers = {
    observations: allocate("float32", rows * observation.width),
    actions: action.allocate(rows),
  };
  const seen = { observations: [rows, observation.width], actions: action.spec(rows) } as const;
  const measure = compile<Specs, string>(
    (x) => {
      const params = paramsIn(x.weights!, weights.parameters);
      return {
        logProbs: network.policy(params, x.observations!).logProb(x.actions!),
        values: network.value(params, x.observations!),
      };
    },
    { weights: [weights.flat.length], ...seen },
    { buffers: { weights: weights.flat, ...buffers }, ...smallGraph },
  );
  const update = fused(
    state,
    { ...seen, multipliers: [rows], shares: [rows] },
    (params, x) => {
      const now = network.policy(params, x.observations);
      const policyLoss = neg(sum(mul(now.logProb(x.actions), x.multipliers)));
      const entropy = sum(mul(now.entropy(), x.shares));
      return { loss: add(policyLoss, mul(entropy, -config.entCoef)), policyLoss, entropy };
    },
    { maxGradNorm: config.maxGradNorm, buffers },
  );
  return { measure, update };
}

function* finished({ lengths, rewards }: Episodes): Generator<Episode> {
  let start = 0;
  for (const length of lengths) {
    yield { return: rewards.subarray(start, start + length).reduce((a, b) => a + b, 0), length };
    start += length;
  }
}

/** All that changes. */
interface Moving extends Seen {
  readonly policy: Policy;
  readonly state: Optimized;
  readonly criticState: Optimized;
}

interface StateFile extends SeenFile {
  readonly updates: number;
  readonly criticUpdates: number;
  readonly steps: number;
  readonly recent: readonly Episode[];
}

function stateFiles(moving: Moving, at: Pick<StateFile, "steps" | "recent">): CheckpointFiles {
  const { state, criticState } = moving;
  const file: StateFile = {
    ...at,
    updates: state.step,
    criticUpdates: criticState.step,
    ...seenFile(moving),
  };
  return {
    "optimizer.safetensors": optimizerFile(state),
    "training/critic.safetensors": optimizerFile(criticState),
    "state.json": file,
  };
}

function restore({ step, files }: Checkpoint, moving: Moving) {
  const { policy, state, criticState } = moving;
  const saved = files["state.json"] as StateFile;
  restoreWeights(policy, files);
  restoreOptimizer(state, tensorsOf(files, "optimizer.safetensors"));
  restoreOptimizer(criticState, tensorsOf(files, "training/critic.safetensors"));
  state.step = saved.updates;
  criticState.step = saved.criticUpdates;
  restoreSeen(moving, saved);
  return { step, steps: saved.steps, recent: saved.recent };
}
