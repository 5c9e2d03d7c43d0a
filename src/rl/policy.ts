/** A policy as a thing: what it was made for, its networks and weights; as files, and back. */
import { z } from "zod";
import { allocate, DataError, type NDArray, UsageError } from "../base/index.ts";
import { describeSpace, type Space, sameSpace, type VectorEnv } from "../envs/index.ts";
import { allocateWeights, initialWeights, setWeights, type Weights } from "../nn/index.ts";
import type { CheckpointFiles } from "../run/index.ts";
import { type ActionCodec, actionCodec, type ObservationCodec, observationCodec } from "./codec.ts";
import type { Moments } from "./moments.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import { type ActorCritic, actorCritic, type LstmShape, lstmCritics } from "./networks/actor-critic.ts";
import { Design, designed } from "./networks/design.ts";
import { activationNames } from "./networks/mlp.ts";
import type { Normalizer } from "./normalizer.ts";
import { SpaceFile, spaceFile, spaceOf } from "./space-file.ts";

/** `config.json` of a policy's folder. */
const PolicyFile = z.object({
  format: z.literal(1),
  model_type: z.literal("plaudit-policy"),
  algorithm: z.string(),
  observation_space: SpaceFile,
  action_space: SpaceFile,
  hidden: z.array(z.int()),
  activation: z.enum(activationNames),
  use_sde: z.boolean().default(false),
  lstm: z.object({ hidden_size: z.int(), critic: z.enum(lstmCritics) }).optional(),
  design: Design.optional(),
});

export interface PolicyShape {
  /** By which it was taught. */
  readonly algorithm: string;
  readonly observations: Space;
  readonly actions: Space;
  readonly hidden: readonly number[];
  readonly activation: (typeof activationNames)[number];
  /** Whether exploration depends on the state. */
  readonly useSde: boolean;
  /** What it remembers by, if it does. */
  readonly lstm?: LstmShape | undefined;
  /** What the network is, where it is not an actor with a critic. */
  readonly design?: Design | undefined;
}

export interface Policy<N extends ActingNetwork = ActorCritic> extends PolicyShape {
  readonly network: N;
  readonly weights: Weights;
  readonly observation: ObservationCodec;
  readonly action: ActionCodec;
  /** How observations are scaled before the network sees them, where they are. */
  readonly scaling?: Pick<Moments, "mean" | "variance">;
}

/** The policy that sees observations by statistics which move, where there are any. */
export const seeingBy = <N extends ActingNetwork>(policy: Policy<N>, scaling: Normalizer | undefined): Policy<N> =>
  scaling ? { ...policy, scaling: scaling.state.observations } : policy;

export interface NewPolicy extends PolicyShape {
  readonly orthoInit?: boolean;
  readonly logStdInit?: number;
}

export function newPolicy(shape: NewPolicy, seed: number): Policy {
  const made = build(shape, shape);
  return { ...made, weights: initialWeights(made.network.specs, seed) };
}

/** One of another network than an actor with a critic. */
export function newDesignedPolicy(
  shape: PolicyShape & Pick<NewPolicy, "logStdInit"> & { readonly design: Design },
  seed: number,
): Policy<ActingNetwork> {
  const made = builtOf(shape);
  return { ...made, weights: initialWeights(made.network.specs, seed) };
}

function builtOf(shape: PolicyShape & Pick<NewPolicy, "logStdInit">): Omit<Policy<ActingNetwork>, "weights"> {
  const { algorithm, observations, actions, hidden, activation, useSde, design } = shape;
  if (!design) return build(shape);
  return {
    ...{ algorithm, observations, actions, hidden, activation, useSde, design },
    ...designed(shape, design),
  };
}

function build(shape: PolicyShape, init: Pick<NewPolicy, "orthoInit" | "logStdInit"> = {}) {
  const { algorithm, observations, actions, hidden, activation, useSde, lstm } = shape;
  const observation = observationCodec(observations);
  const network = actorCritic(observation.features, actions, { hidden, activation, useSde, lstm, ...init });
  return {
    ...{ algorithm, observations, actions, hidden, activation, useSde, lstm },
    ...{ network, observation, action: actionCodec(actions) },
  };
}

