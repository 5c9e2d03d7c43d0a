import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/grad/index.ts";
import { constant, input, type Tensor, topologicalOrder } from "../../engine/graph/index.ts";
import { checkGradients, evaluate } from "../../engine/interpret/index.ts";
import { categoricalKl, combinedLoss, entropy, klEstimate, ppoPolicyLoss, valueLoss } from "./index.ts";

const N = 3;
const weights = [0.5, 0.5, 0];
const batch = {
  logprobs: input("new", [N]),
  oldLogprobs: input("old", [N]),
  advantages: input("advantages", [N]),
  weights: input("weights", [N]),
};
/** Ratio 1.5, 0.5 and a masked token. */
const moved = { new: [Math.log(1.5), Math.log(0.5), 9], old: [0, 0, 0], weights };

describe("policy loss", () => {
  it("sees ratio exactly 1 and KL exactly 0 before the first update", () => {
    const logprobs = [-0.1234567, -12.3, -700];
    const out = ppoPolicyLoss({ ...batch, clipLow: 0.2 });
    const metrics = [out.ratioMean, out.approxKlK1, out.approxKlK2, out.approxKlK3, out.clipFraction];
    const feeds = { new: logprobs, old: logprobs, advantages: [1, -2, 3], weights };
    expect(evaluate(metrics, feeds).map(([x]) => Math.abs(x!))).toEqual([1, 0, 0, 0, 0]);
    const [slope] = evaluate(gradients(out.loss, [batch.logprobs]), feeds);
    expect([...slope!]).toBeCloseToAll([-0.5, 1, 0]); // −w·A
  });

  it("has no gradient where the clip has cut off what helps, and all of it where it hurts", () => {
    const slopes = (advantages: number[]) => {
      const { loss } = ppoPolicyLoss({ ...batch, clipLow: 0.2 });
      return [...evaluate(gradients(loss, [batch.logprobs]), { ...moved, advantages })[0]!];
    };
    expect(slopes([1, -1, 1])).toBeCloseToAll([0, 0, 0]);
    expect(slopes([-1, 1, 1])).toBeCloseToAll([0.75, -0.25, 0]);
  });

  it("clips low and high at different places", () => {
    const { loss } = ppoPolicyLoss({ ...batch, clipLow: 0.1, clipHigh: 0.3 });
    const [value] = evaluate([loss], { ...moved, advantages: [1, -1, 1] });
    expect(value![0]).toBeCloseTo(-(0.5 * 1.3 - 0.5 * 0.9), 6);
  });

  it("bounds the loss of a bad token by the dual clip", () => {
    const { loss } = ppoPolicyLoss({ ...batch, clipLow: 0.2, dualClip: 3 });
    const [value] = evaluate([loss], { ...moved, new: [Math.log(50), 0, 0], advantages: [-1, 0, 0] });
    expect(value![0]).toBeCloseTo(0.5 * 3, 5);
  });

  it("averages metrics by their own weights", () => {
    const { ratioMean } = ppoPolicyLoss({ ...batch, metricWeights: constant([1, 0, 0]), clipLow: 0.2 });
    expect(evaluate([ratioMean], { ...moved, advantages: [1, 1, 1] })[0]![0]).toBeCloseTo(1.5, 6);
  });
});

describe("value loss", () => {
  const x = {
    values: input("v", [2]),
    oldValues: input("old", [2]),
    returns: input("R", [2]),
    weights: input("w", [2]),
  };
  const feeds = { v: [1, 0.1], old: [0, 0], R: [2, 2], w: [0.5, 0.5] };

  it("is half the squared error, the worse of clipped and free", () => {
    const { loss, clipFraction } = valueLoss({ ...x, clipRange: 0.5 });
    const [value, fraction] = evaluate([loss, clipFraction], feeds);
    expect(value![0]).toBeCloseTo(0.5 * (0.5 * 1.5 ** 2 + 0.5 * 1.9 ** 2), 6);
    expect(fraction![0]).toBeCloseTo(0.5, 6);
  });

  it("lets a value that has moved too far towards its return rest", () => {
    const { loss } = valueLoss({ ...x, clipRange: 0.5 });
    const [slope] = evaluate(gradients(loss, [x.values]), feeds);
    expect([...slope!]).toBeCloseToAll([0, -0.5 * 1.9]);
  });

  it("has no limit without a range", () => {
    const { loss, clipFraction } = valueLoss(x);
    const [value, fraction] = evaluate([loss, clipFraction], feeds);
    expect(value![0]).toBeCloseTo(0.5 * (0.5 * 1 + 0.5 * 1.9 ** 2), 6);
    expect(fraction![0]).toBe(0);
  });
});

describe("KL divergence", () => {
  const logits = [0.3, -1, 2, 0.1];
  const reference = [1, 0, -0.5, 0.2];
  const [p, q] = [input("p", [4]), input("q", [4])];

  it("is estimated without bias by k1 and k3", () => {
    const softmax = (x: number[]) => x.map((l) => Math.exp(l) / x.reduce((s, m) => s + Math.exp(m), 0));
    const [pi, ref] = [softmax(logits), softmax(reference)];
    const exact = evaluate([categoricalKl(p, q)], { p: logits, q: reference })[0]![0]!;
    const expectation = (estimator: "k1" | "k3") => {
      const perToken = evaluate([klEstimate(estimator, p, q)], { p: pi.map(Math.log), q: ref.map(Math.log) })[0]!;
      return pi.reduce((sum, probability, i) => sum + probability * perToken[i]!, 0);
    };
    expect(expectation("k1")).toBeCloseTo(exact, 6);
    expect(expectation("k3")).toBeCloseTo(exact, 6);
    expect(exact).toBeGreaterThan(0.1);
  });

  it("is never negative token by token with k2 and k3", () => {
    for (const estimator of ["k2", "k3"] as const) {
      const values = evaluate([klEstimate(estimator, p, q)], { p: logits, q: reference })[0]!;
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    }
  });

  it("and the entropy have the gradients of finite differences", () => {
    const { analytic, numeric } = checkGradients(
      (a: Tensor, b: Tensor) => categoricalKl(a, b),
      [
        [2, 3],
        [2, 3],
      ],
    );
    expect(analytic).toBeCloseToAll(numeric, 1e-6);
    const spread = checkGradients((a: Tensor) => entropy(a), [[2, 3]]);
    expect(spread.analytic).toBeCloseToAll(spread.numeric, 1e-6);
  });

  it("the entropy of equal logits is log V", () => {
    expect(evaluate([entropy(p)], { p: [5, 5, 5, 5] })[0]![0]).toBeCloseTo(Math.log(4), 6);
  });
});

describe("combined loss", () => {
  const [policyLoss, ptxLoss, spread] = [input("policy", []), input("ptx", []), input("entropy", [])];

  it("adds the pretraining loss and takes off the entropy", () => {
    const loss = combinedLoss({ policyLoss, ptxLoss, ptxCoef: 27.8, entropy: spread, entropyCoef: 0.01 });
    expect(evaluate([loss], { policy: [1], ptx: [2], entropy: [3] })[0]![0]).toBeCloseTo(1 + 55.6 - 0.03, 5);
  });

  it("does not compute what has coefficient 0", () => {
    const loss = combinedLoss({ policyLoss, ptxLoss, ptxCoef: 0 });
    expect(topologicalOrder([loss])).not.toContain(ptxLoss);
  });
});
