import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/grad/index.ts";
import { constant, input, mean, softmax, type Tensor } from "../../engine/graph/index.ts";
import { checkGradients, evaluate } from "../../engine/interpret/index.ts";
import {
  atomsOf,
  categoricalValues,
  chosenValues,
  distributionalErrors,
  doubleValues,
  dueling,
  expectedValues,
  greedyValues,
  huber,
  nafAdvantage,
  projected,
  quantileErrors,
  smoothedAction,
  softActionValues,
  softActorLoss,
  softLogPolicy,
  softValue,
  tdLoss,
  tdTarget,
  temperatureLoss,
} from "./index.ts";

const valuesOf = (t: Tensor, feeds: Record<string, ArrayLike<number>> = {}) => [...evaluate([t], feeds)[0]!];

describe("temporal differences", () => {
  const online = constant([
    [1, 5, 2],
    [0, -1, 3],
  ]);
  const target = constant([
    [10, 20, 30],
    [7, 8, 9],
  ]);

  it("bootstrap from the target's best action, or from the target's opinion of the online net's best", () => {
    expect(valuesOf(greedyValues(target))).toEqual([30, 9]);
    expect(valuesOf(doubleValues(online, target))).toEqual([20, 9]);
    expect(valuesOf(chosenValues(online, constant([2, 1], "int32")))).toEqual([2, -1]);
  });

  it("count nothing behind a terminal state and pass no gradient into the target", () => {
    const next = input("next", [2]);
    const y = tdTarget(constant([1, 1]), constant([0.5, 0]), next);
    expect(valuesOf(y, { next: [4, 1e6] })).toEqual([3, 1]);
    expect(valuesOf(gradients(mean(y), [next])[0]!, { next: [4, 4] })).toEqual([0, 0]);
  });

  it("pull no harder than δ with Huber's loss, twice as hard as they are wide with squares", () => {
    const q = input("q", [3]);
    const slope = (form: "huber" | "mse") => {
      const { loss } = tdLoss({ values: q, targets: constant([0, 0, 0]), form });
      return valuesOf(gradients(loss, [q])[0]!, { q: [0.5, 8, -8] }).map((g) => g * 3);
    };
    expect(slope("huber")).toBeCloseToAll([0.5, 1, -1], 1e-6);
    expect(slope("mse")).toBeCloseToAll([1, 16, -16], 1e-5);
    expect(valuesOf(huber(constant([0.5, 3]), 2))).toBeCloseToAll([0.125, 4], 1e-6);
  });

  it("are weighed by the importance of their rows", () => {
    const x = { values: constant([1, 2]), targets: constant([2, 5]), form: "mse" } as const;
    expect(valuesOf(tdLoss({ ...x, weights: constant([1, 0.5]) }).loss)[0]).toBeCloseTo((1 + 4.5) / 2, 6);
    expect(valuesOf(tdLoss(x).differences)).toEqual([1, 3]);
  });
});

describe("dueling heads", () => {
  it("keep the order of the advantages and have the value as their mean", () => {
    const q = valuesOf(dueling(constant([[5]]), constant([[1, 2, 6]])));
    expect(q).toBeCloseToAll([3, 4, 8], 1e-5);
  });

  it("take the mean atom by atom when values are distributions", () => {
    const advantage = constant([
      [
        [1, 10],
        [3, 30],
      ],
    ]); // [1, 2, 2]
    expect(valuesOf(dueling(constant([[[0, 100]]]), advantage))).toBeCloseToAll([-1, 90, 1, 110], 1e-5);
  });
});

describe("distributions over atoms", () => {
  const support = { low: -2, high: 2, atoms: 5 };
  const logits = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 });
  const [l, r, d] = [input("l", [1, 5]), input("r", [1]), input("d", [1])];
  const moved = projected({ probabilities: softmax(l), rewards: r, discounts: d, support });
  const before = expectedValues(softmax(l), support);

  it("keep all their mass, and their mean as long as nothing leaves the support", () => {
    const reward = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(logits, reward, fc.double({ min: 0, max: 0.5, noNaN: true }), (l, r, d) => {
        const [m, mean, old] = evaluate([moved, expectedValues(moved, support), before], { l, r: [r], d: [d] });
        expect(m!.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
        expect(Math.min(...m!)).toBeGreaterThanOrEqual(0);
        expect(mean![0]).toBeCloseTo(r + d * old![0]!, 5);
      }),
    );
  });

  it("heap up at the ends, and at one atom when it is hit exactly", () => {
    const at = (r: number, d: number) => valuesOf(moved, { l: [1, 2, 3, 4, 5], r: [r], d: [d] });
    expect(at(9, 1)).toBeCloseToAll([0, 0, 0, 0, 1], 1e-6);
    expect(at(-9, 1)).toBeCloseToAll([1, 0, 0, 0, 0], 1e-6);
    expect(at(1, 0)).toBeCloseToAll([0, 0, 0, 1, 0], 1e-6); // a terminal reward
    expect(at(0.5, 0)).toBeCloseToAll([0, 0, 0.5, 0.5, 0], 1e-6);
  });

  it("are learnt by cross entropy, least where they agree", () => {
    const target = constant([[0.1, 0.2, 0.4, 0.2, 0.1]]);
    const loss = mean(distributionalErrors(l, target));
    const slope = valuesOf(gradients(loss, [l])[0]!, { l: [0.1, 0.2, 0.4, 0.2, 0.1].map(Math.log) });
    expect(slope).toBeCloseToAll([0, 0, 0, 0, 0], 1e-6);
  });

  it("have the values of their means", () => {
    expect(valuesOf(atomsOf(support))).toEqual([-2, -1, 0, 1, 2]);
    const sure = [0, 0, 0, 99, 0, 0, 99, 0, 0, 0]; // two actions
    expect(valuesOf(categoricalValues(constant([sure.slice(0, 5), sure.slice(5)]), support))).toBeCloseToAll([1, -1]);
  });
});

