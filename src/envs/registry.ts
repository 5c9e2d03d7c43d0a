/** The environments by name, and `make`, which puts around them what Gymnasium's does (gymnasium/envs/registration.py). */
import { nearest, UsageError } from "../base/index.ts";
import { acrobot } from "./classic/acrobot.ts";
import { cartPole } from "./classic/cart-pole.ts";
import { type Dynamics, dynamicsEnv, fixedHorizon, seeingOnly } from "./classic/dynamics.ts";
import { dynamicsVector } from "./classic/dynamics-vector.ts";
import { mountainCar, mountainCarContinuous } from "./classic/mountain-car.ts";
import { pendulum } from "./classic/pendulum.ts";
import type { Env, EnvSpec } from "./env.ts";
import { lunarLander, lunarLanderContinuous } from "./lander/lunar-lander.ts";
import type { Box, Discrete, Space } from "./spaces/space.ts";
import { blackjack } from "./toy/blackjack.ts";
import { gambler, randomWalk } from "./toy/chains.ts";
import { cliffWalking } from "./toy/cliff-walking.ts";
import { type FrozenLakeOptions, frozenLake } from "./toy/frozen-lake.ts";
import { gridWorld, gridWorld5x5, windyGridWorld } from "./toy/grid-world.ts";
import type { RenderMode, Shown } from "./toy/render-mode.ts";
import { taxi } from "./toy/taxi.ts";
import { checkEnvCount } from "./vector/arguments.ts";
import { syncVector } from "./vector/sync.ts";
import type { VectorEnv, VectorOptions } from "./vector/vector-env.ts";
import { orderEnforcing } from "./wrappers/order-enforcing.ts";
import { passiveEnvChecker } from "./wrappers/passive-checker.ts";
import { timeLimit } from "./wrappers/time-limit.ts";

type Limits = Omit<EnvSpec, "id">;

/** What a name stands for. */
export interface Registration<E extends Env = Env, Options = never> extends Limits {
  /** Makes the bare environment. */
  readonly create: (options?: Options) => E;
  /** Names of the options that `create` knows; others are refused. */
  readonly options?: readonly string[];
  /** For environments that many of can be stepped as one. */
  readonly dynamics?: (options?: Options) => Dynamics;
}

const classic = <A extends Discrete | Box<"float32">, Options>(
  dynamics: (options?: Options) => Dynamics<A>,
  options: readonly (keyof Options & string)[],
  limits: Limits,
): Registration<Env<Box<"float32">, A>, Options> => ({
  ...limits,
  create: (given) => dynamicsEnv(dynamics(given)),
  dynamics,
  options,
});

const other = <E extends Env, Options>(
  create: (options?: Options) => E,
  options: readonly (keyof Options & string)[],
  limits: Limits = {},
): Registration<E, Options> => ({ ...limits, create, options });

const lakeOptions = ["desc", "mapName", "isSlippery", "successRate", "rewardSchedule", "renderMode"] as const;
const landerOptions = ["gravity", "enableWind", "windPower", "turbulencePower"] as const;
const gridOptions = ["rows", "columns", "terminal", "reward", "offGridReward", "specials", "renderMode"] as const;

