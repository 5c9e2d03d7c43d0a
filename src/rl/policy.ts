/** A policy as a thing: what it was made for, its networks and weights; as files, and back. */
import { z } from "zod";
import { allocate, DataError, type NDArray, type Rng, UsageError } from "../base/index.ts";
import { compile, type Specs, type Tensor } from "../engine/index.ts";
import {
  box,
  describeSpace,
  dict,
  discrete,
  type Masked,
  multiBinary,
  multiDiscrete,
  type Space,
  sameSpace,
  type VectorEnv,
} from "../envs/index.ts";
import {
  allocateWeights,
  initialWeights,
  type ParameterSpec,
  type Params,
  setWeights,
  type Weights,
} from "../nn/index.ts";
import type { CheckpointFiles } from "../run/index.ts";
import { type ActorCritic, actorCritic, type LstmShape, lstmCritics, type Recurrent } from "./actor-critic.ts";
import { type ActionCodec, actionCodec, type ObservationCodec, observationCodec } from "./codec.ts";
import { Design, designed } from "./design.ts";
import { type Distribution, drawNoise, type Noise } from "./distributions/index.ts";
import { paramsIn } from "./fused.ts";
import { activationNames } from "./mlp.ts";
import type { Moments } from "./moments.ts";
import { scaleObservations } from "./normalizer.ts";

/** ±Infinity is no JSON. */
const Bound = z.union([z.number(), z.enum(["Infinity", "-Infinity"]).transform(Number)]);
const boundOf = (x: number) => (Number.isFinite(x) ? x : (String(x) as "Infinity" | "-Infinity"));

const PlainSpaceFile = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("box"),
    dtype: z.enum(["float32", "float64", "int32", "uint8"]),
    shape: z.array(z.int()),
    low: z.array(Bound),
    high: z.array(Bound),
  }),
  z.object({ kind: z.literal("discrete"), n: z.int(), start: z.int() }),
  z.object({ kind: z.literal("multi-discrete"), nvec: z.array(z.int()) }),
  z.object({ kind: z.literal("multi-binary"), n: z.int() }),
]);
const SpaceFile = z.union([
  PlainSpaceFile,
  /** An observation with the mask of so many actions. */
  z.object({ kind: z.literal("masked"), actions: z.int(), observation: PlainSpaceFile }),
]);

function spaceOf(file: z.output<typeof SpaceFile>): Space {
  if (file.kind === "masked") {
    return dict({ actionMask: multiBinary(file.actions), observation: spaceOf(file.observation) });
  }
  if (file.kind === "box") return box(file.low, file.high, file.shape, file.dtype);
  if (file.kind === "discrete") return discrete(file.n, file.start);
  if (file.kind === "multi-discrete") return multiDiscrete(file.nvec);
  return multiBinary(file.n);
}

function fileOf(space: Space): z.input<typeof SpaceFile> {
  if (space.kind === "dict") {
    const { actionMask, observation } = (space as Masked<Space>).spaces;
    return { kind: "masked", actions: actionMask.n, observation: plainFileOf(observation) };
  }
  return plainFileOf(space);
}

function plainFileOf(space: Space): z.input<typeof PlainSpaceFile> {
  if (space.kind !== "box") return space as z.input<typeof PlainSpaceFile>;
  const { kind, dtype, shape, low, high } = space;
  return { kind, dtype, shape: [...shape], low: Array.from(low, boundOf), high: Array.from(high, boundOf) };
}

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

/** What every policy's network can be asked. */
export interface ActingNetwork {
  readonly specs: readonly ParameterSpec[];
  /** What sampling for n states takes. */
  noise(n: number): Noise;
  /** Of observations [N, d], or [N, d + A] with a mask of possible actions behind them. */
  policy(params: Params, observations: Tensor): Pick<Distribution, "sample" | "mode">;
  /** Of those that remember. */
  readonly recurrent?: Recurrent;
}

export interface Policy<N extends ActingNetwork = ActorCritic> extends PolicyShape {
  readonly network: N;
  readonly weights: Weights;
  readonly observation: ObservationCodec;
  readonly action: ActionCodec;
  /** How observations are scaled before the network sees them, where they are. */
  readonly scaling?: Pick<Moments, "mean" | "variance">;
}

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
    observation_space: fileOf(observations),
    action_space: fileOf(actions),
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

export interface Acting {
  /** What the network saw last, [n, d], and what it said, [n, a]. The arrays are used again. */
  readonly seen: Float32Array;
  readonly said: Float32Array | Int32Array;
  /**
   * n observations as a vector environment gives them → n actions as it takes them. The array is used again.
   *
   * @param noise where sampled actions come from; none keeps what was drawn last
   */
  act(observations: unknown, noise?: Rng): ArrayLike<number>;
  /** Environment i begins a new episode: what is remembered of the one before is forgotten. */
  forget(i: number): void;
  dispose(): void;
}

/** Lets a policy act for n environments: its most likely actions, or sampled ones. */
export function acting(policy: Policy<ActingNetwork>, n: number, { sampled = false } = {}): Acting {
  const { network, weights, observation, action, scaling } = policy;
  const drawn = network.noise(n);
  const size = network.recurrent?.memorySize ?? 0;
  const executable = compile<Specs, string>(
    (x) => {
      const params = paramsIn(x.weights!, weights.parameters);
      const { policy, memory } = network.recurrent?.run(params, {
        observations: x.observations!,
        memory: x.memory!,
      }) ?? {
        policy: network.policy(params, x.observations!),
      };
      return { actions: sampled ? policy.sample(x.noise!) : policy.mode(), ...(memory && { memory }) };
    },
    {
      weights: [weights.flat.length],
      observations: [n, observation.width],
      ...(size > 0 && { memory: [n, size] }),
      ...(sampled && { noise: drawn.shape }),
    },
    { buffers: { weights: weights.flat }, threads: 1 },
  );
  const seen = executable.inputs.observations as Float32Array;
  const said = executable.outputs.actions as Float32Array | Int32Array;
  return {
    seen,
    said,
    act(observations, noise) {
      observation.write(observations, seen);
      if (scaling) scaleObservations(seen, scaling);
      if (sampled && noise) drawNoise(drawn.kind, executable.inputs.noise as Float32Array, noise);
      executable.run();
      if (size > 0) (executable.inputs.memory as Float32Array).set(executable.float("memory"));
      return action.forEnv(said);
    },
    forget(i) {
      if (size > 0) (executable.inputs.memory as Float32Array).fill(0, i * size, (i + 1) * size);
    },
    dispose: () => executable.dispose(),
  };
}
