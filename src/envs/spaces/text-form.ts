/** Spaces and their members as text: for people, for JSON, and to tell whether two spaces are the same. */
import type { Json } from "../env.ts";
import { boxArray } from "./box-array.ts";
import type { Sample, Space } from "./space.ts";

/** As Gymnasium prints it: `Box(-1, 1, (3,), float32)`, `Dict('a': Discrete(2))`. */
export function describeSpace(space: Space): string {
  const all = (spaces: readonly Space[]) => spaces.map(describeSpace).join(", ");
  switch (space.kind) {
    case "box": {
      const short = (bound: Float64Array) =>
        bound.every((v) => v === bound[0]) ? `${bound[0]}` : `[${bound.join(" ")}]`;
      const shape = space.shape.length === 1 ? `(${space.shape[0]},)` : `(${space.shape.join(", ")})`;
      return `Box(${short(space.low)}, ${short(space.high)}, ${shape}, ${space.dtype})`;
    }
    case "discrete":
      return space.start === 0 ? `Discrete(${space.n})` : `Discrete(${space.n}, start=${space.start})`;
    case "multi-discrete":
      return `MultiDiscrete([${space.nvec.join(" ")}])`;
    case "multi-binary":
      return `MultiBinary(${space.n})`;
    case "text":
      return `Text(${space.minLength}, ${space.maxLength}, charset=${space.charset})`;
    case "tuple":
      return `Tuple(${all(space.spaces)})`;
    case "dict":
      return `Dict(${Object.entries(space.spaces)
        .map(([key, part]) => `'${key}': ${describeSpace(part)}`)
        .join(", ")})`;
    case "sequence":
      return `Sequence(${describeSpace(space.space)})`;
    case "one-of":
      return `OneOf(${all(space.spaces)})`;
    case "graph":
      return `Graph(${describeSpace(space.node)}, ${space.edge === null ? "None" : describeSpace(space.edge)})`;
  }
}

/** Whether two spaces have the same members. */
export const sameSpace = (a: Space, b: Space): boolean => describeSpace(a) === describeSpace(b);

/** A member as JSON: typed arrays as lists. */
export function toJsonable<S extends Space>(_space: S, member: Sample<S>): Json {
  return plain(member);
}

function plain(x: unknown): Json {
  if (ArrayBuffer.isView(x)) return Array.from(x as unknown as ArrayLike<number>);
  if (Array.isArray(x)) return x.map(plain);
  if (typeof x === "object" && x !== null) {
    return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, plain(value)]));
  }
  return x as Json;
}

/** The member that `toJsonable` wrote. */
export const fromJsonable = <const S extends Space>(space: S, json: Json): Sample<S> =>
  revive(space, json) as Sample<S>;

// biome-ignore lint/suspicious/noExplicitAny: JSON of a shape that the space says
function revive(space: Space, json: any): unknown {
  switch (space.kind) {
    case "box":
      return boxArray(space.dtype, json);
    case "multi-discrete":
      return Int32Array.from(json);
    case "multi-binary":
      return Uint8Array.from(json);
    case "tuple":
      return space.spaces.map((part, i) => revive(part, json[i]));
    case "dict":
      return Object.fromEntries(Object.entries(space.spaces).map(([key, part]) => [key, revive(part, json[key])]));
    case "sequence":
      return json.map((member: unknown) => revive(space.space, member));
    case "one-of":
      return [json[0], revive(space.spaces[json[0]]!, json[1])];
    case "graph":
      return {
        nodes: json.nodes.map((node: unknown) => revive(space.node, node)),
        edges: json.edges?.map((edge: unknown) => revive(space.edge!, edge)) ?? null,
        edgeLinks: json.edgeLinks === null ? null : Int32Array.from(json.edgeLinks),
      };
    default:
      return json;
  }
}
