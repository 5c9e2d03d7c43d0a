/**
 * Members as vectors of numbers (gymnasium/spaces/utils.py): a Discrete becomes one-hot, a Text the positions of its
 * characters, composites the concatenation of their parts. A Sequence and a Graph have no fixed length and are refused.
 */
import { UsageError } from "../../base/index.ts";
import { boxArray } from "./box-array.ts";
import { box } from "./build.ts";
import type { Box, Dict, OneOf, Sample, Space, Tuple } from "./space.ts";

type Numbers = Float32Array | Float64Array;

const partsOf = (space: Tuple | Dict): readonly (readonly [key: string, part: Space])[] => Object.entries(space.spaces);
const longest = (space: OneOf): number => Math.max(...space.spaces.map(flatdim));
const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

function noVector(space: Space): UsageError {
  return new UsageError(`a ${space.kind} has no fixed length, so it is no vector`, {
    code: "bad-space",
    help: "give the environment an observation of fixed size by a wrapper, transformObservation",
  });
}

/** Length of the vector. @throws UsageError `bad-space` for a Sequence or a Graph. */
export function flatdim(space: Space): number {
  switch (space.kind) {
    case "box":
      return space.low.length;
    case "discrete":
    case "multi-binary":
      return space.n;
    case "multi-discrete":
      return total(space.nvec);
    case "text":
      return space.maxLength;
    case "tuple":
    case "dict":
      return total(partsOf(space).map(([, part]) => flatdim(part)));
    case "one-of":
      return 1 + longest(space);
    default:
      throw noVector(space);
  }
}

/** The member as a vector; exact. */
export function flatten<S extends Space>(space: S, member: Sample<S>): Float64Array {
  const out = new Float64Array(flatdim(space));
  flattenInto(space as Space, member as unknown, out, 0);
  return out;
}

/** The same into out[at …]; returns the place after it. */
export function flattenInto(space: Space, member: unknown, out: Numbers, at: number): number {
  const end = at + flatdim(space);
  switch (space.kind) {
    case "box":
    case "multi-binary":
      out.set(member as ArrayLike<number>, at);
      break;
    case "discrete":
      out.fill(0, at, end);
      out[at + (member as number) - space.start] = 1;
      break;
    case "multi-discrete": {
      out.fill(0, at, end);
      let from = at;
      space.nvec.forEach((n, i) => {
        out[from + (member as ArrayLike<number>)[i]!] = 1;
        from += n;
      });
      break;
    }
    case "text":
      // What is beyond the end has a number of its own.
      out.fill(space.charset.length, at, end);
      (member as string).split("").forEach((character, i) => {
        out[at + i] = space.charset.indexOf(character);
      });
      break;
    case "tuple":
    case "dict": {
      let from = at;
      for (const [key, part] of partsOf(space)) from = flattenInto(part, Reflect.get(member as object, key), out, from);
      break;
    }
    case "one-of": {
      const [index, inner] = member as readonly [number, unknown];
      out[at] = index;
      const used = flattenInto(space.spaces[index]!, inner, out, at + 1);
      out.fill(out[at + 1]!, used, end); // the rest repeats the first number
      break;
    }
    default:
      throw noVector(space);
  }
  return end;
}

/** The member that a vector stands for. @throws UsageError `bad-shape` for a vector of another length, or without a 1 where one-hot is wanted. */
export function unflatten<const S extends Space>(space: S, vector: ArrayLike<number>): Sample<S> {
  if (vector.length !== flatdim(space)) throw badVector(`${flatdim(space)} numbers, got ${vector.length}`);
  return read(space, Float64Array.from(vector)) as Sample<S>;
}

const badVector = (message: string) => new UsageError(`wanted a vector of ${message}`, { code: "bad-shape" });

function read(space: Space, x: Float64Array): unknown {
  switch (space.kind) {
    case "box":
      return boxArray(space.dtype, x);
    case "multi-binary":
      return Uint8Array.from(x);
    case "discrete":
      return space.start + hot(x);
    case "multi-discrete":
      return Int32Array.from(split(x, space.nvec), hot);
    case "text":
      return Array.from(x, (i) => space.charset[i] ?? "").join("");
    case "tuple":
    case "dict": {
      const parts = partsOf(space);
      const pieces = split(
        x,
        parts.map(([, part]) => flatdim(part)),
      );
      const members = parts.map(([key, part], i) => [key, read(part, pieces[i]!)] as const);
      return space.kind === "tuple" ? members.map(([, member]) => member) : Object.fromEntries(members);
    }
    case "one-of": {
      const part = space.spaces[x[0]!];
      if (part === undefined) throw badVector(`a OneOf that begins with the index of a part, got ${x[0]}`);
      return [x[0], read(part, x.subarray(1, 1 + flatdim(part)))];
    }
    default:
      throw noVector(space);
  }
}

function hot(x: Float64Array): number {
  const index = x.findIndex((v) => v !== 0);
  if (index < 0) throw badVector("a choice with a 1 in it, got only 0");
  return index;
}

function split(x: Float64Array, lengths: readonly number[]): Float64Array[] {
  let from = 0;
  return lengths.map((length) => {
    from += length;
    return x.subarray(from - length, from);
  });
}

/** The Box of all such vectors, float32. */
export function flattenSpace(space: Space): Box<"float32"> {
  const [low, high] = bounds(space);
  return box(low, high);
}

function bounds(space: Space): readonly [low: number[], high: number[]] {
  const n = flatdim(space);
  switch (space.kind) {
    case "box":
      return [Array.from(space.low), Array.from(space.high)];
    case "text":
      return [Array(n).fill(0), Array(n).fill(space.charset.length)];
    case "tuple":
    case "dict": {
      const parts = partsOf(space).map(([, part]) => bounds(part));
      return [parts.flatMap(([low]) => low), parts.flatMap(([, high]) => high)];
    }
    case "one-of": {
      const parts = space.spaces.map(bounds);
      const low = Math.min(...parts.flatMap(([low]) => low));
      const high = Math.max(...parts.flatMap(([, high]) => high));
      return [
        [0, ...Array(n - 1).fill(low)],
        [space.spaces.length - 1, ...Array(n - 1).fill(high)],
      ];
    }
    default:
      return [Array(n).fill(0), Array(n).fill(1)];
  }
}
