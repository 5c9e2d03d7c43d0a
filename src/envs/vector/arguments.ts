/** What is said to a vector environment, taken apart and checked. */
import { UsageError } from "../../base/index.ts";
import { checkSeed } from "../random/seed-sequence.ts";
import { batchLength } from "../spaces/batch.ts";
import type { Space } from "../spaces/space.ts";
import type { VectorResetOptions } from "./vector-env.ts";

export interface ResetPlan {
  /** Of each environment; undefined: its generator goes on. */
  readonly seeds: readonly (number | undefined)[];
  readonly isReset: (i: number) => boolean;
  readonly options: Readonly<Record<string, unknown>> | undefined;
}

/** @throws UsageError `bad-seed`, `bad-shape` */
export function resetPlan({ seed, options = {} }: VectorResetOptions, n: number): ResetPlan {
  const { resetMask, ...rest } = options;
  return {
    seeds: seedsOf(seed, n),
    isReset: maskOf(resetMask, n),
    options: Object.keys(rest).length === 0 ? undefined : rest,
  };
}

function seedsOf(seed: VectorResetOptions["seed"], n: number): readonly (number | undefined)[] {
  if (seed === undefined) return Array(n).fill(undefined);
  if (typeof seed === "number") {
    checkSeed(seed);
    return Array.from({ length: n }, (_, i) => seed + i);
  }
  if (seed.length !== n) {
    throw new UsageError(`wanted ${n} seeds, one an environment, got ${seed.length}`, { code: "bad-shape" });
  }
  return seed.map((one) => {
    if (one === null) return undefined;
    checkSeed(one);
    return one;
  });
}

function maskOf(mask: unknown, n: number): (i: number) => boolean {
  if (mask === undefined) return () => true;
  const isList = Array.isArray(mask) || ArrayBuffer.isView(mask);
  const values = isList ? Array.from(mask as ArrayLike<unknown>, Boolean) : [];
  if (values.length !== n || !values.includes(true)) {
    throw new UsageError(`wanted a resetMask of ${n} values of 0 or 1 with at least one 1`, { code: "bad-shape" });
  }
  return (i) => values[i]!;
}

/** @throws UsageError `bad-shape` */
export function checkCount(space: Space, actions: { readonly length?: unknown }, n: number): void {
  const length = space.kind === "dict" || space.kind === "tuple" ? undefined : batchLength(space, n);
  if (length !== undefined && actions?.length !== length) {
    throw new UsageError(`wanted ${length} numbers of actions for ${n} environments, got ${String(actions?.length)}`, {
      code: "bad-shape",
    });
  }
}

/** @throws UsageError `bad-env-option` */
export function checkEnvCount(n: number): void {
  if (Number.isSafeInteger(n) && n > 0) return;
  throw new UsageError(`wanted a positive number of environments, got ${n}`, { code: "bad-env-option" });
}

export const needsReset = (i: number): UsageError =>
  new UsageError(`environment ${i} has ended, and nobody resets it (autoreset is disabled)`, {
    code: "episode-over",
    help: "call reset({ options: { resetMask } }) with a 1 for every environment that ended",
  });
