import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/grad/index.ts";
import { constant, input, mean, type Tensor, topologicalOrder } from "../../engine/graph/index.ts";
import { checkGradients, evaluate } from "../../engine/interpret/index.ts";
import { categorical } from "../distributions/index.ts";
import {
  actorCriticLoss,
  adaptedKlCoef,
  normalizeAdvantages,
  policyGradientLoss,
  ppoClipLoss,
  ppoPenaltyLoss,
  surrogateLoss,
  valueLoss,
} from "./index.ts";

const [logProb, oldLogProb, advantages] = [input("new", [2]), input("old", [2]), input("A", [2])];
const numbers = (outputs: readonly Tensor[], feeds: Record<string, readonly number[]>) =>
  evaluate(outputs, feeds).map((x) => [...x]);

describe("policy gradient", () => {
  const A = [2, -1];

  it("is the same by log-probabilities and by ratios as long as the policy has not moved", () => {
    const here = { new: [-0.5, -1.2], old: [-0.5, -1.2], A };
    const losses = [
      policyGradientLoss({ logProb, advantages }),
      surrogateLoss({ logProb, oldLogProb, advantages }),
      ppoClipLoss({ logProb, oldLogProb, advantages, clipRange: 0.2 }).loss,
    ];
    for (const loss of losses) expect(numbers(gradients(loss, [logProb]), here)[0]).toBeCloseToAll([-1, 0.5], 1e-6);
  });

  it("points along E[∇log π Â] of a softmax policy", () => {
    const logits = input("logits", [2, 3]);
    const loss = policyGradientLoss({ logProb: categorical(logits).logProb(constant([2, 0], "int32")), advantages });
    const [slope] = numbers(gradients(loss, [logits]), { logits: [0, 0, 0, 0, 0, 0], A });
    const third = 1 / 3;
    const wanted = [third, third, third - 1, 0.5 * (1 - third), -0.5 * third, -0.5 * third];
    expect(slope).toBeCloseToAll(wanted, 1e-6);
  });

  it("weighs another policy's actions by how much likelier they are now", () => {
    const [loss] = numbers([surrogateLoss({ logProb, oldLogProb, advantages })], {
      ...{ new: [Math.log(0.8), Math.log(0.1)], old: [Math.log(0.4), Math.log(0.2)], A },
    });
    expect(loss![0]).toBeCloseTo(-(2 * 2 - 0.5) / 2, 6);
  });

  it("adds what the critic is wrong by and takes off the entropy", () => {
    const terms = { policyLoss: constant(1), valueLoss: constant(4), entropy: constant(2) };
    expect(numbers([actorCriticLoss({ ...terms, vfCoef: 0.5, entCoef: 0.01 })], {})[0]![0]).toBeCloseTo(2.98, 6);
    const alone = topologicalOrder([actorCriticLoss({ ...terms, vfCoef: 0, entCoef: 0 })]);
    expect(alone).toEqual([terms.policyLoss]);
  });
});

describe("clipped PPO", () => {
  const at = (ratios: readonly number[], A: readonly number[], clipRange: number | Tensor = 0.2) => {
    const out = ppoClipLoss({ logProb, oldLogProb, advantages, clipRange });
    const outputs = [out.loss, out.clipFraction, out.approxKlK1, out.approxKlK3, ...gradients(out.loss, [logProb])];
    return numbers(outputs, { new: ratios.map(Math.log), old: [0, 0], A, range: [0.2] });
  };

  it("has no gradient where the ratio has gone far enough, and keeps it where it went the wrong way", () => {
    expect(at([1.5, 0.5], [1, -1])[4]).toBeCloseToAll([0, 0], 1e-9);
    expect(at([1.5, 0.5], [-1, 1])[4]).toBeCloseToAll([0.75, -0.25], 1e-6);
  });

  it("counts the ratios outside the range, on whichever side", () => {
    expect(at([1.5, 1.1], [-1, 1])[1]).toEqual([0.5]);
  });

  it("estimates the divergence as 0 where nothing moved and never below it", () => {
    expect(at([1, 1], [1, 1]).slice(1, 4)).toEqual([[0], [-0], [0]]);
    const [, , k1, k3] = at([1.3, 1.1], [1, 1]);
    expect(k1![0]).toBeLessThan(0);
    expect(k3![0]).toBeCloseTo((0.3 - Math.log(1.3) + 0.1 - Math.log(1.1)) / 2, 6);
  });

  it("takes its range from an input too, so that it can be scheduled", () => {
    const ratios = [1.5, 0.7];
    expect(at(ratios, [1, 2], input("range", []))).toBeCloseToAll(at(ratios, [1, 2]), 1e-6);
  });
});

