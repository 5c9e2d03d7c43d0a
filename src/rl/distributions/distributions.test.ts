import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sizeOf, stream } from "../../base/index.ts";
import { constant, input, type Shape, type Tensor } from "../../engine/graph/index.ts";
import { checkGradients, evaluate, gradientOf } from "../../engine/interpret/index.ts";
import {
  bernoulli,
  categorical,
  type Distribution,
  drawNoise,
  gaussian,
  gsde,
  multiCategorical,
  type Noise,
  squashedGaussian,
} from "./index.ts";

const valuesOf = (t: Tensor, feeds = {}): number[] => [...evaluate([t], feeds)[0]!];
const noiseOf = ({ kind, shape }: Noise, key: string | number = "noise"): Float64Array => {
  const out = new Float64Array(sizeOf(shape));
  drawNoise(kind, out, stream(5, key));
  return out;
};
/** One row of numbers, repeated: n states that are all the same. */
const repeated = (row: readonly number[], n: number): Tensor =>
  constant(
    Float32Array.from({ length: n * row.length }, (_, i) => row[i % row.length]!),
    "float32",
    [n, row.length],
  );
const average = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

const normals = (shape: Shape, key: string): Tensor => {
  const rng = stream(2, key);
  return constant(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    "float32",
    shape,
  );
};

/** Every kind with a closed form, from its parameters; `rows` many states. */
const kinds: Readonly<
  Record<string, { readonly width: number; readonly of: (x: Tensor, rows: number) => Distribution }>
> = {
  categorical: { width: 4, of: (x) => categorical(x) },
  "masked categorical": { width: 3, of: (x) => categorical(x, constant([[true, false, true]], "bool")) },
  "multi-categorical": { width: 5, of: (x) => multiCategorical(x, [2, 3]) },
  bernoulli: { width: 3, of: (x) => bernoulli(x) },
  gaussian: { width: 2, of: (x) => gaussian(x, constant([-0.3, 0.4])) },
  gsde: {
    width: 2,
    of: (mean, rows) => gsde({ mean, features: normals([rows, 3], "features"), logStd: normals([3, 2], "std") }),
  },
};

