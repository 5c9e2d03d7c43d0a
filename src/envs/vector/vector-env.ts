/**
 * The contract of n environments stepped together: Gymnasium 1.4's `VectorEnv` (gymnasium/vector/vector_env.py).
 *
 * Autoreset says who resets an environment that ended at step t:
 * - `next-step` (default): step t + 1 ignores its action and gives the reset observation with reward 0 and no end. This
 *   one row is no transition: a learner must leave it out (`ended` at t tells which).
 * - `same-step`: step t itself gives the reset observation; the real last one is in `infos.finalObs`, rows marked by
 *   `infos._finalObs`, and its info in `infos.finalInfo`.
 * - `disabled`: nobody; `reset({ options: { resetMask } })` does, and stepping an ended one is an error.
 */
import type { Info, Json } from "../env.ts";
import type { Picture } from "../render/picture.ts";
import type { Actions, Batch, Space } from "../spaces/space.ts";

export type Autoreset = "next-step" | "same-step" | "disabled";

/**
 * Infos of n environments: a key's values in one array (numbers in a Float64Array, 0 where absent; others in a list, null
 * where absent) and beside it, under `_key`, a Uint8Array of which environments have it. Nested infos likewise.
 */
export type VectorInfo<O extends Space = Space> = Info & {
  readonly finalObs?: Batch<O>;
  readonly _finalObs?: Uint8Array;
  readonly finalInfo?: VectorInfo;
  readonly _finalInfo?: Uint8Array;
};

export interface VectorResetOptions {
  /** Environment i gets `seed + i`, or the i-th of a list (null: its generator goes on). */
  readonly seed?: number | readonly (number | null)[] | undefined;
  /** For the environments, but for `resetMask` (n of 0 or 1, at least one 1): resets only those. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** [obs, rewards [n], terminated [n], truncated [n], infos]. */
export type VectorStep<O extends Space = Space> = [
  observations: Batch<O>,
  rewards: Float64Array,
  terminated: Uint8Array,
  truncated: Uint8Array,
  infos: VectorInfo<O>,
];

/** `VectorEnv` alone stands for any. */
// biome-ignore lint/suspicious/noExplicitAny: as in Env
export interface VectorEnv<O extends Space = any, A extends Space = any> {
  readonly numEnvs: number;
  readonly singleObservationSpace: O;
  readonly singleActionSpace: A;
  readonly autoreset: Autoreset;
  reset(how?: VectorResetOptions): [observations: Batch<O>, infos: VectorInfo<O>];
  /** With `copy: false` the arrays of the answer are the environment's own: read them before the next call. */
  step(actions: Actions<A>): VectorStep<O>;
  render?(): readonly Picture[];
  close?(): void;
  snapshot?(): Json;
  restore?(state: Json): void;
  readonly name?: string;
  readonly inner?: VectorEnv;
}

export interface VectorOptions {
  /** Default `next-step`. */
  readonly autoreset?: Autoreset | undefined;
  /**
   * Default true: every answer has arrays of its own. False: the same arrays are used again by the next call, and a step
   * allocates nothing.
   */
  readonly copy?: boolean | undefined;
}