describe("PPO with a KL penalty", () => {
  it("is the surrogate and β times the divergence", () => {
    const kl = input("kl", [2]);
    const loss = ppoPenaltyLoss({ logProb, oldLogProb, advantages, kl, klCoef: input("beta", []) });
    const at = { new: [0, 0], old: [0, 0], A: [1, 2], kl: [0.1, 0.3], beta: [5] };
    expect(numbers([loss], at)[0]![0]).toBeCloseTo(-1.5 + 5 * 0.2, 6);
  });

  it("doubles, halves or keeps β by where the divergence is", () => {
    expect([0.006, 0.01, 0.016].map((kl) => adaptedKlCoef(1, kl, 0.01))).toEqual([0.5, 1, 2]);
  });
});

describe("normalised advantages", () => {
  it("have mean 0 and unbiased deviation 1", () => {
    const [A] = numbers([normalizeAdvantages(constant([1, 2, 6]))], {});
    expect(A!.reduce((a, b) => a + b)).toBeCloseTo(0, 6);
    expect(A!.reduce((sum, a) => sum + a ** 2, 0) / 2).toBeCloseTo(1, 6);
  });

  it("leave one alone as it is, and equal ones at 0", () => {
    expect(numbers([normalizeAdvantages(constant([3]))], {})[0]).toEqual([3]);
    expect(numbers([normalizeAdvantages(constant([3, 3]))], {})[0]).toEqual([0, 0]);
  });
});

describe("value loss", () => {
  const values = input("v", [2]);
  const [returns, oldValues] = [constant([1, 1]), constant([0, 0])];
  const at = (loss: Tensor, v: readonly number[]) =>
    numbers([loss, ...gradients(loss, [values])], { v }) as [[number], number[]];

  it("is the mean square, halved or not", () => {
    expect(at(valueLoss({ values, returns, form: "full" }), [0, 4])[0][0]).toBeCloseTo(5, 6);
    expect(at(valueLoss({ values, returns, form: "half" }), [0, 4])[0][0]).toBeCloseTo(2.5, 6);
  });

  it("takes the worse of both when clipped as the baselines do, the clipped one as stable-baselines3 does", () => {
    const clip = { oldValues, range: 0.5 };
    const half = at(valueLoss({ values, returns, form: "half", clip }), [0.9, -2]);
    expect(half[0][0]).toBeCloseTo((0.25 + 9) / 4, 5); // 0.9 → 0.5 is farther from 1, −2 farther than −0.5
    expect(half[1]).toBeCloseToAll([0, -1.5], 1e-6);
    const full = at(valueLoss({ values, returns, form: "full", clip }), [0.9, -2]);
    expect(full[0][0]).toBeCloseTo((0.25 + 2.25) / 2, 5);
    expect(full[1]).toBeCloseToAll([0, 0], 1e-6);
  });

  it("has the gradient of finite differences", () => {
    const { analytic, numeric } = checkGradients(
      (v) => valueLoss({ values: v, returns, form: "half", clip: { oldValues, range: mean(constant([0.5])) } }),
      [[2]],
    );
    expect(analytic).toBeCloseToAll(numeric, 1e-5);
  });
});
