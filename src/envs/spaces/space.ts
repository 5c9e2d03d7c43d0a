/**
 * Spaces: what an observation or an action may be (Gymnasium 1.4, `gymnasium.spaces`). A space is plain frozen data
 * that can be sent to a thread; what is done with it are functions: `sampler`, `contains`, `flatten`, `toJsonable`, …
 *
 * `Sample<typeof space>` is the type of its members:
 * ```ts
 * const space = dict({ arm: box(-1, 1, [3]), grip: discrete(2) });
 * type Action = Sample<typeof space>; // { readonly arm: Float32Array; readonly grip: number }
 * ```
 */

/** Element types of a `Box`, and the typed arrays that hold them. */
export interface BoxArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  uint8: Uint8Array;
}
export type BoxType = keyof BoxArrays;

/** The product of intervals: one typed array in row-major order of `shape`. Bounds are inclusive, ±Infinity is none. */
export interface Box<D extends BoxType = BoxType> {
  readonly kind: "box";
  readonly dtype: D;
  readonly shape: readonly number[];
  /** One bound a coordinate, row-major. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The integers `start` … `start + n − 1`. */
export interface Discrete {
  readonly kind: "discrete";
  readonly n: number;
  readonly start: number;
}

/** Several integers at once, the i-th in 0 … nvec[i] − 1: an Int32Array. */
export interface MultiDiscrete {
  readonly kind: "multi-discrete";
  readonly nvec: readonly number[];
}

/** n bits: a Uint8Array of zeros and ones. */
export interface MultiBinary {
  readonly kind: "multi-binary";
  readonly n: number;
}

/** Strings of `minLength` … `maxLength` characters of `charset` (each one UTF-16 unit). */
export interface Text {
  readonly kind: "text";
  readonly minLength: number;
  readonly maxLength: number;
  readonly charset: string;
}

/** One member of each part, in order. */
export interface Tuple<P extends readonly Space[] = readonly Space[]> {
  readonly kind: "tuple";
  readonly spaces: P;
}

export interface SpaceRecord {
  readonly [key: string]: Space;
}

/** One member of each part, by name. Keys are kept sorted, as Gymnasium keeps them: seeds and flat vectors follow. */
export interface Dict<P extends SpaceRecord = SpaceRecord> {
  readonly kind: "dict";
  readonly spaces: P;
}

/** Lists of any length of members of one space. */
export interface Sequence<S extends Space = Space> {
  readonly kind: "sequence";
  readonly space: S;
}

/** A member of one of several spaces, said by its index: `[index, member]`. */
export interface OneOf<P extends readonly Space[] = readonly Space[]> {
  readonly kind: "one-of";
  readonly spaces: P;
}

/** Graphs with a member of `node` at every node and, where `edge` is given, one of `edge` at every edge. */
export interface Graph {
  readonly kind: "graph";
  readonly node: Box | Discrete;
  readonly edge: Box | Discrete | null;
}

/** `nodes` has one member a node, `edges` one an edge, `edgeLinks` two numbers an edge: from node, to node. */
export interface GraphSample {
  readonly nodes: readonly (BoxArrays[BoxType] | number)[];
  readonly edges: readonly (BoxArrays[BoxType] | number)[] | null;
  readonly edgeLinks: Int32Array | null;
}

export type Space =
  | Box
  | Discrete
  | MultiDiscrete
  | MultiBinary
  | Text
  | { readonly kind: "tuple"; readonly spaces: readonly Space[] }
  | { readonly kind: "dict"; readonly spaces: SpaceRecord }
  | { readonly kind: "sequence"; readonly space: Space }
  | { readonly kind: "one-of"; readonly spaces: readonly Space[] }
  | Graph;

/** A member of any space. */
export type Member =
  | number
  | string
  | BoxArrays[BoxType]
  | GraphSample
  | readonly Member[]
  | { readonly [key: string]: Member };

/** The type of a space's members. */
export type Sample<S> = Space extends S ? Member : KnownSample<S>;

type KnownSample<S> =
  S extends Box<infer D>
    ? BoxArrays[D]
    : S extends Discrete
      ? number
      : S extends MultiDiscrete
        ? Int32Array
        : S extends MultiBinary
          ? Uint8Array
          : S extends Text
            ? string
            : S extends Graph
              ? GraphSample
              : S extends { readonly kind: "tuple"; readonly spaces: infer P }
                ? { readonly [K in keyof P]: Sample<P[K]> }
                : S extends { readonly kind: "dict"; readonly spaces: infer P }
                  ? { readonly [K in keyof P]: Sample<P[K]> }
                  : S extends { readonly kind: "sequence"; readonly space: infer P }
                    ? readonly Sample<P>[]
                    : S extends { readonly kind: "one-of"; readonly spaces: infer P extends readonly Space[] }
                      ? readonly [index: number, member: Sample<P[number]>]
                      : never;

/**
 * n members as vector environments give them: numbers in one typed array [n × d] (a Discrete's in an Int32Array [n]),
 * a tuple or dict of batches for composites, a list for what has no fixed size.
 */
export type Batch<S> = Space extends S ? AnyBatch : KnownBatch<S>;

export type AnyBatch = BoxArrays[BoxType] | readonly (Member | AnyBatch)[] | { readonly [key: string]: AnyBatch };

type KnownBatch<S> =
  S extends Box<infer D>
    ? BoxArrays[D]
    : S extends Discrete | MultiDiscrete
      ? Int32Array
      : S extends MultiBinary
        ? Uint8Array
        : S extends { readonly kind: "tuple"; readonly spaces: infer P }
          ? { readonly [K in keyof P]: Batch<P[K]> }
          : S extends { readonly kind: "dict"; readonly spaces: infer P }
            ? { readonly [K in keyof P]: Batch<P[K]> }
            : readonly Sample<S>[];

/** What a vector environment takes for n actions: as `Batch`, and for numbers any flat list [n × d]. */
export type Actions<A> = Space extends A
  ? ArrayLike<number> | AnyBatch
  : A extends Box | Discrete | MultiDiscrete | MultiBinary
    ? ArrayLike<number>
    : Batch<A>;
