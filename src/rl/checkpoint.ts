/** What the checkpoints of all algorithms here have in common. */
import { type NDArray, UsageError } from "../base/index.ts";
import type { Json, VectorEnv } from "../envs/index.ts";
import type { CheckpointFiles } from "../run/index.ts";
import type { Optimized } from "./fused.ts";
import { type NormalizerFile, type NormalizerState, normalizerFile, restoreNormalizer } from "./normalizer.ts";

type Tensors = ReadonlyMap<string, NDArray<"float32">>;

/** A file of tensors that a checkpoint of this algorithm has. */
export const tensorsOf = (files: CheckpointFiles, path: string): Tensors => files[path] as Tensors;

/** The optimizer's state as tensors; how many steps it took stands in `state.json`. */
export const optimizerFile = ({ slots }: Pick<Optimized, "slots">): Map<string, NDArray> =>
  new Map(Object.entries(slots).map(([name, data]) => [name, { dtype: "float32", shape: [data.length], data }]));

export function restoreOptimizer({ slots }: Pick<Optimized, "slots">, file: Tensors): void {
  for (const [name, slot] of Object.entries(slots)) slot.set(file.get(name)!.data);
}

/** What is seen now and the sums of the episodes under way, and what a policy remembers of them, as JSON. */
export interface UnderWay<A = readonly number[]> {
  readonly observations: A;
  readonly returns: A;
  readonly lengths: A;
  readonly memory?: A;
}
type Arrays = { readonly [N in keyof UnderWay]: Float32Array | Float64Array | Int32Array };

export const underWayFile = ({ observations, returns, lengths, memory }: Arrays): UnderWay => ({
  observations: [...observations],
  returns: [...returns],
  lengths: [...lengths],
  ...(memory && { memory: [...memory] }),
});

export function restoreUnderWay(arrays: Arrays, saved: UnderWay): void {
  for (const name of ["observations", "returns", "lengths"] as const) arrays[name].set(saved[name]);
  if (saved.memory) arrays.memory?.set(saved.memory);
}

/** Environments, and the statistics of what they showed where a run scales by them. */
export interface Seen {
  readonly env: VectorEnv;
  readonly scaling: NormalizerState | undefined;
}
export interface SeenFile {
  readonly env: Json;
  readonly scaling?: NormalizerFile;
}

/** @throws UsageError `no-snapshot` */
export const seenFile = ({ env, scaling }: Seen): SeenFile => ({
  env: envFile(env),
  ...(scaling && { scaling: normalizerFile(scaling) }),
});

export function restoreSeen({ env, scaling }: Seen, saved: SeenFile): void {
  env.restore?.(saved.env);
  if (scaling && saved.scaling) restoreNormalizer(scaling, saved.scaling);
}

/** @throws UsageError `no-snapshot` */
export function envFile(env: Pick<VectorEnv, "snapshot">): Json {
  if (env.snapshot) return env.snapshot();
  throw new UsageError("the environment has no snapshot(), so this run cannot go on from a checkpoint", {
    code: "no-snapshot",
    help: "give it snapshot() and restore(), or train without saving",
  });
}
