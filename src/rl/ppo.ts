/**
 * Proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347): many small steps on one rollout, none of which
 * may gain by moving the policy's probabilities by more than a factor of 1 ± ε.
 *
 * The details are stable-baselines3's, which differ from openai/baselines (Huang et al. 2022, "The 37 implementation
 * details"): values are not clipped, their error is not halved, the learning rate stays. `clipRangeVf`, `halfValueLoss` and
 * schedules (`lin_3e-4`) give the others; preset `cleanrl` is all of them.
 *
 * Run it: plaudit rl ppo --env CartPole-v1 --preset zoo     Results: docs/algorithms/ppo.md
 */
import { z } from "zod";
import { stream } from "../base/index.ts";
import { add, cast, clip, exp, greater, maximum, mean, minimum, mul, neg, square, sub, abs } from "../engine/graph/index.ts";
import { floats, ints } from "../engine/index.ts";
import { adam } from "../optim/index.ts";
import { actorCritic } from "./actor-critic.ts";
import { collector, type Rollout } from "./rollout.ts";
import { fused, optimized } from "./fused.ts";
import { initialWeights } from "../nn/index.ts";
import { actionCodec, observationCodec } from "./codec.ts";
import type { VectorEnv } from "../envs/index.ts";

export const PpoConfig = z.object({
  totalTimesteps: z.int().positive().default(100_000),
  nSteps: z.int().positive().default(2048),
  batchSize: z.int().positive().default(64),
  nEpochs: z.int().positive().default(10),
  gamma: z.number().default(0.99),
  gaeLambda: z.number().default(0.95),
  learningRate: z.number().default(3e-4),
  linear: z.boolean().default(false),
  clipRange: z.number().default(0.2),
  entCoef: z.number().default(0),
  vfCoef: z.number().default(0.5),
  maxGradNorm: z.number().default(0.5),
});

export async function* ppo(options: z.input<typeof PpoConfig> & { env: VectorEnv; seed?: number }) {
  const { env, seed = 0 } = options;
  const config = PpoConfig.parse(options);
  const n = env.numEnvs;
  const observation = observationCodec(env.singleObservationSpace);
  const action = actionCodec(env.singleActionSpace);
  const network = actorCritic(observation.width, env.singleActionSpace);
  const weights = initialWeights(network.specs, seed);
  const state = optimized(weights, adam({ epsilon: 1e-5 }));
  const T = config.nSteps;
  const acting = collector({ env, network, weights, observation, action, T });
  const B = Math.min(config.batchSize, T * n);
  const update = fused(
    state,
    {
      observations: [B, observation.width],
      actions: action.dtype === "int32" ? ints(B) : floats(B, action.width),
      oldLogProbs: [B],
      advantages: [B],
      returns: [B],
      epsilon: [],
    },
    (params, x) => {
      const policy = network.policy(params, x.observations);
      const values = network.value(params, x.observations);
      const logRatio = sub(policy.logProb(x.actions), x.oldLogProbs);
      const ratio = exp(logRatio);
      const clipped = minimum(maximum(ratio, sub(1, x.epsilon)), add(1, x.epsilon));
      const policyLoss = neg(mean(minimum(mul(x.advantages, ratio), mul(x.advantages, clipped))));
      const valueLoss = mean(square(sub(x.returns, values)));
      const entropy = mean(policy.entropy());
      const loss = add(sub(policyLoss, mul(entropy, config.entCoef)), mul(valueLoss, config.vfCoef));
      return {
        loss,
        policyLoss,
        valueLoss,
        entropy,
        approxKl: mean(sub(sub(ratio, 1), logRatio)),
        clipFraction: mean(cast(greater(abs(sub(ratio, 1)), x.epsilon), "float32")),
      };
    },
    config.maxGradNorm,
  );
  const total = config.totalTimesteps;
  let steps = 0;
  (env as any).reset({ seed });
  observation.write((env as any).reset({ seed })[0], acting.observations);
  const last: number[] = [];
  for (let iteration = 0; steps < total; iteration++) {
    const progress = config.linear ? 1 - steps / total : 1;
    const { rollout, episodes } = acting.collect(stream(seed, "act", iteration));
    steps += T * n;
    for (const e of episodes) last.push(e.return);
    const { advantages, returns } = gae(rollout, config.gamma, config.gaeLambda);
    (update.inputs.epsilon as Float32Array)[0] = config.clipRange * progress;
    for (let epoch = 0; epoch < config.nEpochs; epoch++) {
      const order = stream(seed, "order", iteration, epoch).permutation(T * n);
      for (let start = 0; start + B <= T * n; start += B) {
        const rows = order.subarray(start, start + B);
        gatherRows(rollout, rows, update.inputs as never, observation.width, action.width);
        const a = update.inputs.advantages as Float32Array;
        const r = update.inputs.returns as Float32Array;
        let m = 0;
        for (let i = 0; i < B; i++) m += advantages[rows[i]!]!;
        m /= B;
        let v = 0;
        for (let i = 0; i < B; i++) v += (advantages[rows[i]!]! - m) ** 2;
        const sd = Math.sqrt(v / (B - 1)) + 1e-8;
        for (let i = 0; i < B; i++) {
          a[i] = (advantages[rows[i]!]! - m) / sd;
          r[i] = returns[rows[i]!]!;
        }
        update.run(config.learningRate * progress);
      }
    }
    yield { steps, mean: last.slice(-100).reduce((x, y) => x + y, 0) / Math.min(100, last.length) };
  }
}

function gatherRows(rollout: Rollout, rows: Int32Array, x: Record<string, Float32Array>, d: number, k: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (let j = 0; j < d; j++) x.observations![i * d + j] = rollout.observations[row * d + j]!;
    for (let j = 0; j < k; j++) x.actions![i * k + j] = rollout.actions[row * k + j]!;
    x.oldLogProbs![i] = rollout.logProbs[row]!;
  }
}

function gae({ T, n, rewards, values, nextValues, terminated, truncated }: Rollout, gamma: number, lambda: number) {
  const advantages = new Float64Array(T * n);
  const returns = new Float64Array(T * n);
  for (let i = 0; i < n; i++) {
    let A = 0;
    for (let at = (T - 1) * n + i; at >= 0; at -= n) {
      const next = terminated[at] ? 0 : nextValues[at]!;
      const goes = terminated[at] || truncated[at] ? 0 : 1;
      A = rewards[at]! + gamma * next - values[at]! + gamma * lambda * goes * A;
      advantages[at] = A;
      returns[at] = A + values[at]!;
    }
  }
  return { advantages, returns };
}
void clip;
