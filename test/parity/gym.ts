import {
  type Box,
  type BoxType,
  box,
  clipAction,
  delayObservation,
  describe,
  discrete,
  type Env,
  envIds,
  flatdim,
  flatten,
  frameStackObservation,
  type Generator,
  generator,
  type Info,
  make,
  makeVec,
  multiBinary,
  multiDiscrete,
  normalizeObservation,
  normalizeReward,
  recordEpisodeStatistics,
  rescaleAction,
  rescaleObservation,
  type Space,
  sampler,
  spec,
  stickyAction,
  timeAwareObservation,
  timeLimit,
  toJsonable,
  transformReward,
  type VectorEnv,
} from "../../src/envs/index.ts";
import { Pcg64 } from "../../src/envs/random/pcg64.ts";
import { seedWords } from "../../src/envs/random/seed-sequence.ts";
import type { Json } from "./cases.ts";
import { parseSpace } from "./python-spaces.ts";
import type { Checkers } from "./registry.ts";

const camel = (key: string): string => key.replace(/(?<=\w)_(\w)/g, (_, letter: string) => letter.toUpperCase());
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const renamed = (x: Json, rename: (key: string) => string): Json =>
  Object.fromEntries(
    Object.entries(x ?? {}).map(([key, value]) => {
      const isRecord =
        typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
      return [rename(key), isRecord ? renamed(value, rename) : value];
    }),
  );
const times = <T>(n: number, draw: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => draw(i));

/** An environment as a fixture names it. */
const made = (id: string, { kwargs = {}, max_episode_steps }: Json): Env =>
  make(id as string, {
    ...renamed(kwargs, camel),
    ...(max_episode_steps === undefined ? {} : { maxEpisodeSteps: max_episode_steps }),
  });

const actionFor = (env: Env, action: Json): Json =>
  env.actionSpace.kind === "box" ? Float32Array.from(action) : action;

/** Does what a trace did, and tells the same events of it. */
function replay(env: Env, events: Json[]): Json[] {
  return events.map((event) => {
    if (event.kind === "reset") {
      const [obs, info] = env.reset({ seed: event.seed ?? undefined });
      return { ...event, obs, info: renamed(info, snake) };
    }
    const [obs, reward, terminated, truncated, info] = env.step(actionFor(env, event.action));
    return { ...event, obs, reward, terminated, truncated, info: renamed(info, snake) };
  });
}

function episode(env: Env, { actions_cycle, max_steps_recorded }: Json, seed: number): Json {
  env.reset({ seed });
  for (let length = 1, total = 0; ; length++) {
    const [, reward, terminated, truncated] = env.step(actions_cycle[(length - 1) % actions_cycle.length]);
    total += reward;
    if (terminated || truncated || length === max_steps_recorded) {
      return { seed, length, return: total, terminated, truncated };
    }
  }
}

/** Masks are booleans in the fixtures. */
const flags = (mask: Uint8Array): boolean[] => Array.from(mask, Boolean);

const withFlags = (told: Json): Json =>
  Object.fromEntries(
    Object.entries(told).map(([key, value]) => {
      if (key.startsWith("_")) return [key, flags(value as Uint8Array)];
      return [key, ArrayBuffer.isView(value) || Array.isArray(value) ? value : withFlags(value)];
    }),
  );

/**
 * Infos as the fixtures have them: masks as booleans, final observations one an environment or null. Gymnasium takes the
 * type of a key's array from the first value, and FrozenLake says `prob` 1 (an integer) at a reset: where environment 0 was
 * reset, the fractions of the others are cut to 0.
 */
function vectorInfo(infos: Info, space: Space, n: number): Json {
  const { finalObs, ...rest } = infos as Json;
  const told = withFlags(renamed(rest, snake));
  if (told.prob?.[0] === 1) told.prob = told.prob.map(Math.trunc);
  if (finalObs === undefined) return told;
  const mask = infos._finalObs as Uint8Array;
  const row = (i: number): Json => {
    if (space.kind === "tuple") return finalObs.map((part: Int32Array) => part[i]);
    const width = finalObs.length / n;
    return width === 1 ? finalObs[i] : Array.from(finalObs.slice(i * width, (i + 1) * width));
  };
  return { ...told, final_obs: times(n, (i) => (mask[i] === 1 ? row(i) : null)), _final_obs: flags(mask) };
}

