/**
 * Random members of a space, number for number those of Gymnasium 1.4's `space.seed(seed)` and `space.sample(mask,
 * probability)` (gymnasium/spaces): every part of a composite has a generator of its own, seeded by the whole's.
 */
import { assert, UsageError } from "../../base/index.ts";
import { type Generator, type GeneratorState, generator } from "../random/generator.ts";
import { boxArray } from "./box-array.ts";
import { box } from "./build.ts";
import type { Box, BoxArrays, BoxType, Discrete, Sample, Space } from "./space.ts";

/**
 * What may be drawn: for a Discrete n of 0 or 1 (all 0: the first is drawn); for a MultiDiscrete one such list a number;
 * for a MultiBinary 0 (never), 1 (always) or 2 (random) a bit; for a Text `[length, list over the charset]`; for a Sequence
 * `[length, mask of a member]`; for a Tuple, a OneOf and a Dict one mask a part. null leaves a part free.
 */
export type Mask = ArrayLike<number> | number | null | readonly Mask[] | { readonly [key: string]: Mask };

/** Either a mask, or the same form with the probability of each choice (of a bit: that it is 1). */
export interface HowToSample {
  readonly mask?: Mask | undefined;
  readonly probability?: Mask | undefined;
}

export type SamplerState = {
  readonly own: GeneratorState;
  readonly parts: readonly SamplerState[];
};

export interface Sampler<S extends Space = Space> {
  /** @throws UsageError `bad-mask` */
  sample(how?: HowToSample): Sample<S>;
  /** Begins anew. @throws UsageError `bad-seed` */
  seed(seed: number): void;
  save(): SamplerState;
  load(state: SamplerState): void;
}

/** Draws members of a space. @throws UsageError `bad-seed` */
export function sampler<const S extends Space>(space: S, seed = 0): Sampler<S> {
  const node = sow(space, seed);
  return {
    sample(how = {}) {
      if (how.mask !== undefined && how.probability !== undefined) throw badMask("either a mask or probabilities", how);
      return draw(node, how) as Sample<S>;
    },
    seed: (next) => reseed(node, next),
    save: () => save(node),
    load: (state) => load(node, state),
  };
}

/** A space with its generator, and so its parts. */
interface Node {
  readonly space: Space;
  rng: Generator;
  readonly parts: readonly Node[];
}

function partsOf(space: Space): readonly Space[] {
  switch (space.kind) {
    case "tuple":
    case "one-of":
      return space.spaces;
    case "dict":
      return Object.values(space.spaces);
    case "sequence":
      return [space.space];
    case "graph":
      return space.edge === null ? [space.node] : [space.node, space.edge];
    default:
      return [];
  }
}

function sow(space: Space, seed: number): Node {
  const node: Node = { space, rng: generator(seed), parts: partsOf(space).map((part) => sow(part, 0)) };
  reseed(node, seed);
  return node;
}

function reseed(node: Node, seed: number): void {
  node.rng = generator(seed);
  for (const part of node.parts) reseed(part, node.rng.integers(2147483647));
  // Where the whole draws too, it begins anew after having seeded its parts.
  if (["sequence", "one-of", "graph"].includes(node.space.kind)) node.rng = generator(seed);
}

const save = (node: Node): SamplerState => ({ own: node.rng.save(), parts: node.parts.map(save) });
function load(node: Node, state: SamplerState): void {
  node.rng.load(state.own);
  node.parts.forEach((part, i) => {
    load(part, state.parts[i]!);
  });
}

function draw(node: Node, how: HowToSample): unknown {
  const { space, rng, parts } = node;
  const given = how.mask ?? how.probability ?? null;
  /** The same kind of restriction for a part. */
  const pass = (part: Mask | undefined): HowToSample =>
    part === null || part === undefined ? {} : how.mask !== undefined ? { mask: part } : { probability: part };
  switch (space.kind) {
    case "box":
      if (given !== null) throw badMask("no mask for a Box", given);
      return drawBox(space, rng);
    case "discrete":
      return space.start + (given === null ? rng.integers(space.n) : choose(rng, list(given, space.n), how));
    case "multi-discrete":
      if (given === null) return Int32Array.from(space.nvec, (n) => Math.floor(rng.random() * n));
      return Int32Array.from(space.nvec, (n, i) => choose(rng, list(each(given, space.nvec.length)[i]!, n), how));
    case "multi-binary": {
      if (given === null) return rng.smallIntegers(2, space.n);
      const wanted = list(given, space.n);
      if (how.probability !== undefined) return Uint8Array.from(wanted, (p) => (rng.random() <= p ? 1 : 0));
      const free = rng.smallIntegers(2, space.n);
      return free.map((bit, i) => (wanted[i] === 2 ? bit : wanted[i]!));
    }
    case "text": {
      const [length, characters] = given === null ? [null, null] : each(given, 2);
      const count = (length as number | null) ?? rng.integers(space.minLength, space.maxLength + 1);
      if (count < space.minLength || count > space.maxLength) throw badMask("a length that the Text allows", count);
      const all = space.charset.split("");
      const weights = characters === null ? all.map(() => 1 / all.length) : normalised(list(characters!, all.length));
      return Array.from({ length: count }, () => rng.choice(all, weights)).join("");
    }
    case "tuple": {
      const masks = given === null ? [] : each(given, parts.length);
      return parts.map((part, i) => draw(part, pass(masks[i])));
    }
    case "dict": {
      const keys = Object.keys(space.spaces);
      const masks = (given ?? {}) as { readonly [key: string]: Mask };
      return Object.fromEntries(keys.map((key, i) => [key, draw(parts[i]!, pass(masks[key]))]));
    }
    case "sequence": {
      const [length, member] = given === null ? [null, null] : each(given, 2);
      const count = (length as number | null) ?? rng.geometric(0.25);
      return Array.from({ length: count }, () => draw(parts[0]!, pass(member)));
    }
    case "one-of": {
      const masks = given === null ? [] : each(given, parts.length);
      const index = rng.integers(parts.length);
      return [index, draw(parts[index]!, pass(masks[index]))];
    }
    case "graph":
      if (given !== null) throw badMask("no mask for a Graph", given);
      return drawGraph(node);
  }
}

