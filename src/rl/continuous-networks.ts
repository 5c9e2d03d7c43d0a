/** Networks of DDPG, TD3 and SAC. Actions are in [−1, 1]; tensors have stable-baselines3's names. */
import { clip, concat, reshape, type Tensor, tanh } from "../engine/graph/index.ts";
import type { ParameterSpec, Params } from "../nn/index.ts";
import { type Squashed, squashedGaussian } from "./distributions/index.ts";
import { type Activation, linear, mlp } from "./mlp.ts";
import type { ActingNetwork } from "./policy.ts";

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

export function squashedActor(
  width: number,
  d: number,
  hidden: readonly number[],
  activation: Activation,
): SquashedActor {
  const inner = hidden.map((_, i) => `actor.latent_pi.${2 * i}`);
  const widths = [width, ...hidden, d];
  const net = mlp([...inner, "actor.mu"], widths, activation, "torch");
  const spread = mlp(["actor.log_std"], widths.slice(-2), activation, "torch");
  return {
    specs: [...net.specs, ...spread.specs],
    noise: (n) => ({ kind: "normal", shape: [n, d] }),
    policy(params, x) {
      const features = net.features(params, x);
      const logStd = clip(linear(params, "actor.log_std", features), logStdMin, logStdMax);
      return squashedGaussian(linear(params, "actor.mu", features), logStd);
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
