import { UsageError } from "../base/index.ts";
import { reshape, stopGradient, type Tensor } from "../engine/graph/index.ts";
import type { Space } from "../envs/index.ts";
import type { ParameterSpec, Params } from "../nn/index.ts";
import {
  bernoulli,
  categorical,
  type Distribution,
  gaussian,
  gsde,
  multiCategorical,
  type Noise,
} from "./distributions/index.ts";
import { parted } from "./masking.ts";
import { type Activation, linear, mlp } from "./mlp.ts";

export interface ActorCriticOptions {
  /** Widths of the hidden layers of each of the two networks. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** Default tanh. */
  readonly activation?: Activation;
  /** Gains √2 inside, 0.01 for actions and 1 for values (Huang et al. 2022, detail 2); false: as PyTorch's. Default true. */
  readonly orthoInit?: boolean;
  /** Log standard deviation of continuous actions at the start. Default 0. */
  readonly logStdInit?: number;
  /** Continuous actions explore by noise that depends on the state (gSDE). Default false. */
  readonly useSde?: boolean;
}

/** Two networks that share nothing (detail 13): what to do, and what it is worth. Names are stable-baselines3's. */
export interface ActorCritic {
  readonly specs: readonly ParameterSpec[];
  /** What sampling for n states takes. */
  noise(n: number): Noise;
  /** Of observations [N, d], or [N, d + A] with a mask of possible actions behind them. */
  policy(params: Params, observations: Tensor): Distribution;
  /** [N] */
  value(params: Params, observations: Tensor): Tensor;
}

/** @param width of an observation as the network sees it, without the mask of actions that may lie behind it */
export function actorCritic(width: number, actions: Space, options: ActorCriticOptions = {}): ActorCritic {
  const { hidden = [64, 64], activation = "tanh", orthoInit = true, logStdInit = 0, useSde = false } = options;
  const outputs = outputsFor(actions);
  const layers = (trunk: string, head: string, out: number, gain: number) => {
    const names = [...hidden.map((_, i) => `mlp_extractor.${trunk}.${2 * i}`), head];
    const init = orthoInit ? { hidden: Math.SQRT2, output: gain } : "torch";
    return mlp(names, [width, ...hidden, out], activation, init);
  };
  const actor = layers("policy_net", "action_net", outputs, 0.01);
  const critic = layers("value_net", "value_net", 1, 1);
  const L = hidden.at(-1) ?? width;
  const stdShape = actions.kind !== "box" ? undefined : useSde ? [L, outputs] : [outputs];
  const logStd: ParameterSpec[] = stdShape ? [{ name: "log_std", shape: stdShape, init: logStdInit }] : [];
  return {
    specs: [...actor.specs, ...critic.specs, ...logStd],
    noise(n) {
      if (actions.kind === "box") return { kind: "normal", shape: useSde ? [n, L, outputs] : [n, outputs] };
      return { kind: actions.kind === "multi-binary" ? "logistic" : "gumbel", shape: [n, outputs] };
    },
    policy(params, observations) {
      const { seen, mask } = parted(observations, width);
      const features = actor.features(params, seen);
      const out = linear(params, "action_net", features);
      if (actions.kind === "discrete") return categorical(out, mask);
      if (actions.kind === "multi-discrete") return multiCategorical(out, actions.nvec, mask);
      if (actions.kind === "multi-binary") return bernoulli(out);
      if (!useSde) return gaussian(out, params.log_std!);
      // The features are not shaped by the noise that goes through them (stable-baselines3's `learn_features=False`).
      return gsde({ mean: out, features: stopGradient(features), logStd: params.log_std! });
    },
    value: (params, observations) => {
      const values = critic.forward(params, parted(observations, width).seen);
      return reshape(values, [values.shape[0]!]);
    },
  };
}

/** Numbers that a policy says of an action. */
function outputsFor(actions: Space): number {
  if (actions.kind === "discrete" || actions.kind === "multi-binary") return actions.n;
  if (actions.kind === "multi-discrete") return actions.nvec.reduce((a, b) => a + b, 0);
  if (actions.kind === "box") return actions.low.length;
  throw new UsageError(`a policy for actions of kind ${actions.kind} does not exist`, {
    code: "unsupported-space",
    help: "wrap the environment so that they are discrete, multi-discrete, multi-binary or a box",
  });
}
