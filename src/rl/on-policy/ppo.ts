/**
 * Proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347): many small steps on one rollout, none of which
 * gains by moving a probability by more than a factor of 1 ± ε (`clip`), or each of which pays for the distance moved
 * (`kl`, section 4, with a fixed or an adaptive price).
 *
 * The defaults are stable-baselines3's; where they differ from openai/baselines (Huang et al. 2022, "The 37
 * implementation details of PPO"), preset `cleanrl` has the other: linear schedules, clipped values, half the squared error,
 * an entropy bonus, and truncation as an end.
 *
 * Run it: plaudit rl ppo --env CartPole-v1 --preset zoo     Results: docs/algorithms/rl-ppo.md
 */
import { z } from "zod";
import { stream } from "../../base/index.ts";
import { lessEqual, mean, type Tensor } from "../../engine/graph/index.ts";
import { adam, type Optimizer } from "../../optim/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { explainedVariance } from "../../stats/index.ts";
import { fused, paramsIn } from "../fused.ts";
import { actorCriticLoss } from "../losses/policy-gradient.ts";
import { adaptedKlCoef, normalizeAdvantages, ppoClipLoss, ppoPenaltyLoss } from "../losses/ppo.ts";
import { valueLoss } from "../losses/value.ts";
import { averages, pickRows } from "../minibatch.ts";
import { policyAndValue } from "../networks/actor-critic.ts";
import {
  type Agent,
  type Algorithm,
  type OnPolicyOptions,
  onPolicy,
  onPolicySettings,
  scheduled,
  type Trained,
} from "./on-policy.ts";
import { gae } from "./returns.ts";
import type { Rollout } from "./rollout.ts";

export const PpoConfig = z.object({
  ...onPolicySettings,
  nSteps: onPolicySettings.nSteps.default(2048),
  gaeLambda: onPolicySettings.gaeLambda.default(0.95),
  learningRate: onPolicySettings.learningRate.default(3e-4),
  batchSize: z.int().min(2).default(64).describe("rows per update"),
  nEpochs: z.int().positive().default(10).describe("passes over each rollout"),
  lossType: z.enum(["clip", "kl"]).default("clip").describe("what keeps the policy near the one that acted"),
  clipRange: z.number().positive().default(0.2).describe("ε"),
  clipRangeSchedule: z.enum(["constant", "linear"]).default("constant").describe("linear: down to 0 at the end"),
  clipRangeVf: z.number().positive().optional().describe("the same for values (default: they may move freely)"),
  halfValueLoss: z.boolean().default(false).describe("½ (R − V)², as openai/baselines has it"),
  klCoef: z.number().nonnegative().default(1).describe("β of --loss-type kl"),
  klTarget: z
    .number()
    .positive()
    .optional()
    .describe("β doubles when the divergence is over 1.5 × this and halves below ⅔ of it (default: β stays)"),
  normalizeAdvantage: z.boolean().default(true).describe("advantages of each batch to mean 0 and deviation 1"),
  targetKl: z.number().positive().optional().describe("a rollout is left when the divergence exceeds 1.5 × this"),
  adamEpsilon: z.number().positive().default(1e-5).describe("Adam's epsilon"),
});
export type PpoConfig = z.infer<typeof PpoConfig>;

export interface PpoOptions extends z.input<typeof PpoConfig>, OnPolicyOptions {
  /** Default: Adam with `adamEpsilon`. */
  readonly optimizer?: Optimizer;
}

export function ppo(options: PpoOptions, { from }: { readonly from?: Checkpoint | undefined } = {}): Trainer<Trained> {
  const config = PpoConfig.parse(options);
  const optimizer = options.optimizer ?? adam({ epsilon: config.adamEpsilon });
  return onPolicy("ppo", options, config, optimizer, (agent) => ppoLearning(agent, config), from);
}

/**
 * One rollout's epochs.
 *
 * @param L steps of one environment that stay together: a policy that remembers is taken through them again, from what it
 *   remembered when it acted (Huang et al. 2022, details 35 and 36)
 */
