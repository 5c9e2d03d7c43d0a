/** n members side by side (`Batch`): numbers of all in one typed array, composites part by part. */
import { UsageError } from "../../base/index.ts";
import { boxArray, boxArrays } from "./box-array.ts";
import { box, dict, multiBinary, multiDiscrete, tuple } from "./build.ts";
import type { Actions, Batch, BoxType, Member, Sample, Space } from "./space.ts";
import { describeSpace } from "./text-form.ts";

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

/** Memory for a typed array of so many bytes; the batches of threads lie in memory that they share. */
export type Room = (bytes: number) => { readonly buffer: ArrayBufferLike; readonly at: number };

const ownRoom: Room = (bytes) => ({ buffer: new ArrayBuffer(bytes), at: 0 });

/** Room for n members, zeros (null where there is no number). */
export const emptyBatch = <const S extends Space>(space: S, n: number, room: Room = ownRoom): Batch<S> =>
  empty(space, n, room) as Batch<S>;

function empty(space: Space, n: number, room: Room): unknown {
  switch (space.kind) {
    case "box":
      return boxArrayIn(space.dtype, n * width(space), room);
    case "discrete":
    case "multi-discrete":
      return boxArrayIn("int32", n * width(space), room);
    case "multi-binary":
      return boxArrayIn("uint8", n * width(space), room);
    case "tuple":
    case "dict":
      return assemble(space, (part) => empty(part, n, room));
    default:
      return Array(n).fill(null);
  }
}

function boxArrayIn(dtype: BoxType, length: number, room: Room): Numbers {
  const Typed = boxArrays[dtype];
  const { buffer, at } = room(length * Typed.BYTES_PER_ELEMENT);
  return new Typed(buffer as ArrayBuffer, at, length);
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

/** The space of n members of a space, where numbers make one. @throws UsageError `bad-space` */
export function batchSpace(space: Space, n: number): Space {
  switch (space.kind) {
    case "box": {
      const repeat = (bound: Float64Array) =>
        Float64Array.from({ length: n * bound.length }, (_, i) => bound[i % bound.length]!);
      return box(repeat(space.low), repeat(space.high), [n, ...space.shape], space.dtype);
    }
    case "discrete":
      return box(space.start, space.start + space.n - 1, [n], "int32");
    case "multi-discrete":
      return multiDiscrete(Array(n).fill(space.nvec).flat());
    case "multi-binary":
      return multiBinary(n * space.n);
    case "tuple":
      return tuple(space.spaces.map((part) => batchSpace(part, n)));
    case "dict":
      return dict(Object.fromEntries(partsOf(space).map(([key, part]) => [key, batchSpace(part, n)])));
    default:
      throw new UsageError(`${describeSpace(space)} has no fixed size to be stacked by`, { code: "bad-space" });
  }
}

/** The member that is nearest to zero. */
export function zeroOf(space: Space): Member {
  switch (space.kind) {
    case "box":
      return boxArray(
        space.dtype,
        space.low.map((low, i) => Math.min(Math.max(0, low), space.high[i]!)),
      );
    case "discrete":
      return space.start;
    case "multi-discrete":
      return new Int32Array(space.nvec.length);
    case "multi-binary":
      return new Uint8Array(space.n);
    case "text":
      return space.charset[0]!.repeat(space.minLength);
    case "tuple":
    case "dict":
      return assemble(space, zeroOf) as Member;
    case "sequence":
      return [];
    case "one-of":
      return [0, zeroOf(space.spaces[0]!)];
    case "graph":
      return { nodes: [zeroOf(space.node)] as number[], edges: null, edgeLinks: null };
  }
}