describe("quantiles", () => {
  it("rest where the targets are split as their places say", () => {
    const q = input("q", [1, 2]);
    const targets = constant([[0, 1, 2, 3, 10, 11, 12, 13]]);
    const slope = (at: readonly number[]) =>
      valuesOf(gradients(mean(quantileErrors({ quantiles: q, targets, kappa: 1e-3 })), [q])[0]!, { q: at });
    expect(slope([1.5, 11.5])).toBeCloseToAll([0, 0], 1e-6); // a quarter below the first, three below the second
    const [first, second] = slope([-5, 20]);
    expect(first).toBeLessThan(0);
    expect(second).toBeGreaterThan(0);
  });

  it("have the gradient of finite differences, summed or averaged over them", () => {
    for (const over of ["sum", "mean"] as const) {
      const { analytic, numeric } = checkGradients(
        (quantiles) => quantileErrors({ quantiles, targets: constant([[0.2, -1, 3, 0.7]]), over }),
        [[1, 3]],
      );
      expect(analytic).toBeCloseToAll(numeric, 1e-5);
    }
  });
});

describe("soft values", () => {
  const q = constant([[1, 3, 2]]);

  it("go to the largest as the temperature goes to 0", () => {
    expect(valuesOf(softValue(q, 1e-3))[0]).toBeCloseTo(3, 5);
    expect(valuesOf(softValue(q, 1))[0]).toBeCloseTo(Math.log(Math.E + Math.E ** 2 + Math.E ** 3), 5);
  });

  it("are those of a policy whose probabilities add up to 1", () => {
    const temperature = 0.7;
    const policy = valuesOf(softLogPolicy(q, temperature)).map((l) => Math.exp(l / temperature));
    expect(policy.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const expected = policy.reduce((sum, p, i) => sum + p * ([1, 3, 2][i]! - temperature * Math.log(p)), 0);
    expect(valuesOf(softValue(q, temperature))[0]).toBeCloseTo(expected, 5);
  });
});

describe("continuous actions", () => {
  it("smooth the target's action within the noise's and the action's bounds", () => {
    const x = { action: constant([[0, 0, 0.9]]), noise: constant([[0.2, -3, 0.4]]), noiseClip: 0.5 };
    expect(valuesOf(smoothedAction(x))).toBeCloseToAll([0.2, -0.5, 1], 1e-6);
  });

  it("are worth more the less likely they are", () => {
    const x = { q: constant([1, 2]), logProb: constant([-1, 0.5]), alpha: constant(0.2) };
    expect(valuesOf(softActionValues(x))).toBeCloseToAll([1.2, 1.9], 1e-6);
    expect(valuesOf(softActorLoss(x))[0]).toBeCloseTo(-1.55, 6);
  });

  it("are made more random while the entropy is below its target", () => {
    const logAlpha = input("log α", []);
    const slope = (logProb: number) =>
      valuesOf(
        gradients(temperatureLoss({ logAlpha, logProb: constant([logProb]), targetEntropy: -1 }), [logAlpha])[0]!,
        { "log α": [0] },
      )[0];
    expect(slope(3)).toBeCloseTo(-2, 6); // descending raises α
    expect(slope(-3)).toBeCloseTo(4, 6);
  });
});

describe("quadratic advantages", () => {
  it("are −½ of the distance under L Lᵀ, and 0 at the best action", () => {
    const [a, mu] = [constant([[1, 2]]), constant([[0.5, 0]])];
    const triangle = constant([[Math.log(2), 3, Math.log(0.5)]]); // L = [[2, 0], [3, ½]]
    const P = [
      [4, 6],
      [6, 9.25],
    ];
    const offset = [0.5, 2];
    const form = offset.reduce((s, x, i) => s + x * offset.reduce((t, y, j) => t + P[i]![j]! * y, 0), 0);
    expect(valuesOf(nafAdvantage({ action: a, best: mu, triangle }))[0]).toBeCloseTo(-form / 2, 5);
    expect(valuesOf(nafAdvantage({ action: mu, best: mu, triangle }))[0]).toBeCloseTo(0, 9);
  });

  it("have the gradient of finite differences", () => {
    const { analytic, numeric } = checkGradients(
      (action, best, triangle) => nafAdvantage({ action, best, triangle }),
      [
        [2, 3],
        [2, 3],
        [2, 6],
      ],
    );
    expect(analytic).toBeCloseToAll(numeric, { atol: 1e-4, rtol: 1e-5 });
  });
});