const builtIn = {
  "CartPole-v0": classic(cartPole, ["suttonBartoReward"], { maxEpisodeSteps: 200, rewardThreshold: 195 }),
  "CartPole-v1": classic(cartPole, ["suttonBartoReward"], { maxEpisodeSteps: 500, rewardThreshold: 475 }),
  "MountainCar-v0": classic(mountainCar, ["goalVelocity"], { maxEpisodeSteps: 200, rewardThreshold: -110 }),
  "MountainCarContinuous-v0": classic(mountainCarContinuous, ["goalVelocity"], {
    maxEpisodeSteps: 999,
    rewardThreshold: 90,
  }),
  "Pendulum-v1": classic(pendulum, ["g"], { maxEpisodeSteps: 200 }),
  "Acrobot-v1": classic(acrobot, [], { maxEpisodeSteps: 500, rewardThreshold: -100 }),
  "CartPoleFixedHorizon-v1": classic(() => fixedHorizon(cartPole()), [], { maxEpisodeSteps: 500 }),
  "CartPoleNoVelocity-v1": classic(() => seeingOnly(cartPole(), [0, 2]), [], {
    maxEpisodeSteps: 500,
    rewardThreshold: 475,
  }),
  "MountainCarFixedHorizon-v0": classic(() => fixedHorizon(mountainCar()), [], { maxEpisodeSteps: 200 }),
  "FrozenLake-v1": other(frozenLake, lakeOptions, { maxEpisodeSteps: 100, rewardThreshold: 0.7 }),
  "FrozenLake8x8-v1": other((given?: FrozenLakeOptions) => frozenLake({ mapName: "8x8", ...given }), lakeOptions, {
    maxEpisodeSteps: 200,
    rewardThreshold: 0.85,
  }),
  "CliffWalking-v1": other(cliffWalking, ["isSlippery", "renderMode"]),
  "CliffWalkingSlippery-v1": other((given?: Shown) => cliffWalking({ ...given, isSlippery: true }), ["renderMode"]),
  "Taxi-v4": other(taxi, ["isRainy", "rainyProbability", "ficklePassenger", "fickleProbability", "renderMode"], {
    maxEpisodeSteps: 200,
    rewardThreshold: 8,
  }),
  "Blackjack-v1": other(blackjack, ["natural", "sab", "renderMode"]),
  "LunarLander-v3": other(lunarLander, landerOptions, { maxEpisodeSteps: 1000, rewardThreshold: 200 }),
  "LunarLanderContinuous-v3": other(lunarLanderContinuous, landerOptions, {
    maxEpisodeSteps: 1000,
    rewardThreshold: 200,
  }),
  "GridWorld4x4-v0": other(gridWorld, gridOptions, { maxEpisodeSteps: 100 }),
  "GridWorld5x5-v0": other(gridWorld5x5, gridOptions, { maxEpisodeSteps: 100 }),
  "WindyGridWorld-v0": other(windyGridWorld, ["kingsMoves", "renderMode"]),
  "Gambler-v0": other(gambler, ["pHeads", "goal", "renderMode"]),
  "RandomWalk-v0": other(randomWalk, ["states", "leftReward", "rightReward", "renderMode"]),
};

export type EnvId = keyof typeof builtIn;
/** The environment of a built-in name. */
export type EnvOf<Id extends EnvId> = ReturnType<(typeof builtIn)[Id]["create"]>;
/** The options of a built-in name. */
export type EnvOptions<Id extends EnvId> = NonNullable<Parameters<(typeof builtIn)[Id]["create"]>[0]>;

const registered = new Map<string, Registration<Env, Record<string, unknown>>>(
  Object.entries(builtIn) as unknown as [string, Registration<Env, Record<string, unknown>>][],
);

export interface MakeOptions {
  /** Steps after which an episode is truncated; default the registered number, null for none. */
  readonly maxEpisodeSteps?: number | null | undefined;
  /** Check every call of the environment, default true. */
  readonly checker?: boolean | undefined;
  /** What `render` gives. Default and only choice is drawings, `rgb_array`; toy text has `ansi` too, as its default. */
  readonly renderMode?: RenderMode | undefined;
}

/**
 * Adds an environment of one's own.
 *
 * @throws UsageError `bad-env-option` for a name that is not `Name-v0` or `namespace/Name-v0`, or that is taken.
 */
export function register(id: string, registration: Registration<Env, Record<string, unknown>>): void {
  if (!/^(?:[\w-]+\/)?[\w.-]+-v\d+$/.test(id)) {
    throw new UsageError(`wanted a name such as Name-v0 or mine/Name-v0, got ${id}`, { code: "bad-env-option" });
  }
  if (registered.has(id)) {
    throw new UsageError(`an environment of the name ${id} exists`, {
      code: "bad-env-option",
      help: "give yours another version or a namespace, mine/Name-v0",
    });
  }
  registered.set(id, registration);
}

/** All names, sorted. */
export const envIds = (): string[] => [...registered.keys()].sort();

/** What is known of a name. @throws UsageError `unknown-env` */
export function spec(id: string): EnvSpec {
  const { rewardThreshold, maxEpisodeSteps, deterministic } = find(id);
  return { id, rewardThreshold, maxEpisodeSteps, deterministic };
}

function find(id: string): Registration<Env, Record<string, unknown>> {
  const found = registered.get(id);
  if (found !== undefined) return found;
  const meant = nearest(id, envIds().reverse()); // of two versions the newer one
  throw new UsageError(`there is no environment ${id}`, {
    code: "unknown-env",
    help: meant === undefined ? `there are ${envIds().join(", ")}` : `did you mean ${meant}?`,
  });
}