function vectorSteps(vector: VectorEnv, steps: Json[]): Json[] {
  return steps.map(({ actions, info }) => {
    const [obs, rewards, terminated, truncated, infos] = vector.step(actions.flat());
    const told = vectorInfo(infos, vector.singleObservationSpace, vector.numEnvs);
    if (Object.keys(told).length !== Object.keys(info ?? told).length)
      throw new Error(`infos have ${Object.keys(told)}`);
    return { actions, obs, rewards, terminated: flags(terminated), truncated: flags(truncated), info: told };
  });
}

const modes = { NextStep: "next-step", SameStep: "same-step", Disabled: "disabled" } as const;
const vectorOf = (inputs: Json, autoreset: keyof typeof modes): VectorEnv =>
  makeVec(inputs.env as string, inputs.num_envs, {
    autoreset: modes[autoreset],
    ...(inputs.max_episode_steps === null ? {} : { maxEpisodeSteps: inputs.max_episode_steps }),
  });

const samples = (space: Space, seed: number, n: number, how = {}): Json[] => {
  const drawn = sampler(space, seed);
  return times(n, () => toJsonable(space, drawn.sample(how)));
};

/** A bound or list of them, where infinities are words. */
const bound = (x: Json): Json =>
  Array.isArray(x) ? x.map(bound) : x === "inf" ? Infinity : x === "-inf" ? -Infinity : x;

function boxes({ seed, bounds_float32, ...others }: Json, expected: Json): Json {
  const integers: Record<string, BoxType> = { float64_bounded: "float64", uint8: "uint8", int64: "int32" };
  return Object.fromEntries(
    Object.entries(expected).map(([key, list]) => {
      const floats = bounds_float32[key];
      const name = Object.keys(integers).find((prefix) => key.startsWith(prefix));
      const space: Box =
        floats === undefined
          ? box(others[name!][0], others[name!][1], others[name!][2], integers[name!]!)
          : box(bound(floats[0]), bound(floats[1]));
      return [key, samples(space, seed, (list as Json[]).length)];
    }),
  );
}

/** A float32 by the shortest decimal that means it. */
const shortest = (x: number): number => {
  for (let digits = 1; ; digits++) {
    const decimal = Number(x.toPrecision(digits));
    if (Math.fround(decimal) === x) return decimal;
  }
};

/** Each list from a fresh generator. */
function numbers(seed: number, expected: Json): Json {
  const fresh = (n: number, draw: (rng: Generator) => Json) => {
    const rng = generator(seed);
    return times(n, () => draw(rng));
  };
  const raw = new Pcg64(seed);
  const hex = (word: number) => word.toString(16).padStart(8, "0");
  const mixed = generator(seed);
  const length = (key: string): number => expected[key].length;
  return {
    seed_sequence_state_uint32: seedWords(seed, length("seed_sequence_state_uint32")),
    raw_uint64_hex: times(length("raw_uint64_hex"), () => {
      raw.next();
      return `0x${hex(raw.high)}${hex(raw.low)}`;
    }),
    random: fresh(length("random"), (rng) => rng.random()),
    random_float32: fresh(length("random_float32"), (rng) => shortest(rng.randomFloat32())),
    "uniform_-0.05_0.05": fresh(length("uniform_-0.05_0.05"), (rng) => rng.uniform(-0.05, 0.05)),
    integers: Object.fromEntries(
      Object.entries(expected.integers).map(([n, list]) => [
        n,
        fresh((list as number[]).length, (rng) => rng.integers(Number(n))),
      ]),
    ),
    "integers_2^40_as_string": fresh(length("integers_2^40_as_string"), (rng) => String(rng.integers(2 ** 40))),
    "integers_-5_to_17": fresh(length("integers_-5_to_17"), (rng) => rng.integers(-5, 17)),
    normal: fresh(length("normal"), (rng) => rng.normal()),
    "normal_2_0.5": fresh(length("normal_2_0.5"), (rng) => rng.normal(2, 0.5)),
    normal_scalar_calls: fresh(180 + length("normal_scalar_calls"), (rng) => rng.normal()).slice(180),
    exponential: fresh(length("exponential"), (rng) => rng.exponential()),
    permutation_10: generator(seed).permutation(10),
    permutation_100: generator(seed).permutation(100),
    shuffle_0_to_12: generator(seed).shuffle(times(13, (i) => i)),
    choice_list_5_values: fresh(length("choice_list_5_values"), (rng) => rng.choice([10, 20, 30, 40, 50])),
    choice_p: fresh(length("choice_p"), (rng) => rng.choice([0, 1, 2, 3], [0.1, 0.2, 0.3, 0.4])),
    choice_8_of_20_without_replacement: generator(seed).choose(20, 8),
    mixed_calls: expected.mixed_calls.map(([call]: [string]) => {
      const n = /^integers\((\d+)\)$/.exec(call)?.[1];
      return [call, n === undefined ? mixed.random() : mixed.integers(Number(n))];
    }),
    spawn_2_first_random: [0, 1].map((i) => generator(seed, [i]).random()),
  };
}

