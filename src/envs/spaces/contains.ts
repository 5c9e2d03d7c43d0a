import { sizeOf } from "../../base/index.ts";
import type { Sample, Space } from "./space.ts";

const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || (ArrayBuffer.isView(x) && "length" in x);
const isWithin = (x: unknown, n: number, start = 0): boolean =>
  Number.isInteger(x) && (x as number) >= start && (x as number) < start + n;

function every(list: ArrayLike<unknown>, test: (x: unknown, i: number) => boolean): boolean {
  for (let i = 0; i < list.length; i++) if (!test(list[i], i)) return false;
  return true;
}

/** One line a kind. Lists of numbers may be typed arrays or plain ones. */
const tests: { readonly [K in Space["kind"]]: (space: Space & { kind: K }, x: unknown) => boolean } = {
  box: ({ low, high, shape, dtype }, x) =>
    isList(x) &&
    x.length === sizeOf(shape) &&
    every(x, (v, i) => {
      const whole = dtype === "float32" || dtype === "float64" || Number.isInteger(v);
      return typeof v === "number" && whole && v >= low[i]! && v <= high[i]!;
    }),
  discrete: ({ n, start }, x) => isWithin(x, n, start),
  "multi-discrete": ({ nvec }, x) => isList(x) && x.length === nvec.length && every(x, (v, i) => isWithin(v, nvec[i]!)),
  "multi-binary": ({ n }, x) => isList(x) && x.length === n && every(x, (v) => v === 0 || v === 1),
  text: ({ minLength, maxLength, charset }, x) =>
    typeof x === "string" &&
    x.length >= minLength &&
    x.length <= maxLength &&
    x.split("").every((character) => charset.includes(character)),
  tuple: ({ spaces }, x) => isList(x) && x.length === spaces.length && every(x, (v, i) => contains(spaces[i]!, v)),
  dict({ spaces }, x) {
    if (typeof x !== "object" || x === null) return false;
    const parts = Object.entries(spaces);
    return Object.keys(x).length === parts.length && parts.every(([key, part]) => contains(part, Reflect.get(x, key)));
  },
  sequence: ({ space }, x) => isList(x) && every(x, (v) => contains(space, v)),
  "one-of": ({ spaces }, x) =>
    isList(x) && x.length === 2 && isWithin(x[0], spaces.length) && contains(spaces[x[0] as number]!, x[1]),
  graph({ node, edge }, x) {
    if (typeof x !== "object" || x === null) return false;
    const { nodes, edges, edgeLinks } = x as Partial<Sample<Space & { kind: "graph" }>>;
    if (!isList(nodes) || !every(nodes, (v) => contains(node, v))) return false;
    if (edges === null || edges === undefined) return (edgeLinks ?? null) === null;
    return (
      edge !== null &&
      isList(edges) &&
      every(edges, (v) => contains(edge, v)) &&
      isList(edgeLinks) &&
      edgeLinks.length === 2 * edges.length &&
      every(edgeLinks, (v) => isWithin(v, nodes.length))
    );
  },
};

/** Whether x is a member: right type, right length, within bounds, no NaN. */
export const contains = <S extends Space>(space: S, x: unknown): x is Sample<S> =>
  (tests[space.kind] as (space: Space, x: unknown) => boolean)(space, x);
