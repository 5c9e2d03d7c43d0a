import { UsageError } from "../../base/index.ts";
import { concat, reshape, split, stopGradient, type Tensor, zeros } from "../../engine/graph/index.ts";
import type { Space } from "../../envs/index.ts";
import type { ParameterSpec, Params } from "../../nn/index.ts";
import {
  bernoulli,
  categorical,
  type Distribution,
  gaussian,
  gsde,
  multiCategorical,
  type Noise,
} from "../distributions/index.ts";
import { parted } from "../masking.ts";
import { lstm } from "./lstm.ts";
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
  /** A memory of what was seen before. Default: none. */
  readonly lstm?: LstmShape | undefined;
}

/** An LSTM between observations and the layers of the actor. */
export interface LstmShape {
  /** Numbers that come out of it. */
  readonly hiddenSize: number;
  /** The critic has one of its own, reads the actor's without teaching it, or a layer in its place and sees but now. */
  readonly critic: LstmCritic;
}

/** sb3-contrib: `enable_critic_lstm`, `shared_lstm`, neither. */
export const lstmCritics = ["own", "shared", "none"] as const;
export type LstmCritic = (typeof lstmCritics)[number];

/** T steps of N environments, t-major, T = 1 while acting. */
export interface RecurrentInputs {
  /** [T·N, d] */
  readonly observations: Tensor;
  /** What is remembered before the first step, [N, S]: 0 at an episode's start. */
  readonly memory: Tensor;
  /** [T·N], 0 where a step begins a new episode. Default: none does. */
  readonly keep?: Tensor | undefined;
}

export interface Recurrent {
  /** S: numbers that an environment's memory takes. */
  readonly memorySize: number;
  run(
    params: Params,
    inputs: RecurrentInputs,
  ): { readonly policy: Distribution; readonly value: Tensor; readonly memory: Tensor };
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
  /** Where it remembers; `policy` and `value` then are those of an episode's first observation. */
  readonly recurrent?: Recurrent;
}

/** What it does and what it is worth, whether or not it remembers (then: and what it remembers after). */
export function policyAndValue(
  { recurrent, policy, value }: Pick<ActorCritic, "recurrent" | "policy" | "value">,
  params: Params,
  { observations, memory, keep }: Omit<RecurrentInputs, "memory"> & { readonly memory?: Tensor | undefined },
): { readonly policy: Distribution; readonly value: Tensor; readonly memory?: Tensor } {
  if (recurrent) return recurrent.run(params, { observations, memory: memory!, keep });
  return { policy: policy(params, observations), value: value(params, observations) };
}

/** @param width of an observation as the network sees it, without the mask of actions that may lie behind it */
export function actorCritic(width: number, actions: Space, options: ActorCriticOptions = {}): ActorCritic {
  const { hidden = [64, 64], activation = "tanh", orthoInit = true, logStdInit = 0, useSde = false } = options;
  const memory = options.lstm && memoryOf(width, options.lstm, orthoInit);
  const inner = options.lstm?.hiddenSize ?? width;
  const outputs = outputsFor(actions);
  const layers = (trunk: string, head: string, out: number, gain: number) => {
    const names = [...hidden.map((_, i) => `mlp_extractor.${trunk}.${2 * i}`), head];
    const init = orthoInit ? { hidden: Math.SQRT2, output: gain } : "torch";
    return mlp(names, [inner, ...hidden, out], activation, init);
  };
  const actor = layers("policy_net", "action_net", outputs, 0.01);
  const critic = layers("value_net", "value_net", 1, 1);
  const L = hidden.at(-1) ?? inner;
  const stdShape = actions.kind !== "box" ? undefined : useSde ? [L, outputs] : [outputs];
  const logStd: ParameterSpec[] = stdShape ? [{ name: "log_std", shape: stdShape, init: logStdInit }] : [];
  const distribution = (params: Params, x: Tensor, mask: Tensor | undefined): Distribution => {
    const features = actor.features(params, x);
    const out = linear(params, "action_net", features);
    if (actions.kind === "discrete") return categorical(out, mask);
    if (actions.kind === "multi-discrete") return multiCategorical(out, actions.nvec, mask);
    if (actions.kind === "multi-binary") return bernoulli(out);
    if (!useSde) return gaussian(out, params.log_std!);
    // The features are not shaped by the noise that goes through them (stable-baselines3's `learn_features=False`).
    return gsde({ mean: out, features: stopGradient(features), logStd: params.log_std! });
  };
  const worth = (params: Params, x: Tensor) => reshape(critic.forward(params, x), [x.shape[0]!]);
  const recurrent: Recurrent | undefined = memory && {
    memorySize: memory.size,
    run(params, { observations, ...before }) {
      const { seen, mask } = parted(observations, width);
      const { forActor, forCritic, after } = memory.run(params, { observations: seen, ...before });
      return { policy: distribution(params, forActor, mask), value: worth(params, forCritic), memory: after };
    },
  };
  const first = (params: Params, observations: Tensor) =>
    recurrent!.run(params, { observations, memory: zeros([observations.shape[0]!, recurrent!.memorySize]) });
  return {
    specs: [...(memory?.specs ?? []), ...actor.specs, ...critic.specs, ...logStd],
    ...(recurrent && { recurrent }),
    noise(n) {
      if (actions.kind === "box") return { kind: "normal", shape: useSde ? [n, L, outputs] : [n, outputs] };
      return { kind: actions.kind === "multi-binary" ? "logistic" : "gumbel", shape: [n, outputs] };
    },
    policy(params, observations) {
      if (recurrent) return first(params, observations).policy;
      const { seen, mask } = parted(observations, width);
      return distribution(params, seen, mask);
    },
    value: (params, observations) =>
      recurrent ? first(params, observations).value : worth(params, parted(observations, width).seen),
  };
}

/** The LSTMs before both networks: what each of these reads, and all states side by side. */
function memoryOf(width: number, { hiddenSize: H, critic }: LstmShape, orthogonal: boolean) {
  const names = critic === "own" ? ["lstm_actor", "lstm_critic"] : ["lstm_actor"];
  const lstms = names.map((name) => lstm(name, width, H, { orthogonal }));
  const layer = critic === "none" ? mlp(["critic"], [width, H], "tanh", "torch") : undefined;
  return {
    size: 2 * H * lstms.length,
    specs: [...lstms.flatMap(({ specs }) => specs), ...(layer?.specs ?? [])],
    run(params: Params, { observations, memory, keep }: RecurrentInputs) {
      const states = split(memory, 2 * lstms.length); // h, c of the actor; h, c of the critic
      const ran = lstms.map(({ run }, i) =>
        run(params, observations, { h: states[2 * i]!, c: states[2 * i + 1]! }, keep),
      );
      const [actor, own] = ran.map(({ outputs }) => outputs);
      return {
        forActor: actor!,
        forCritic: own ?? layer?.forward(params, observations) ?? stopGradient(actor!),
        after: concat(
          ran.flatMap(({ state: { h, c } }) => [h, c]),
          1,
        ),
      };
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