/** The bare environment's options, without those of `make`. */
function ownOptions(id: string, given: MakeOptions): Record<string, unknown> {
  const { maxEpisodeSteps: _limit, checker: _checker, ...own } = given;
  const known = find(id).options;
  if (known === undefined) return own;
  const { renderMode } = own;
  if (!known.includes("renderMode")) {
    if (renderMode !== undefined && renderMode !== "rgb_array") {
      throw new UsageError(`${id} is drawn: wanted renderMode to be rgb_array, got ${JSON.stringify(renderMode)}`, {
        code: "bad-env-option",
        help: "leave it out: render() gives shapes, which film, toSvg, toRgb and paint draw",
      });
    }
    delete own.renderMode;
  }
  for (const key of Object.keys(own)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, [...known, "maxEpisodeSteps", "checker", "renderMode"]);
    throw new UsageError(`${id} has no option ${key}`, {
      code: "bad-env-option",
      help: meant === undefined ? `it has ${known.join(", ") || "none"}` : `did you mean ${meant}?`,
    });
  }
  return own;
}

/**
 * An environment by its name, or one of one's own, inside PassiveEnvChecker, OrderEnforcing and TimeLimit:
 * `make("FrozenLake-v1", { isSlippery: false, maxEpisodeSteps: 50 })`.
 *
 * @throws UsageError `unknown-env`, `bad-env-option`
 */
export function make<Id extends EnvId>(id: Id, options?: MakeOptions & EnvOptions<Id>): EnvOf<Id>;
export function make<E extends Env>(env: E, options?: MakeOptions): E;
export function make<Id extends string>(
  id: Id extends EnvId ? never : Id,
  options?: MakeOptions & Record<string, unknown>,
): Env;
export function make(what: string | Env, options: MakeOptions = {}): Env {
  const isNamed = typeof what === "string";
  const limit = options.maxEpisodeSteps === undefined && isNamed ? find(what).maxEpisodeSteps : options.maxEpisodeSteps;
  const known: EnvSpec | undefined = isNamed ? { ...spec(what), maxEpisodeSteps: limit ?? undefined } : what.spec;
  const bare = isNamed ? find(what).create(ownOptions(what, options)) : what;
  const named: Env = known === undefined ? bare : Object.assign(bare, { spec: known });
  const checked = options.checker === false ? named : passiveEnvChecker(named);
  const ordered = orderEnforcing(checked);
  return limit === undefined || limit === null ? ordered : timeLimit(ordered, limit);
}

export interface MakeVecOptions extends MakeOptions, VectorOptions {
  /** Wrappers around each single environment, innermost first. They make the environments be stepped one by one. */
  readonly wrappers?: readonly ((env: Env) => Env)[] | undefined;
}

/**
 * n environments of one name, or n that a function makes: `makeVec("CartPole-v1", 16)`. Row i is the single environment with
 * seed + i, however they are stepped: classic control as one array, others one after the other. In threads: `threadVector`.
 *
 * @throws UsageError `unknown-env`, `bad-env-option`, `different-spaces`
 */
export function makeVec<Id extends EnvId>(
  id: Id,
  numEnvs: number,
  options?: MakeVecOptions & EnvOptions<Id>,
): VectorEnv<EnvOf<Id>["observationSpace"], EnvOf<Id>["actionSpace"]>;
export function makeVec<O extends Space, A extends Space>(
  makeOne: () => Env<O, A>,
  numEnvs: number,
  options?: MakeVecOptions,
): VectorEnv<O, A>;
export function makeVec<Id extends string>(
  id: Id extends EnvId ? never : Id,
  numEnvs: number,
  options?: MakeVecOptions & Record<string, unknown>,
): VectorEnv;
export function makeVec(what: string | (() => Env), numEnvs: number, options: MakeVecOptions = {}): VectorEnv {
  checkEnvCount(numEnvs);
  const { autoreset, copy, wrappers = [], ...single } = options;
  if (typeof what === "string" && wrappers.length === 0) {
    const { dynamics, maxEpisodeSteps: usual } = find(what);
    if (dynamics !== undefined) {
      const own = ownOptions(what, single);
      const maxEpisodeSteps = single.maxEpisodeSteps === undefined ? usual : single.maxEpisodeSteps;
      return dynamicsVector(dynamics(own), numEnvs, { autoreset, copy, maxEpisodeSteps }) as unknown as VectorEnv;
    }
  }
  const makeOne = () =>
    wrappers.reduce(
      (env, wrapper) => wrapper(env),
      typeof what === "string" ? make(what, single) : make(what(), single),
    );
  return syncVector(Array(numEnvs).fill(makeOne), { autoreset, copy });
}