/** Uniform where both bounds are finite, exponential from one, normal without: in this order of groups, as NumPy fills them. */
function drawBox<D extends BoxType>(space: Box<D>, rng: Generator): BoxArrays[D] {
  const { low, high, dtype } = space;
  const isInteger = dtype === "int32" || dtype === "uint8";
  const values = new Float64Array(low.length);
  const fill = (below: boolean, above: boolean, value: (i: number) => number) => {
    for (let i = 0; i < low.length; i++) {
      if (Number.isFinite(low[i]) === below && Number.isFinite(high[i]) === above) values[i] = value(i);
    }
  };
  fill(false, false, () => rng.normal());
  fill(true, false, (i) => rng.exponential() + low[i]!);
  fill(false, true, (i) => -rng.exponential() + high[i]!);
  fill(true, true, (i) => rng.uniform(low[i]!, high[i]! + (isInteger ? 1 : 0)));
  return boxArray(dtype, isInteger ? values.map(Math.floor) : values);
}

/** Ten nodes, and up to 10·9 − 1 edges. The nodes come from a copy of their generator, which itself makes one draw (as there). */
function drawGraph({ space, rng, parts }: Node): unknown {
  assert(space.kind === "graph", "a graph's node");
  const count = 10;
  const edgeCount = rng.integers(count * (count - 1));
  const many = (part: Node, n: number): unknown[] => {
    const before = part.rng.save();
    const members = drawMany(part.space as Box | Discrete, part.rng, n);
    part.rng.load(before);
    part.rng.random();
    return members;
  };
  const nodes = many(parts[0]!, count);
  if (parts[1] === undefined || edgeCount === 0) return { nodes, edges: null, edgeLinks: null };
  const edges = many(parts[1], edgeCount);
  return { nodes, edges, edgeLinks: Int32Array.from({ length: 2 * edgeCount }, () => rng.integers(count)) };
}

function drawMany(space: Box | Discrete, rng: Generator, n: number): unknown[] {
  if (space.kind === "discrete") {
    return Array.from({ length: n }, () => space.start + Math.floor(rng.random() * space.n));
  }
  const size = space.low.length;
  const repeat = (bound: Float64Array) => Float64Array.from({ length: n * size }, (_, i) => bound[i % size]!);
  const all = drawBox(box(repeat(space.low), repeat(space.high), [n * size], space.dtype), rng);
  return Array.from({ length: n }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** An index by mask or probability. */
function choose(rng: Generator, given: ArrayLike<number>, how: HowToSample): number {
  if (how.probability !== undefined) {
    return rng.choice(
      Array.from(given, (_, i) => i),
      normalised(given, true),
    );
  }
  const allowed = Array.from(given, (_, i) => i).filter((i) => given[i] === 1);
  return allowed.length === 0 ? 0 : rng.choice(allowed);
}

/** Weights with sum 1; refused when they should have it and have not. */
function normalised(weights: ArrayLike<number>, alreadyOne = false): Float64Array {
  const values = Float64Array.from(weights);
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.some((p) => !(p >= 0)) || !(sum > 0) || (alreadyOne && Math.abs(sum - 1) > 1e-5)) {
    throw badMask("probabilities ≥ 0 that sum to 1", values);
  }
  return values.map((p) => p / sum);
}

function list(given: Mask, length: number): ArrayLike<number> {
  const isList = typeof given === "object" && given !== null && "length" in given;
  if (!isList || given.length !== length) throw badMask(`a list of ${length} numbers`, given);
  return given as ArrayLike<number>;
}

const each = (given: Mask, length: number): readonly Mask[] => Array.from(list(given, length) as ArrayLike<Mask>);

const badMask = (wanted: string, got: unknown): UsageError =>
  new UsageError(`wanted ${wanted} to sample by, got ${JSON.stringify(got)}`, { code: "bad-mask" });
