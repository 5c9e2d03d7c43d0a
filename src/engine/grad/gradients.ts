import {
  add,
  build,
  concat,
  graphError,
  indexAdd,
  type Operands,
  type OpName,
  type Ops,
  ones,
  sameShape,
  scalarValue,
  scatterAdd,
  show,
  sumTo,
  type Tensor,
  topologicalOrder,
  zeros,
} from "../graph/index.ts";
import { rules } from "./rules.ts";

export interface GradientOptions {
  /** Gradient of the final objective by `y`; ones when absent. */
  readonly seed?: Tensor;
  /** One tensor per `wrt`: its gradient is added to this (gradient accumulation without an extra pass). */
  readonly into?: readonly Tensor[];
  /**
   * Activation checkpointing (Chen et al. 2016, arXiv:1604.06174): only these values of the forward pass are kept for
   * the backward pass; everything between is computed again when the backward pass needs it.
   */
  readonly checkpoints?: readonly Tensor[];
}

/** Reverse mode: gradients of `y` by each of `wrt`, as new nodes of the same graph (so they can be differentiated again). */
export function gradients(y: Tensor, wrt: readonly Tensor[], options: GradientOptions = {}): Tensor[] {
  if (options.seed === undefined && y.shape.length > 0) {
    throw graphError(
      "gradients",
      `wanted a scalar, got ${y.op} ${show(y)}`,
      "reduce it with sum or mean, or pass `seed`",
    );
  }
  const order = topologicalOrder([y]);
  const needed = new Set<Tensor>(wrt);
  for (const t of order) if (t.inputs.some((x) => needed.has(x))) needed.add(t);

  const contributions = new Map<Tensor, Tensor[]>();
  const contribute = (x: Tensor, dx: Tensor) => {
    const list = contributions.get(x);
    if (list === undefined) contributions.set(x, [dx]);
    else list.push(dx);
  };
  for (const [i, x] of wrt.entries()) if (options.into?.[i] !== undefined) contribute(x, options.into[i]);
  contribute(y, options.seed ?? ones(y.shape, y.dtype));

  const again = options.checkpoints === undefined ? (t: Tensor) => t : recomputed(options.checkpoints);
  const isWrt = new Set(wrt);
  const totals = new Map<Tensor, Tensor>();
  for (const t of order.reverse()) {
    const parts = contributions.get(t);
    if (!needed.has(t) || parts === undefined) continue;
    const g = total(parts);
    if (isWrt.has(t)) totals.set(t, g);
    contributions.delete(t);
    const source = again(t);
    const rule = rules[t.op] as (g: Tensor, y: Tensor, inputs: Operands) => readonly (Tensor | null)[];
    const results = rule(g, source, source.inputs as unknown as Operands);
    for (const [i, dx] of results.entries()) {
      const x = t.inputs[i]!;
      if (dx === null || !needed.has(x)) continue;
      contribute(x, sameShape(dx.shape, x.shape) ? dx : sumTo(dx, x.shape));
    }
  }
  return wrt.map((x) => totals.get(x) ?? total(contributions.get(x) ?? [zeros(x.shape, x.dtype)]));
}

/**
 * The sum of what flows into one value. Slices of one tensor come back as zero-padded pieces: laid side by side when
 * they tile it. Scattered rows are added to the rest in place of being added to zeros first.
 */
function total(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0]!;
  const tiles = sideBySide(parts);
  if (tiles !== undefined) return tiles;
  const scattered = parts.filter(ontoZeros);
  const dense = parts.filter((t) => !ontoZeros(t));
  const [first, ...rest] = dense.length > 0 ? dense : [scattered.shift()!];
  let sum = rest.reduce((a, b) => add(a, b), first!);
  for (const t of scattered) {
    const [, indices, updates] = t.inputs as unknown as Operands;
    const { axis } = t.attributes as Ops["indexAdd"];
    sum = (t.op === "indexAdd" ? indexAdd : scatterAdd)(sum, indices, updates, axis);
  }
  return sum;
}

const ontoZeros = (t: Tensor): boolean =>
  (t.op === "indexAdd" || t.op === "scatterAdd") && scalarValue(t.inputs[0]!) === 0;

function sideBySide(parts: readonly Tensor[]): Tensor | undefined {
  const pads = parts.filter((t): t is Tensor<"pad"> => t.op === "pad" && (t as Tensor<"pad">).attributes.value === 0);
  if (pads.length !== parts.length) return undefined;
  const padded = (t: Tensor<"pad">) =>
    t.shape.flatMap((_, i) => (t.attributes.before[i]! + t.attributes.after[i]! > 0 ? [i] : []));
  const [axis, ...others] = padded(pads[0]!);
  if (axis === undefined || others.length > 0) return undefined;
  const sorted = pads.toSorted((a, b) => a.attributes.before[axis]! - b.attributes.before[axis]!);
  let end = 0;
  for (const t of sorted) {
    if (padded(t).some((i) => i !== axis) || t.attributes.before[axis] !== end) return undefined;
    end += t.inputs[0]!.shape[axis]!;
  }
  return end === pads[0]!.shape[axis]
    ? concat(
        sorted.map((t) => t.inputs[0]!),
        axis,
      )
    : undefined;
}

/** A copy of the forward pass that starts from the checkpoints: same values, computed a second time. */
function recomputed(checkpoints: readonly Tensor[]): (t: Tensor) => Tensor {
  const copies = new Map<Tensor, Tensor>(checkpoints.map((t) => [t, t]));
  const copy = (t: Tensor): Tensor => {
    const known = copies.get(t);
    if (known !== undefined || t.inputs.length === 0) return known ?? t;
    const made = build(t.op as OpName, t.inputs.map(copy), t.attributes as Ops[OpName]);
    copies.set(t, made);
    return made;
  };
  // A checkpoint itself is kept, but its rule needs its inputs: those are computed again.
  const withInputs = new Map<Tensor, Tensor>();
  return (t) => {
    if (!checkpoints.includes(t)) return copy(t);
    const known = withInputs.get(t);
    if (known !== undefined || t.inputs.length === 0) return known ?? t;
    const again = { ...t, inputs: t.inputs.map(copy) };
    withInputs.set(t, again);
    return again;
  };
}
