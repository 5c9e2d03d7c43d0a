import { UsageError } from "../../base/index.ts";
import type { Json } from "../env.ts";
import type { VectorEnv } from "./vector-env.ts";

type Saved = { readonly own: Json; readonly inner: Json };

/** A vector environment around another: as `wrap` does it for one environment. */
export function wrapVector<V extends VectorEnv, W = V>(
  inner: V,
  name: string,
  overrides: Partial<VectorEnv> & { save?(): Json; load?(saved: Json): void },
): W {
  const { save, load, ...own } = overrides;
  const wrapped: VectorEnv = {
    ...inner,
    snapshot: (): Saved => ({ own: save?.() ?? null, inner: snapshotOfVector(inner) }),
    restore(state) {
      const saved = state as Saved;
      restoreVector(inner, saved.inner);
      load?.(saved.own);
    },
    name,
    inner,
    ...own,
  };
  return wrapped as unknown as W;
}

/** Everything that moves in a vector environment. @throws UsageError `no-snapshot` */
export function snapshotOfVector(vector: VectorEnv): Json {
  if (vector.snapshot === undefined) throw noSnapshot(vector);
  return vector.snapshot();
}

/** @throws UsageError `no-snapshot` */
export function restoreVector(vector: VectorEnv, state: Json): void {
  if (vector.restore === undefined) throw noSnapshot(vector);
  vector.restore(state);
}

const noSnapshot = (vector: VectorEnv): UsageError =>
  new UsageError(`${vector.name ?? "the vector environment"} cannot be saved, so a training on it cannot be resumed`, {
    code: "no-snapshot",
    help: "give it snapshot() and restore(state)",
  });