/** By the wrapper's name: what it makes of an environment, and which of its fields are compared. */
const wrappers: Readonly<Record<string, (env: Env, config: Json) => Env>> = {
  NormalizeObservation: (env, { epsilon }) => normalizeObservation(env, { epsilon }),
  NormalizeReward: (env, { gamma, epsilon }) => normalizeReward(env, { gamma, epsilon }),
  FrameStackObservation: (env, { stack_size, padding }) => frameStackObservation(env, stack_size, { padding }),
  RecordEpisodeStatistics: (env) => recordEpisodeStatistics(env),
  TimeAwareObservation: (env, { flatten, normalize_time }) =>
    timeAwareObservation(env, { flatten, normalizeTime: normalize_time }),
  RescaleAction: (env, { min_action, max_action }) => rescaleAction(env, min_action, max_action),
  ClipAction: (env) => clipAction(env),
  DelayObservation: (env, { delay }) => delayObservation(env, delay),
  StickyAction: (env, { repeat_action_probability }) =>
    stickyAction(env, { repeatActionProbability: repeat_action_probability }),
  TransformReward: (env, { min, max }) => transformReward(env, (reward) => Math.min(Math.max(reward, min), max)),
  TimeLimit: (env, { max_episode_steps }) => timeLimit(env, max_episode_steps),
  RescaleObservation: (env, { min_obs, max_obs }) => rescaleObservation(env, min_obs, max_obs),
};

function wrapped({ wrapper, config }: Json, expected: Json): Json {
  const id = envIds().find((name) => wrapper.endsWith(`_${name}`))!;
  const name = wrapper.split("_")[0];
  // Where the limit is the wrapper's own, the environment has none; elsewhere the registered one.
  const limited = made(id, name === "TimeLimit" ? { max_episode_steps: null } : config);
  const env: Json = wrappers[name]!(limited, config);
  return {
    events: replay(env, expected.events),
    mean: env.moments?.mean,
    var: env.moments?.variance,
    count: env.moments?.count,
    return_queue: env.episodes?.returns,
    length_queue: env.episodes?.lengths,
  };
}

