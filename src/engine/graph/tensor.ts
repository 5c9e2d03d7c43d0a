import { type DType, UsageError } from "../../base/index.ts";
import type { OpName, Ops } from "./ops.ts";
import { type Site, siteHere, userLine } from "./site.ts";

export type Shape = readonly number[];

/** One value of a graph. Plain data that never changes after it is made; identity is the object itself. */
export interface Tensor<K extends OpName = OpName> {
  readonly op: K;
  readonly inputs: readonly Tensor[];
  readonly attributes: Ops[K];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Where it was made, for error messages. */
  readonly site: Site;
}

/** Shape and element type of a value that does not exist yet. */
export interface Spec<D extends DType = DType> {
  readonly shape: Shape;
  readonly dtype: D;
}

/** What may stand where a tensor is wanted: a number becomes a scalar constant of the other operand's type. */
export type TensorLike = Tensor | number;

export const show = (t: Spec): string => `${t.dtype}[${t.shape.join(", ")}]`;

/** Makes a node; only `build` (which runs the op's shape rule first) calls it. */
export function node<K extends OpName>(op: K, inputs: readonly Tensor[], attributes: Ops[K], spec: Spec): Tensor<K> {
  return Object.freeze({ op, inputs, attributes, shape: spec.shape, dtype: spec.dtype, site: siteHere() });
}

/** A mistake in the graph under construction: names the op, the shapes and the user's line. */
export function graphError(op: string, message: string, help?: string): UsageError {
  return new UsageError(`${op}: ${message}`, { code: "graph", help, where: userLine(siteHere()) });
}

/**
 * Reads the dimensions of `x` by name, checked against each other and against `known`.
 *
 * @example const { B, T } = dims(tokens, "B T");
 */
export function dims<P extends string>(
  x: Tensor,
  pattern: P,
  known: Readonly<Record<string, number>> = {},
): Record<Names<P>, number> {
  const names = pattern.split(" ");
  const found: Record<string, number> = { ...known };
  const fits =
    names.length === x.shape.length &&
    names.every((name, i) => {
      found[name] ??= x.shape[i]!;
      return found[name] === x.shape[i];
    });
  if (!fits) {
    const want = names.map((name) => (known[name] === undefined ? name : `${name}=${known[name]}`)).join(", ");
    throw graphError("dims", `wanted a tensor of shape [${want}], got ${x.op} ${show(x)}`);
  }
  return found as Record<Names<P>, number>;
}
type Names<P extends string> = P extends `${infer A} ${infer Rest}` ? A | Names<Rest> : P;

/** All nodes that `roots` need, each after its inputs. Iterative: graphs may be deeper than the call stack. */
export function topologicalOrder(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const done = new Set<Tensor>();
  for (const root of roots) {
    const stack: [Tensor, number][] = [[root, 0]];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const [t, next] = top;
      if (done.has(t)) {
        stack.pop();
      } else if (next < t.inputs.length) {
        top[1]++;
        if (!done.has(t.inputs[next]!)) stack.push([t.inputs[next]!, 0]);
      } else {
        done.add(t);
        order.push(t);
        stack.pop();
      }
    }
  }
  return order;
}