/** A policy's folder: tensors under stable-baselines3's names, the statistics of observations beside them. */
export function policyFiles(policy: Policy<ActingNetwork>): CheckpointFiles {
  const { algorithm, observations, actions, hidden, activation, useSde, lstm, design, weights, scaling } = policy;
  const config: z.input<typeof PolicyFile> = {
    format: 1,
    model_type: "plaudit-policy",
    algorithm,
    observation_space: spaceFile(observations),
    action_space: spaceFile(actions),
    hidden: [...hidden],
    activation,
    use_sde: useSde,
    ...(lstm && { lstm: { hidden_size: lstm.hiddenSize, critic: lstm.critic } }),
    ...(design && { design }),
  };
  const own = (data: ArrayLike<number>): NDArray<"float32"> => {
    const copy = allocate("float32", data.length); // the files outlive the training
    copy.set(data);
    return { dtype: "float32", shape: [data.length], data: copy };
  };
  const tensors = [...weights.arrays].map(([name, { data, shape }]) => [name, { ...own(data), shape }] as const);
  const { mean, variance } = scaling ?? {};
  const statistics = Object.entries({ mean, variance }).flatMap(([name, data]) =>
    data ? [[`obs_rms.${name}`, own(data)] as const] : [],
  );
  return { "config.json": config, "model.safetensors": new Map([...tensors, ...statistics]) };
}

/** @throws DataError `bad-policy` when the files are no policy, or not of this version */
export function openPolicy(files: CheckpointFiles, where?: string): Policy<ActingNetwork> {
  const { shape, tensors } = readPolicy(files, where);
  const made = builtOf(shape);
  const weights = allocateWeights(made.network.specs);
  setWeights(weights, tensors, where);
  const [mean, variance] = ["mean", "variance"].map((name) => tensors.get(`obs_rms.${name}`)?.data as Float32Array);
  const scaling =
    mean && variance ? { mean: Float64Array.from(mean), variance: Float64Array.from(variance) } : undefined;
  return { ...made, weights, ...(scaling && { scaling }) };
}

/**
 * Takes the weights of a checkpoint, to teach the policy on in the environment that it was taught in.
 *
 * @throws DataError `bad-policy`; UsageError `other-environment`, `missing-tensor`, `misshapen-tensor`
 */
export function restoreWeights(policy: Policy<ActingNetwork>, files: CheckpointFiles): void {
  const { shape, tensors } = readPolicy(files);
  expectSpaces(shape, { singleObservationSpace: policy.observations, singleActionSpace: policy.actions });
  setWeights(policy.weights, tensors);
}

function readPolicy(files: CheckpointFiles, where?: string) {
  const file = PolicyFile.safeParse(files["config.json"]);
  const tensors = files["model.safetensors"];
  if (!file.success || !(tensors instanceof Map)) {
    const why = file.error
      ? file.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
      : "";
    throw new DataError(`no policy: ${why || "model.safetensors is missing"}`, {
      code: "bad-policy",
      where,
      help: "give the folder of a run of `plaudit rl`, or its model/",
    });
  }
  const { observation_space, action_space, use_sde: useSde, lstm: memory, ...rest } = file.data;
  const lstm = memory && { hiddenSize: memory.hidden_size, critic: memory.critic };
  const [observations, actions] = [spaceOf(observation_space), spaceOf(action_space)];
  return { shape: { ...rest, useSde, lstm, observations, actions }, tensors };
}

/**
 * That an environment shows and takes what a policy was taught with, bounds included.
 *
 * @throws UsageError `other-environment`
 */
export function expectSpaces(
  { observations, actions }: Pick<PolicyShape, "observations" | "actions">,
  env: Pick<VectorEnv, "singleObservationSpace" | "singleActionSpace">,
): void {
  for (const [what, taught, given] of [
    ["observations", observations, env.singleObservationSpace],
    ["actions", actions, env.singleActionSpace],
  ] as const) {
    if (sameSpace(taught, given)) continue;
    throw new UsageError(
      `the policy was taught with ${what} in ${describeSpace(taught)}, this environment has ${describeSpace(given)}`,
      { code: "other-environment", help: "take the environment that it was taught in, or teach another policy" },
    );
  }
}