describe.each(Object.entries(kinds))("%s", (_, { width, of }) => {
  const row = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: width, maxLength: width });

  it("diverges from itself by 0 and from others by more", () => {
    const [p, q] = [input("p", [1, width]), input("q", [1, width])];
    const [self, other] = [of(p, 1).kl(of(p, 1)), of(p, 1).kl(of(q, 1))];
    fc.assert(
      fc.property(row, row, (p, q) => {
        const [same, apart] = evaluate([self, other], { p, q });
        expect(same![0]).toBeCloseTo(0, 9);
        expect(apart![0]).toBeGreaterThan(-1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it("has the entropy and the divergence that its samples estimate", () => {
    const n = 20_000;
    const p = of(repeated([0.7, -0.4, 1.1, 0.2, -1].slice(0, width), n), n);
    const q = of(repeated([-0.1, 0.3, 0.4, -0.5, 0.6].slice(0, width), n), n);
    const action = p.sample(input("noise", p.noise.shape));
    const outputs = [p.logProb(action), q.logProb(action), p.entropy(), p.kl(q)];
    const [logP, logQ, entropy, kl] = evaluate(outputs, { noise: noiseOf(p.noise) });
    expect(average(entropy!)).toBeCloseTo(-average(logP!), 1.3);
    expect(average(kl!)).toBeCloseTo(average(logP!) - average(logQ!), 1.3);
  });

  it("can be differentiated once and twice", () => {
    for (const once of [
      (x: Tensor) => of(x, 2).entropy(),
      (x: Tensor) => of(x, 2).kl(of(normals([2, width], "other"), 2)),
      (x: Tensor) => of(x, 2).logProb(of(normals([2, width], "action"), 2).mode()),
    ]) {
      for (const fn of [once, gradientOf(once)]) {
        const { analytic, numeric } = checkGradients(fn, [[2, width]]);
        expect(analytic).toBeCloseToAll(numeric, 1e-5);
      }
    }
  });

  it("thinks nothing likelier than its mode", () => {
    const p = of(repeated([0.7, -0.4, 1.1, 0.2, -1].slice(0, width), 500), 500);
    const [sampled, best] = evaluate([p.logProb(p.sample(input("noise", p.noise.shape))), p.logProb(p.mode())], {
      noise: noiseOf(p.noise),
    });
    expect(sampled!.every((x, i) => x <= best![i]! + 1e-9)).toBe(true);
  });
});

describe("sampling", () => {
  it("by the largest of logits and Gumbel noise has the softmax's frequencies", () => {
    const n = 50_000;
    const p = categorical(repeated([0, Math.log(2), Math.log(5)], n));
    const counts = [0, 0, 0];
    for (const a of valuesOf(p.sample(input("noise", [n, 3])), { noise: noiseOf(p.noise) })) counts[a]!++;
    expect(counts.map((c) => c / n)).toBeCloseToAll([1 / 8, 2 / 8, 5 / 8], 0.008);
  });

  it("never chooses what the mask forbids, nor has it probability, entropy or gradient", () => {
    const mask = constant([[true, false, true]], "bool");
    const logits = constant([[0, 50, 0]]);
    const p = categorical(logits, mask);
    expect(valuesOf(p.logProbs).map(Math.exp)).toBeCloseToAll([0.5, 0, 0.5]);
    expect(valuesOf(p.entropy())[0]).toBeCloseTo(Math.log(2), 6);
    for (let key = 0; key < 20; key++) {
      const [action] = valuesOf(p.sample(input("noise", [1, 3])), { noise: noiseOf(p.noise, key) });
      expect(action).not.toBe(1);
    }
    const { analytic } = checkGradients((x) => categorical(x, mask).logProb(constant([0], "int32")), [[1, 3]]);
    expect(analytic[0]![1]).toBe(0);
  });

  it("flips bits as often as their logits say", () => {
    const n = 20_000;
    const p = bernoulli(repeated([0, Math.log(3)], n));
    const bits = valuesOf(p.sample(input("noise", [n, 2])), { noise: noiseOf(p.noise) });
    expect(average(bits.filter((_, i) => i % 2 === 0))).toBeCloseTo(0.5, 1.5);
    expect(average(bits.filter((_, i) => i % 2 === 1))).toBeCloseTo(0.75, 1.5);
  });

  it("passes a gradient to the parameters of what is continuous", () => {
    const noise = constant([[0.3, -1.2]]);
    for (const fn of [
      (mean: Tensor, logStd: Tensor) => gaussian(mean, logStd).sample(noise),
      (mean: Tensor, logStd: Tensor) => squashedGaussian(mean, logStd).sample(noise),
      (mean: Tensor, logStd: Tensor) => squashedGaussian(mean, logStd).sampleWithLogProb(noise).logProb,
    ]) {
      const { analytic, numeric } = checkGradients(fn, [[1, 2], [2]]);
      expect(analytic).toBeCloseToAll(numeric, 1e-5);
    }
  });

  it("draws noise that is finite at the ends of the uniform numbers", () => {
    const stuck = (u: number) => ({ ...stream(0, "stuck"), uniform: () => u });
    for (const kind of ["gumbel", "logistic"] as const) {
      for (const u of [0, 1 - 2 ** -53]) {
        const out = new Float64Array(1);
        drawNoise(kind, out, stuck(u));
        expect(Number.isFinite(out[0])).toBe(true);
      }
    }
  });
});

describe("squashed Gaussian", () => {
  it("has a density that integrates to 1", () => {
    const n = 4000;
    const actions = Array.from({ length: n }, (_, i) => [-1 + (2 * (i + 0.5)) / n]);
    const p = squashedGaussian(repeated([0.4], n), constant([-0.5]));
    expect((valuesOf(p.logProb(constant(actions))).reduce((s, l) => s + Math.exp(l), 0) * 2) / n).toBeCloseTo(1, 3);
  });

  it("says the same of a value and of its tanh, and stays finite where tanh is 1", () => {
    const p = squashedGaussian(constant([[0.2, -0.1]]), constant([0, 0.5]));
    const u = constant([[0.9, -1.4]]);
    const action = constant([[Math.tanh(0.9), Math.tanh(-1.4)]]);
    expect(valuesOf(p.logProb(action))).toBeCloseToAll(valuesOf(p.logProbBeforeTanh(u)), 1e-5);
    expect(valuesOf(p.logProbBeforeTanh(constant([[60, -60]])))[0]).toBeLessThan(-100);
    expect(Number.isFinite(valuesOf(p.logProb(constant([[1, -1]])))[0])).toBe(true);
  });
});

describe("state-dependent exploration", () => {
  const n = 20_000;
  const features = [0.5, -2, 1];
  const logStd = [
    [-1, 0],
    [-0.5, -2],
    [0.2, -0.3],
  ];
  const p = gsde({ mean: repeated([1, -1], n), features: repeated(features, n), logStd: constant(logStd) });

  it("has samples with the spread that its density claims", () => {
    const actions = valuesOf(p.sample(input("noise", p.noise.shape)), { noise: noiseOf(p.noise) });
    for (const [j, mean] of [1, -1].entries()) {
      const column = actions.filter((_, i) => i % 2 === j);
      const variance = features.reduce((s, f, l) => s + f ** 2 * Math.exp(2 * logStd[l]![j]!), 1e-6);
      expect(average(column)).toBeCloseTo(mean, 1);
      expect(average(column.map((a) => (a - mean) ** 2)) / variance).toBeCloseTo(1, 1.2);
      expect(Math.exp(2 * valuesOf(p.logStd)[j]!)).toBeCloseTo(variance, 5);
    }
  });

  it("gives the same deviation to the same state as long as the noise is kept", () => {
    const state = { mean: repeated([0], 2), features: repeated(features, 2), logStd: constant([[0], [0], [0]]) };
    const noise = constant([0.1, 0.2, 0.3, 0.1, 0.2, 0.3].map((x) => [x]));
    const [a, b] = valuesOf(gsde(state).sample(input("noise", [2, 3, 1])), { noise: valuesOf(noise) });
    expect(a).toBe(b);
  });
});
