/** What is said to a vector environment, taken apart and checked. */
import { UsageError } from "../../base/index.ts";
import { checkSeed } from "../random/seed-sequence.ts";
import { batchLength } from "../spaces/batch.ts";
import { contains } from "../spaces/contains.ts";
import type { Space } from "../spaces/space.ts";
import { badAction } from "../wrappers/passive-checker.ts";
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

/**
 * That a batch of actions has one for each environment, all of them members of their space but for the bounds of a Box of
 * floats. Looked at before anything moves, and before typed arrays make integers of what is none.
 *
 * @throws UsageError `bad-shape`, `bad-action`
 */
export function checkActions(space: Space, actions: unknown, n: number, name: string): void {
  if (space.kind === "tuple" || space.kind === "dict") {
    for (const [key, part] of Object.entries(space.spaces) as [string, Space][]) {
      checkActions(part, (actions as Record<string, unknown> | undefined)?.[key], n, name);
    }
    return;
  }
  const wanted = batchLength(space, n);
  const list = actions as ArrayLike<unknown> | undefined;
  if (list?.length !== wanted) {
    throw new UsageError(`wanted ${wanted} numbers of actions for ${n} environments, got ${String(list?.length)}`, {
      code: "bad-shape",
    });
  }
  for (let k = 0; k < wanted; k++) {
    if (isAction(space, list[k], k % (wanted / n))) continue;
    throw badAction(name, `${String(list[k])} for environment ${Math.floor(k / (wanted / n))}`);
  }
}

/** Whether a number may stand at place j of an action (of other spaces: whether it is a member). */
function isAction(space: Space, x: unknown, j: number): boolean {
  switch (space.kind) {
    case "discrete":
      return Number.isInteger(x) && (x as number) >= space.start && (x as number) < space.start + space.n;
    case "multi-discrete":
      return Number.isInteger(x) && (x as number) >= 0 && (x as number) < space.nvec[j]!;
    case "multi-binary":
      return x === 0 || x === 1;
    case "box":
      if (space.dtype === "float32" || space.dtype === "float64") return Number.isFinite(x);
      return Number.isInteger(x) && (x as number) >= space.low[j]! && (x as number) <= space.high[j]!;
    default:
      return contains(space, x);
  }
}

/** @throws UsageError `bad-env-option` */
export function checkEnvCount(n: number): void {
  if (Number.isSafeInteger(n) && n > 0) return;
  throw new UsageError(`wanted a positive number of environments, got ${n}`, { code: "bad-env-option" });
}

/** That a saved state is one of n environments. @throws UsageError `bad-shape` */
export function checkSavedCount(saved: number, n: number): void {
  if (saved === n) return;
  throw new UsageError(`the saved state is one of ${saved} environments, these are ${n}`, {
    code: "bad-shape",
    help: `make ${saved} environments to go on with it`,
  });
}

export const needsReset = (i: number): UsageError =>
  new UsageError(`environment ${i} has ended, and nobody resets it (autoreset is disabled)`, {
    code: "episode-over",
    help: "call reset({ options: { resetMask } }) with a 1 for every environment that ended",
  });
