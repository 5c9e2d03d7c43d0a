/** Networks of DDPG, TD3, SAC, NAF and of Q-learning by search. Actions are in [−1, 1]; tensors have stable-baselines3's names. */
import { add, clip, concat, reshape, type Tensor, tanh } from "../../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";
import { gsde, type Squashed, squashed, squashedGaussian } from "../distributions/index.ts";
import { nafAdvantage } from "../losses/naf.ts";
import type { ActingNetwork } from "./acting-network.ts";
import { bestAction, spreadActions } from "./best-action.ts";
import { type Activation, linear, mlp } from "./mlp.ts";

/** μ(s), [N, d]: always the same action for the same state. */
export interface DeterministicActor extends ActingNetwork {
  action(params: Params, observations: Tensor): Tensor;
}

/** @param width of an observation, @param d of an action */
export function deterministicActor(
  width: number,
  d: number,
  hidden: readonly number[],
  activation: Activation,
): DeterministicActor {
  const names = [...hidden, 0].map((_, i) => `actor.mu.${2 * i}`);
  const net = mlp(names, [width, ...hidden, d], activation, "torch");
  const action = (params: Params, x: Tensor) => tanh(net.forward(params, x));
  return {
    specs: net.specs,
    action,
    noise: (n) => ({ kind: "normal", shape: [n] }),
    policy: (params, x) => ({ sample: () => action(params, x), mode: () => action(params, x) }),
  };
}

/** A Gaussian through tanh whose mean and deviation both depend on the state. */
export interface SquashedActor extends ActingNetwork {
  policy(params: Params, observations: Tensor): Squashed;
}

/** Of the log standard deviation (Haarnoja et al. 2018, the authors' code). */
const [logStdMin, logStdMax] = [-20, 2];

/** How a squashed Gaussian explores by noise that depends on the state (gSDE, Raffin et al. 2021). */
export interface SdeOptions {
  readonly useSde: boolean;
  /** Log standard deviation of the noise's weights at the start. Default −3. */
  readonly logStdInit?: number;
}

/** How far the mean may go before tanh under gSDE, where nothing else would hold it (stable-baselines3's `clip_mean`). */
const farthestMean = 2;

export function squashedActor(
  width: number,
  d: number,
  hidden: readonly number[],
  activation: Activation,
  { useSde, logStdInit = -3 }: SdeOptions,
): SquashedActor {
  const inner = hidden.map((_, i) => `actor.latent_pi.${2 * i}`);
  const L = hidden.at(-1) ?? width;
  const net = mlp([...inner, "actor.mu"], [width, ...hidden, d], activation, "torch");
  const spread = useSde
    ? [{ name: "actor.log_std", shape: [L, d], init: logStdInit }]
    : mlp(["actor.log_std"], [L, d], activation, "torch").specs;
  return {
    specs: [...net.specs, ...spread],
    noise: (n) => ({ kind: "normal", shape: useSde ? [n, L, d] : [n, d] }),
    policy(params, x) {
      const features = net.features(params, x);
      const mean = linear(params, "actor.mu", features);
      if (useSde) {
        return squashed(
          gsde({ mean: clip(mean, -farthestMean, farthestMean), features, logStd: params["actor.log_std"]! }),
        );
      }
      const logStd = clip(linear(params, "actor.log_std", features), logStdMin, logStdMax);
      return squashedGaussian(mean, logStd);
    },
  };
}

/** Some critics Q(s, a) that share nothing. */
export interface Critics {
  readonly specs: readonly ParameterSpec[];
  /** Observations [N, d] and actions [N, a] → of each critic [N]. */
  values(params: Params, observations: Tensor, actions: Tensor): Tensor[];
}

export function critics(
  count: number,
  width: number,
  d: number,
  hidden: readonly number[],
  activation: Activation,
): Critics {
  const nets = Array.from({ length: count }, (_, c) => {
    const names = [...hidden, 0].map((_, i) => `critic.qf${c}.${2 * i}`);
    return mlp(names, [width + d, ...hidden, 1], activation, "torch");
  });
  return {
    specs: nets.flatMap(({ specs }) => specs),
    values(params, observations, actions) {
      const x = concat([observations, actions], 1);
      return nets.map((net) => reshape(net.forward(params, x), [-1]));
    },
  };
}

/** Q(s, a) = V(s) − ½ (a − μ)ᵀ P(s) (a − μ): its best action is μ(s). */
export interface NafNetwork extends ActingNetwork {
  /** V(s), [N]. */
  value(params: Params, observations: Tensor): Tensor;
  /** Q(s, a), [N]. */
  q(params: Params, observations: Tensor, actions: Tensor): Tensor;
  /** μ(s), [N, d]. */
  best(params: Params, observations: Tensor): Tensor;
}

/** One body, three heads. */
export function nafNetwork(width: number, d: number, hidden: readonly number[], activation: Activation): NafNetwork {
  const names = hidden.map((_, i) => `naf.features.${2 * i}`);
  const L = hidden.at(-1) ?? width;
  const body = mlp([...names, "naf.value"], [width, ...hidden, 1], activation, "torch");
  const heads = [
    mlp(["naf.mu"], [L, d], activation, "torch"),
    mlp(["naf.triangle"], [L, (d * (d + 1)) / 2], activation, "torch"),
  ];
  const best = (params: Params, x: Tensor) => tanh(linear(params, "naf.mu", body.features(params, x)));
  return {
    specs: [...body.specs, ...heads.flatMap(({ specs }) => specs)],
    best,
    value: (params, x) => reshape(body.forward(params, x), [-1]),
    q(params, x, action) {
      const features = body.features(params, x);
      const advantage = nafAdvantage({
        action,
        best: tanh(linear(params, "naf.mu", features)),
        triangle: linear(params, "naf.triangle", features),
      });
      return add(reshape(linear(params, "naf.value", features), [-1]), advantage);
    },
    noise: (n) => ({ kind: "normal", shape: [n] }),
    policy: (params, x) => ({ sample: () => best(params, x), mode: () => best(params, x) }),
  };
}

/** How the best action is looked for: how many are tried, and how far each climbs. */
export interface SearchDesign {
  readonly candidates: number;
  readonly ascentSteps: number;
  readonly ascentRate: number;
}

/** One critic, which acts by the best action that a search finds. */
export interface SearchingNetwork extends ActingNetwork {
  readonly critic: Critics;
  /** Among candidates [N, K, d]. */
  best(params: Params, observations: Tensor, candidates: Tensor): ReturnType<typeof bestAction>;
}

export function searchingNetwork(
  width: number,
  d: number,
  hidden: readonly number[],
  activation: Activation,
  { candidates: K, ascentSteps, ascentRate }: SearchDesign,
): SearchingNetwork {
  const critic = critics(1, width, d, hidden, activation);
  const best = (params: Params, observations: Tensor, candidates: Tensor) => {
    const q = (x: Tensor, actions: Tensor) => critic.values(params, x, actions)[0]!;
    return bestAction({ q, observations, candidates, ascentSteps, ascentRate });
  };
  const mode = (params: Params, x: Tensor) => best(params, x, spreadActions(x.shape[0]!, K, d)).actions;
  return {
    specs: critic.specs,
    critic,
    best,
    noise: (n) => ({ kind: "normal", shape: [n] }),
    policy: (params, x) => ({ sample: () => mode(params, x), mode: () => mode(params, x) }),
  };
}
