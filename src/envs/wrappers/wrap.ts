/**
 * Wrappers are functions from environment to environment. What they do not change stays reachable: `make("FrozenLake-v1")`
 * has `transitions`, however many wrappers are around the lake.
 */
import { UsageError } from "../../base/index.ts";
import type { Env, Info, Json } from "../env.ts";
import type { Space } from "../spaces/space.ts";

/** What a wrapper does in its own way; the rest is the inner environment's. */
export interface Overrides {
  readonly observationSpace?: Space;
  readonly actionSpace?: Space;
  // biome-ignore lint/suspicious/noExplicitAny: members of spaces that the wrapper alone knows
  reset?(...given: Parameters<Env["reset"]>): [observation: any, info: Info];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  step?(action: any): [observation: any, reward: number, terminated: boolean, truncated: boolean, info: Info];
  render?: Env["render"];
  /** The wrapper's own state, beside the inner environment's. */
  save?(): Json;
  load?(saved: Json): void;
}

/** `E` with an observation space of its own. */
export type Observing<E extends Env, O extends Space> = Omit<E, keyof Env> & Env<O, E["actionSpace"]>;
/** `E` with an action space of its own. */
export type Acting<E extends Env, A extends Space> = Omit<E, keyof Env> & Env<E["observationSpace"], A>;

type Saved = { readonly own: Json; readonly inner: Json };

/** An environment around another. The name is what `describe` prints. */
export function wrap<E extends Env, W = E>(inner: E, name: string, overrides: Overrides): W {
  const { save, load, ...own } = overrides;
  const wrapped: Env = {
    ...inner, // own properties; methods of a class come from its prototype, and keep their `this`:
    reset: (how) => inner.reset(how),
    step: (action) => inner.step(action),
    ...(inner.render === undefined ? {} : { render: () => inner.render!() }),
    ...(inner.random === undefined ? {} : { random: () => inner.random!() }),
    close: () => inner.close?.(),
    snapshot: (): Saved => ({ own: save?.() ?? null, inner: snapshotOf(inner) }),
    restore(state) {
      const saved = state as Saved;
      restoreTo(inner, saved.inner);
      load?.(saved.own);
    },
    name,
    inner,
    ...(own as Partial<Env>),
  };
  return wrapped as unknown as W;
}

/** Everything that moves in an environment. @throws UsageError `no-snapshot` */
export function snapshotOf(env: Env): Json {
  if (env.snapshot === undefined) throw noSnapshot(env);
  return env.snapshot();
}

/** @throws UsageError `no-snapshot` */
export function restoreTo(env: Env, state: Json): void {
  if (env.restore === undefined) throw noSnapshot(env);
  env.restore(state);
}

const noSnapshot = (env: Env): UsageError =>
  new UsageError(`${describe(env)} cannot be saved, so a training on it cannot be resumed`, {
    code: "no-snapshot",
    help: "give the environment snapshot() and restore(state): all that moves, its generator included, as JSON",
  });

/** The environment inside all wrappers. */
export function unwrapped(env: Env): Env {
  let core = env;
  while (core.inner !== undefined) core = core.inner;
  return core;
}

/** As Gymnasium prints it: `<TimeLimit<OrderEnforcing<PassiveEnvChecker<CartPoleEnv<CartPole-v1>>>>>`. */
export function describe(env: Env): string {
  const name = env.name ?? "Env";
  if (env.inner !== undefined) return `<${name}${describe(env.inner)}>`;
  return env.spec === undefined ? `<${name} instance>` : `<${name}<${env.spec.id}>>`;
}