export const gymCheckers: Checkers = {
  "gym/trace_": (inputs, _, { expected }) => ({ events: replay(made(inputs.env, inputs), expected.events) }),
  "gym/episode_": (inputs, _, { expected }) => ({
    episodes: expected.episodes.map(({ seed }: Json) => episode(made(inputs.env, inputs), inputs, seed)),
  }),
  "gym/second_reset_without_seed": ({ env: id, seed }) => {
    const env = made(id, {});
    env.reset({ seed });
    return { second: env.reset()[0], third: env.reset()[0] };
  },
  "gym/reset_options": ({ seed, ...options }) =>
    Object.fromEntries(Object.keys(options).map((id) => [id, made(id, {}).reset({ seed, options: options[id] })[0]])),

  "gym/vector_": (inputs, _, { expected }) => {
    const vector = vectorOf(inputs, inputs.autoreset_mode);
    const [obs, infos] = vector.reset({ seed: inputs.seed });
    const info = vectorInfo(infos, vector.singleObservationSpace, vector.numEnvs);
    return { reset: { obs, info }, steps: vectorSteps(vector, expected.steps) };
  },
  "gym/vector_Disabled": (inputs, _, { expected }) => {
    const vector = vectorOf(inputs, "Disabled");
    const reset = { obs: vector.reset({ seed: inputs.seeds })[0] };
    const steps = vectorSteps(vector, expected.steps);
    const { reset_mask } = expected.masked_reset;
    const [obs] = vector.reset({ options: { resetMask: reset_mask } });
    return { reset, steps, masked_reset: { reset_mask, obs } };
  },
  "gym/vector_SameStep_episode_statistics": (inputs, _, { expected }) => {
    const { env, num_envs, max_episode_steps, seed } = inputs;
    const vector = makeVec(env as string, num_envs, {
      autoreset: "same-step",
      maxEpisodeSteps: max_episode_steps,
      wrappers: [(one) => recordEpisodeStatistics(one)],
    });
    vector.reset({ seed });
    const steps = expected.steps.map((_step: Json, step: number) => {
      const [, , terminated, truncated, infos] = vector.step([step % 2, 1]);
      const final = infos.finalInfo as Json;
      return {
        done: times(num_envs, (i) => terminated[i] === 1 || truncated[i] === 1),
        final_info_episode: final === undefined ? null : { ...final.episode, _episode: flags(final._episode) },
      };
    });
    return { steps };
  },

  "gym/space_discrete": ({ seed }, _, { expected }) =>
    Object.fromEntries(
      Object.entries(expected).map(([key, list]) => {
        const [, n, start] = /^n(\d+)(?:_start(-?\d+))?$/.exec(key)!;
        return [key, samples(discrete(Number(n), Number(start ?? 0)), seed, (list as Json[]).length)];
      }),
    ),
  "gym/space_multidiscrete": ({ nvec, seed }, _, { expected }) => ({
    samples: samples(multiDiscrete(nvec), seed, expected.samples.length),
  }),
  "gym/space_multibinary": ({ n, seed }, _, { expected }) => ({
    samples: samples(multiBinary(n), seed, expected.samples.length),
    shape_2x3: samples(multiBinary(6), seed, expected.shape_2x3.length),
  }),
  "gym/space_box": (inputs, _, { expected }) => boxes(inputs, expected),
  "gym/space_dict_tuple": ({ seed, dict, tuple, nested }, _, { expected }) => {
    const written = (parts: Json) => Object.entries(parts).map(([key, part]) => `${key}=${part}`);
    return {
      dict: samples(parseSpace(`Dict(${written(dict)})`), seed, expected.dict.length),
      tuple: samples(parseSpace(`Tuple(${tuple})`), seed, expected.tuple.length),
      nested: samples(parseSpace(`Dict(${written(nested)})`), seed, expected.nested.length),
    };
  },
  "gym/space_masks": ({ seed, mask, probability, all_zero_mask }, _, { expected }) => ({
    masked: samples(discrete(mask.length), seed, expected.masked.length, { mask }),
    probability: samples(discrete(probability.length), seed, expected.probability.length, { probability }),
    all_zero: samples(discrete(all_zero_mask.length, 2), seed, expected.all_zero.length, { mask: all_zero_mask }),
    multidiscrete: samples(multiDiscrete([3, 2]), seed, expected.multidiscrete.length, {
      mask: [
        [1, 0, 1],
        [0, 1],
      ],
    }),
    multibinary: samples(multiBinary(4), seed, expected.multibinary.length, { mask: [0, 1, 2, 2] }),
  }),
  "gym/space_text_sequence": ({ seed, text, sequence, oneof }, _, { expected }) => ({
    text: samples(parseSpace(text), seed, expected.text.length),
    sequence: samples(parseSpace(sequence), seed, expected.sequence.length),
    oneof: samples(parseSpace(oneof), seed, expected.oneof.length),
  }),
  "gym/space_flatten": ({ space: written, value }) => {
    const space = parseSpace(written) as Space & { kind: "dict" };
    return { flat: flatten(space, value), flatdim: flatdim(space), keys: Object.keys(space.spaces) };
  },

  "gym/pcg64": ({ seed }, _, { expected }) => numbers(seed, expected),
  "gym/wrapper_": (inputs, _, { expected }) => wrapped(inputs, expected),
  "gym/make_printed_form": ({ ids }) => ({
    repr: ids.map((id: string) => describe(made(id, {}))),
    max_episode_steps: ids.map((id: string) => spec(id).maxEpisodeSteps ?? null),
    reward_threshold: ids.map((id: string) => spec(id).rewardThreshold ?? null),
  }),
};
