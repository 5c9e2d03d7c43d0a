import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { gradients } from "../../engine/grad/index.ts";
import { constant, input, mean, mul, stopGradient, sum, type Tensor, tanh } from "../../engine/graph/index.ts";
import { evaluate } from "../../engine/interpret/index.ts";
import {
  categorical,
  conjugateGradient,
  damped,
  hessianProduct,
  lineSearch,
  type Product,
  trustRegionStep,
} from "../index.ts";

/** A random symmetric matrix whose eigenvalues are at least 1, and its product. */
function positive(n: number, seed: number): { readonly A: number[][]; readonly product: Product } {
  const rng = stream(seed, "positive");
  const B = Array.from({ length: n }, () => Array.from({ length: n }, () => rng.normal()));
  const A = B.map((_, i) => B.map((_, j) => B.reduce((s, row) => s + row[i]! * row[j]!, i === j ? 1 : 0)));
  return { A, product: (v) => A.map((row) => row.reduce((s, a, j) => s + a * v[j]!, 0)) };
}
const product = (v: Float64Array, A: readonly number[][]) => A.map((row) => row.reduce((s, a, j) => s + a * v[j]!, 0));

describe("conjugate gradients", () => {
  it("solve a positive definite system", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 99 }), (n, seed) => {
        const { A, product: times } = positive(n, seed);
        const b = Array.from({ length: n }, (_, i) => i - 1.5);
        const { x } = conjugateGradient(times, b, { iterations: 5 * n, tolerance: 1e-20 });
        expect(product(x, A)).toBeCloseToAll(b, 1e-6);
      }),
    );
  });

  it("stop when the residual is small enough, and at once for nothing", () => {
    let calls = 0;
    const counting: Product = (v) => {
      calls++;
      return v;
    };
    expect(conjugateGradient(counting, [3, 4], { iterations: 50 }).squaredResidual).toBe(0);
    expect(calls).toBe(1); // of the identity
    expect([...conjugateGradient(counting, [0, 0], { iterations: 50 }).x]).toEqual([0, 0]);
    expect(calls).toBe(1);
  });
});

describe("Hessian products", () => {
  it("are the change of the gradient along the vector", () => {
    const [a, b] = [input("a", [3]), input("b", [2])];
    const y = sum(mul(tanh(a), mul(sum(mul(b, b)), a)));
    const at = { a: [0.3, -0.7, 1.1], b: [0.5, -1.2] };
    const v = { a: [1, -2, 0.5], b: [0.3, 0.8] };
    const Hv = evaluate(hessianProduct(y, [a, b], [constant(v.a), constant(v.b)]), at);
    const slopeAt = (t: number) =>
      evaluate(gradients(y, [a, b]), {
        a: at.a.map((x, i) => x + t * v.a[i]!),
        b: at.b.map((x, i) => x + t * v.b[i]!),
      });
    const [up, down] = [slopeAt(1e-5), slopeAt(-1e-5)];
    const numeric = up.map((g, k) => g.map((x, i) => (x - down[k]![i]!) / 2e-5));
    expect(Hv).toBeCloseToAll(numeric, 1e-6);
  });

  it("of the KL are Fisher's: E[∇log π ∇log πᵀ], with the old policy held still by stopGradient", () => {
    const logits = input("logits", [1, 3]);
    const at = { logits: [0.2, -0.5, 1] };
    const kl = mean(categorical(stopGradient(logits)).kl(categorical(logits)));
    const unit = (i: number) => constant([[0, 1, 2].map((j) => Number(i === j))]);
    const F = [0, 1, 2].map((i) => [...evaluate(hessianProduct(kl, [logits], [unit(i)]), at)[0]!]);
    const e = at.logits.map(Math.exp);
    const p = e.map((x) => x / e.reduce((a, b) => a + b));
    expect(F).toBeCloseToAll(
      p.map((pi, i) => p.map((pj, j) => (i === j ? pi : 0) - pi * pj)),
      1e-6,
    );
  });
});

describe("trust region", () => {
  it("steps to its edge, and nowhere without a gradient", () => {
    const { product: fisher } = positive(4, 7);
    const gradient = [1, -1, 0.5, 2];
    const { step } = trustRegionStep({ gradient, fisher, delta: 0.01, iterations: 20 });
    const Fs = fisher(step);
    expect(step.reduce((s, x, i) => s + x * Fs[i]!, 0) / 2).toBeCloseTo(0.01, 9);
    expect(step.reduce((s, x, i) => s + x * gradient[i]!, 0)).toBeGreaterThan(0);
    expect([...trustRegionStep({ gradient: [0, 0, 0, 0], fisher, delta: 0.01, iterations: 20 }).step]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it("adds damping to every direction", () => {
    expect(damped((v) => v, 0.5)(Float64Array.of(2, 4))).toEqual(Float64Array.of(3, 6));
  });

  it("is searched from its edge inwards for a better policy within it", () => {
    const at = (fraction: number) => ({ kl: 0.02 * fraction ** 2, surrogate: 1 + fraction });
    const found = lineSearch({ at, surrogate: 1, delta: 0.01 });
    expect(found?.fraction).toBeCloseTo(0.8 ** 2, 12); // 0.02 · 0.8² is still too far
    expect(lineSearch({ at: () => ({ kl: 0, surrogate: 1 }), surrogate: 1, delta: 0.01 })).toBeUndefined();
    expect(lineSearch({ at, surrogate: 1, delta: 0.01, tries: 2 })).toBeUndefined();
    const spoilt = { kl: Number.NaN, surrogate: Number.NaN };
    expect(lineSearch({ at: () => spoilt, surrogate: 1, delta: 0.01 })).toBeUndefined();
  });

  it("raises a policy's surrogate within the KL allowed", () => {
    const logits = input("logits", [1, 3]);
    const objective = (t: Tensor) => mean(categorical(t).logProb(constant([2], "int32")));
    const theta = [0, 0, 0];
    const kl = mean(categorical(constant([theta])).kl(categorical(logits)));
    const [gradient] = evaluate(gradients(objective(logits), [logits]), { logits: theta });
    const v = input("v", [1, 3]);
    const Fv = hessianProduct(kl, [logits], [v])[0]!;
    const fisher = damped((x) => evaluate([Fv], { logits: theta, v: x })[0]!, 1e-3);
    const { step } = trustRegionStep({ gradient: gradient!, fisher, delta: 0.01, iterations: 10 });
    const [moved, far] = evaluate([objective(logits), kl], { logits: step });
    expect(moved![0]).toBeGreaterThan(Math.log(1 / 3) + 0.05);
    expect(far![0]).toBeCloseTo(0.01, 3);
  });
});
