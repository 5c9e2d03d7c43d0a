/**
 * The natural gradient of a policy and TRPO's step along it (Schulman et al. 2015, arXiv:1502.05477, appendix C). The
 * Fisher matrix F is the Hessian of the mean KL(π_old ‖ π) at π_old; it is only ever multiplied by vectors.
 */
import { gradients } from "../../engine/grad/index.ts";
import { add, mul, sum, type Tensor } from "../../engine/graph/index.ts";

/** H v of a scalar's Hessian by some tensors, as new nodes: gradients of ⟨gradient, v⟩ (Pearlmutter 1994). */
export function hessianProduct(y: Tensor, wrt: readonly Tensor[], v: readonly Tensor[]): Tensor[] {
  const slope = gradients(y, wrt)
    .map((g, i) => sum(mul(g, v[i]!)))
    .reduce((a, b) => add(a, b));
  return gradients(slope, wrt);
}

/** v ↦ H v, for a symmetric H that is positive definite. The answer is read before the next call. */
export type Product = (v: Float64Array) => ArrayLike<number>;

/** v ↦ H v + damping · v: keeps H from being singular. */
export const damped =
  (product: Product, damping: number): Product =>
  (v) => {
    const Hv = product(v);
    return v.map((value, i) => Hv[i]! + damping * value);
  };

export interface ConjugateGradientOptions {
  readonly iterations: number;
  /** Ends when ‖b − H x‖² is no larger. Default 1e-10. */
  readonly tolerance?: number;
}

/** Solves H x = b from x = 0 (Hestenes & Stiefel 1952); exact after as many iterations as b is long. */
export function conjugateGradient(
  product: Product,
  b: ArrayLike<number>,
  { iterations, tolerance = 1e-10 }: ConjugateGradientOptions,
): { readonly x: Float64Array; readonly squaredResidual: number } {
  const x = new Float64Array(b.length);
  const residual = Float64Array.from(b);
  const direction = Float64Array.from(b);
  let squared = dot(residual, residual);
  for (let k = 0; k < iterations && squared > tolerance; k++) {
    const Hd = product(direction);
    const alpha = squared / dot(direction, Hd);
    for (let i = 0; i < x.length; i++) {
      x[i]! += alpha * direction[i]!;
      residual[i]! -= alpha * Hd[i]!;
    }
    const before = squared;
    squared = dot(residual, residual);
    for (let i = 0; i < x.length; i++) direction[i] = residual[i]! + (squared / before) * direction[i]!;
  }
  return { x, squaredResidual: squared };
}

export interface TrustRegionInputs extends ConjugateGradientOptions {
  /** Of the surrogate objective, which is to rise. */
  readonly gradient: ArrayLike<number>;
  /** The Fisher matrix's product, damped. */
  readonly fisher: Product;
  /** δ: the KL that the step may cost. */
  readonly delta: number;
}

export interface TrustRegionStep {
  /** F⁻¹ g. */
  readonly direction: Float64Array;
  /** √(2δ / xᵀ F x): to the edge of the region, as far as KL is quadratic. 0 when there is nowhere to go. */
  readonly size: number;
  /** size · direction. */
  readonly step: Float64Array;
}

/** The longest step along the natural gradient that stays in the trust region of the quadratic model. */
export function trustRegionStep({ gradient, fisher, delta, ...options }: TrustRegionInputs): TrustRegionStep {
  const { x } = conjugateGradient(fisher, gradient, options);
  const curvature = dot(x, fisher(x));
  const size = curvature > 0 ? Math.sqrt((2 * delta) / curvature) : 0;
  return { direction: x, size, step: x.map((value) => size * value) };
}

export interface LineSearchInputs {
  /** KL and surrogate with this fraction of the full step taken. */
  readonly at: (fraction: number) => { readonly kl: number; readonly surrogate: number };
  /** The surrogate before the step. */
  readonly surrogate: number;
  readonly delta: number;
  /** What each try is shorter by. Default 0.8. */
  readonly backtrack?: number;
  /** How many tries. Default 10. */
  readonly tries?: number;
}

/** The first fraction backtrackʲ with KL < δ and a better surrogate, or undefined: then the old parameters stay. */
export function lineSearch({
  at,
  surrogate: before,
  delta,
  backtrack = 0.8,
  tries = 10,
}: LineSearchInputs): { readonly fraction: number; readonly kl: number; readonly surrogate: number } | undefined {
  for (let j = 0; j < tries; j++) {
    const fraction = backtrack ** j;
    const { kl, surrogate } = at(fraction);
    if (kl < delta && surrogate > before) return { fraction, kl, surrogate };
  }
  return undefined;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
