/** n members side by side (`Batch`): numbers of all in one typed array, composites part by part. */
import { boxArray } from "./sampler.ts";
import type { Actions, Batch, Sample, Space } from "./space.ts";

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;
const flat = (space: Space): boolean => ["box", "discrete", "multi-discrete", "multi-binary"].includes(space.kind);

/** Numbers of one member of a flat space. */
function width(space: Space): number {
  if (space.kind === "box") return space.low.length;
  if (space.kind === "multi-discrete") return space.nvec.length;
  return space.kind === "multi-binary" ? space.n : 1;
}

const partsOf = (space: Space & { kind: "tuple" | "dict" }): readonly (readonly [key: string, part: Space])[] =>
  Object.entries(space.spaces);

function assemble(space: Space & { kind: "tuple" | "dict" }, part: (space: Space, key: string) => unknown): unknown {
  const made = partsOf(space).map(([key, inner]) => [key, part(inner, key)] as const);
  return space.kind === "tuple" ? made.map(([, value]) => value) : Object.fromEntries(made);
}

/** Room for n members, zeros (null where there is no number). */
export const emptyBatch = <const S extends Space>(space: S, n: number): Batch<S> => empty(space, n) as Batch<S>;

function empty(space: Space, n: number): unknown {
  switch (space.kind) {
    case "box":
      return boxArray(space.dtype, n * width(space));
    case "discrete":
    case "multi-discrete":
      return new Int32Array(n * width(space));
    case "multi-binary":
      return new Uint8Array(n * width(space));
    case "tuple":
    case "dict":
      return assemble(space, (part) => empty(part, n));
    default:
      return Array(n).fill(null);
  }
}

/** Puts a member at place i. */
export function writeBatch(space: Space, batch: unknown, i: number, member: unknown): void {
  if (space.kind === "discrete") {
    (batch as Int32Array)[i] = member as number;
  } else if (flat(space)) {
    (batch as Numbers).set(member as ArrayLike<number>, i * width(space));
  } else if (space.kind === "tuple" || space.kind === "dict") {
    for (const [key, part] of partsOf(space)) {
      writeBatch(part, Reflect.get(batch as object, key), i, Reflect.get(member as object, key));
    }
  } else {
    (batch as unknown[])[i] = member;
  }
}

/** The member at place i, with arrays of its own. */
export const readBatch = <const S extends Space>(space: S, batch: Batch<S> | Actions<S>, i: number): Sample<S> =>
  read(space, batch, i) as Sample<S>;

function read(space: Space, batch: unknown, i: number): unknown {
  const numbers = batch as ArrayLike<number>;
  switch (space.kind) {
    case "discrete":
      return numbers[i];
    case "box": {
      const size = width(space);
      const member = boxArray(space.dtype, size);
      for (let j = 0; j < size; j++) member[j] = numbers[i * size + j]!;
      return member;
    }
    case "multi-discrete":
      return Int32Array.from(space.nvec, (_, j) => numbers[i * space.nvec.length + j]!);
    case "multi-binary":
      return Uint8Array.from({ length: space.n }, (_, j) => numbers[i * space.n + j]!);
    case "tuple":
    case "dict":
      return assemble(space, (part, key) => read(part, Reflect.get(batch as object, key), i));
    default:
      return (batch as unknown[])[i];
  }
}

/** The same batch in other arrays, which `own` makes of its numbers. */
export function copyBatch(space: Space, batch: unknown, own: <T extends Numbers>(array: T) => T): unknown {
  if (space.kind === "tuple" || space.kind === "dict") {
    return assemble(space, (part, key) => copyBatch(part, Reflect.get(batch as object, key), own));
  }
  return Array.isArray(batch) ? batch.slice() : own(batch as Numbers);
}

/** How many numbers or members a batch of n has to have at its first level: what a wrong length is told by. */
export const batchLength = (space: Space, n: number): number => (flat(space) ? n * width(space) : n);
