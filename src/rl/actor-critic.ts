import { UsageError } from "../base/index.ts";
import { broadcastTo, reshape, type Tensor } from "../engine/graph/index.ts";
import type { Space } from "../envs/index.ts";
import type { ParameterSpec, Params } from "../nn/index.ts";
import { categorical, type Distribution, gaussian } from "./distributions/index.ts";
import { type Activation, mlp } from "./mlp.ts";

export interface ActorCriticOptions {
  /** Widths of the hidden layers of each of the two networks. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** Default tanh. */
  readonly activation?: Activation;
  /** Gains √2 inside, 0.01 for actions and 1 for values (Huang et al. 2022, detail 2); false: as PyTorch's. Default true. */
  readonly orthoInit?: boolean;
  /** Log standard deviation of continuous actions at the start, one for all states. Default 0. */
  readonly logStdInit?: number;
}

/** Two networks that share nothing (detail 13): what to do, and what it is worth. Names are stable-baselines3's. */
export interface ActorCritic {
  readonly specs: readonly ParameterSpec[];
  /** Of observations [N, d]. */
  policy(params: Params, observations: Tensor): Distribution;
  /** [N] */
  value(params: Params, observations: Tensor): Tensor;
}

/** @param width of an observation as the network sees it */
export function actorCritic(width: number, actions: Space, options: ActorCriticOptions = {}): ActorCritic {
  const { hidden = [64, 64], activation = "tanh", orthoInit = true, logStdInit = 0 } = options;
  const layers = (trunk: string, head: string, outputs: number, gain: number) => {
    const names = [...hidden.map((_, i) => `mlp_extractor.${trunk}.${2 * i}`), head];
    const init = orthoInit ? { hidden: Math.SQRT2, output: gain } : "torch";
    return mlp(names, [width, ...hidden, outputs], activation, init);
  };
  const actor = layers("policy_net", "action_net", outputsFor(actions), 0.01);
  const critic = layers("value_net", "value_net", 1, 1);
  const logStd: ParameterSpec[] =
    actions.kind === "box" ? [{ name: "log_std", shape: [outputsFor(actions)], init: logStdInit }] : [];
  return {
    specs: [...actor.specs, ...critic.specs, ...logStd],
    policy(params, observations) {
      const raw = actor.forward(params, observations);
      return actions.kind === "box" ? gaussian(raw, broadcastTo(params.log_std!, raw.shape)) : categorical(raw);
    },
    value: (params, observations) => {
      const values = critic.forward(params, observations);
      return reshape(values, [values.shape[0]!]);
    },
  };
}

function outputsFor(actions: Space): number {
  if (actions.kind === "discrete") return actions.n;
  if (actions.kind === "box") return actions.low.length;
  throw new UsageError(`a policy for actions of kind ${actions.kind} does not exist`, {
    code: "unsupported-space",
    help: "flatten them, or take one of discrete, multi-discrete, multi-binary, box",
  });
}