export function ppoLearning(agent: Agent, config: PpoConfig, L = 1): Algorithm {
  const { rows, seed, state, policy } = agent;
  const { nEpochs, gamma, gaeLambda, klTarget } = config;
  const sequences = rows / L;
  const size = Math.min(Math.max(1, Math.floor(config.batchSize / L)), sequences);
  const old = state.weights.flat.slice();
  const updates = new Map<number, ReturnType<typeof compileUpdate>>();
  /** The last batch of an epoch may be smaller than the others. */
  const updateOf = (n: number) => {
    const update = updates.get(n) ?? compileUpdate(agent, config, n, L, old);
    updates.set(n, update);
    return update;
  };
  const inOrder = Int32Array.from({ length: sequences }, (_, i) => i);
  let beta = config.klCoef;
  return {
    learn(rollout, { iteration, progress }) {
      const { advantages, returns } = gae({ ...rollout, gamma, lambda: gaeLambda });
      const keeping = keptFrom(rollout);
      const learningRate = scheduled(config.learningRate, config.lrSchedulerType, progress);
      const clipRange = scheduled(config.clipRange, config.clipRangeSchedule, progress);
      const seen = averages();
      old.set(state.weights.flat);
      let allowed = true;
      for (let epoch = 0; epoch < nEpochs && allowed; epoch++) {
        const order = size < sequences ? stream(seed, "order", iteration, epoch).permutation(sequences) : inOrder;
        for (let start = 0; start < sequences && allowed; start += size) {
          const chosen = order.subarray(start, start + size);
          const batch = L === 1 ? chosen : rowsOf(chosen, L, rollout.numEnvs);
          const { inputs, outputs, run } = updateOf(chosen.length);
          pickRows(batch, rollout.observations, inputs.observations);
          pickRows(batch, rollout.actions, inputs.actions);
          pickRows(batch, rollout.logProbs, inputs.oldLogProb);
          pickRows(batch, rollout.values, inputs.oldValues);
          pickRows(batch, returns, inputs.returns);
          pickRows(batch, advantages, inputs.advantages);
          if (policy.network.recurrent) {
            pickRows(batch.subarray(0, chosen.length), rollout.memories, inputs.memory);
            pickRows(batch, keeping, inputs.keep);
          }
          inputs.clipRange[0] = clipRange;
          inputs.klCoef[0] = beta;
          allowed = run(learningRate);
          seen.add(outputs);
        }
      }
      const { loss, policyLoss, values, entropy, approxKl, clipFraction, kl } = seen.means();
      const metrics = {
        "train/loss": loss!,
        "train/policy_gradient_loss": policyLoss!,
        "train/value_loss": values!,
        "train/entropy_loss": -entropy!,
        "train/approx_kl": approxKl!,
        "train/clip_fraction": clipFraction!,
        "train/explained_variance": explainedVariance(rollout.values, returns),
        "train/learning_rate": learningRate,
        "train/clip_range": clipRange,
        ...(kl !== undefined && { "train/kl": kl, "train/kl_coef": beta }),
        "train/n_updates": state.step,
      };
      if (klTarget !== undefined) beta = adaptedKlCoef(beta, kl!, klTarget);
      return metrics;
    },
    snapshot: () => ({ beta }),
    restore: (saved) => {
      ({ beta } = saved as { beta: number });
    },
    dispose() {
      for (const update of updates.values()) update.dispose();
    },
  };
}

/** The rows of some sequences of L steps, t-major: sequence q is the ⌊q / numEnvs⌋-th of environment q mod numEnvs. */
function rowsOf(sequences: Int32Array, L: number, numEnvs: number): Int32Array {
  const rows = new Int32Array(L * sequences.length);
  for (const [i, q] of sequences.entries()) {
    const first = Math.floor(q / numEnvs) * L * numEnvs + (q % numEnvs);
    for (let t = 0; t < L; t++) rows[t * sequences.length + i] = first + t * numEnvs;
  }
  return rows;
}

/** 0 at rows that begin an episode, else 1. At the rollout's start what is remembered says it itself. */
function keptFrom({ terminated, truncated, numEnvs }: Rollout): Float32Array {
  const keep = new Float32Array(terminated.length).fill(1);
  for (let i = numEnvs; i < keep.length; i++) {
    if (terminated[i - numEnvs] === 1 || truncated[i - numEnvs] === 1) keep[i] = 0;
  }
  return keep;
}

/** The loss and its step over a batch of B sequences of L rows. `old`: the weights that acted. */
function compileUpdate(
  { policy, state }: Agent,
  config: PpoConfig,
  B: number,
  L: number,
  old: Float32Array<ArrayBuffer>,
) {
  const { network, observation, action } = policy;
  const n = B * L;
  const { lossType, entCoef, vfCoef, clipRangeVf, halfValueLoss, normalizeAdvantage, targetKl } = config;
  const shapes = {
    observations: [n, observation.width],
    actions: action.spec(n),
    oldLogProb: [n],
    oldValues: [n],
    advantages: [n],
    returns: [n],
    clipRange: [],
    klCoef: [],
    old: [old.length],
    memory: [B, network.recurrent?.memorySize ?? 0],
    keep: [n],
  } as const;
  return fused(
    state,
    shapes,
    (params, x) => {
      const { policy: now, value } = policyAndValue(network, params, x);
      const advantages = normalizeAdvantage ? normalizeAdvantages(x.advantages) : x.advantages;
      const surrogate = { logProb: now.logProb(x.actions), oldLogProb: x.oldLogProb, advantages };
      const clipped = ppoClipLoss({ ...surrogate, clipRange: x.clipRange });
      const { policy: before } = policyAndValue(network, paramsIn(x.old, state.weights.parameters), x);
      const kl = lossType === "kl" ? before.kl(now) : undefined;
      const policyLoss = kl ? ppoPenaltyLoss({ ...surrogate, kl, klCoef: x.klCoef }) : clipped.loss;
      const values = valueLoss({
        values: value,
        returns: x.returns,
        form: halfValueLoss ? "half" : "full",
        ...(clipRangeVf && { clip: { oldValues: x.oldValues, range: clipRangeVf } }),
      });
      const entropy = mean(now.entropy());
      return {
        loss: actorCriticLoss({ policyLoss, valueLoss: values, vfCoef, entropy, entCoef }),
        policyLoss,
        values,
        entropy,
        approxKl: clipped.approxKlK3,
        clipFraction: clipped.clipFraction,
        ...(kl && { kl: mean(kl) }),
        ...(targetKl && { allowed: lessEqual(clipped.approxKlK3, 1.5 * targetKl) }),
      } satisfies Record<string, Tensor> as Readonly<Record<"loss" | "policyLoss", Tensor>>;
    },
    { maxGradNorm: config.maxGradNorm, buffers: { old } },
  );
}
