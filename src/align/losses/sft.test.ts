import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { gradients } from "../../engine/grad/index.ts";
import { constant, input, matmul, type Tensor, topologicalOrder } from "../../engine/graph/index.ts";
import { checkGradients, evaluate } from "../../engine/interpret/index.ts";
import { chunkedCrossEntropy, sftLoss, shiftLabels, tokenAccuracy } from "./index.ts";

describe("labels", () => {
  it("are predicted one position earlier, never across rows, and −100 never", () => {
    const { targets, mask } = shiftLabels([5, -100, 7, 8, 9, -100], 3);
    expect([...targets]).toEqual([0, 7, 0, 9, 0, 0]);
    expect([...mask]).toEqual([0, 1, 0, 1, 0, 0]);
  });
});

describe("cross-entropy", () => {
  const x = { logits: input("logits", [2, 3]), targets: input("targets", [2], "int32"), weights: input("w", [2]) };
  const feeds = { logits: [0, Math.log(2), 0, 5, 5, 5], targets: [1, 0], w: [1, 0] };
  const numberOf = (t: Tensor, more: object = {}) => evaluate([t], { ...feeds, ...more })[0]![0]!;

  it("is −log p of the target where a token has weight", () => {
    expect(numberOf(sftLoss(x))).toBeCloseTo(-Math.log(0.5), 6);
  });

  it("smooths towards the uniform distribution", () => {
    const uniform = -(Math.log(0.25) + Math.log(0.5) + Math.log(0.25)) / 3;
    expect(numberOf(sftLoss({ ...x, labelSmoothing: 0.1 }))).toBeCloseTo(0.9 * Math.log(2) + 0.1 * uniform, 6);
  });

  it("weighs a token by its own probability when dynamic, without gradient through the weight", () => {
    const plain = evaluate(gradients(sftLoss(x), [x.logits]), feeds)[0]!;
    const loss = sftLoss({ ...x, dynamic: true });
    expect(numberOf(loss)).toBeCloseTo(0.5 * Math.log(2), 6);
    const dynamic = evaluate(gradients(loss, [x.logits]), feeds)[0]!;
    expect([...dynamic]).toBeCloseToAll(
      [...plain].map((g) => 0.5 * g),
      1e-6,
    );
  });

  it("has the gradient of finite differences", () => {
    const targets = constant([2, 0], "int32");
    const fn = (logits: Tensor, weights: Tensor) => sftLoss({ logits, weights, targets, labelSmoothing: 0.2 });
    const { analytic, numeric } = checkGradients(fn, [[2, 3], [2]]);
    expect(analytic).toBeCloseToAll(numeric, 1e-6);
  });

  it("counts the tokens that greedy decoding would get right", () => {
    expect(numberOf(tokenAccuracy(x), { w: [0.5, 0.5] })).toBeCloseTo(1, 6);
    expect(numberOf(tokenAccuracy(x), { w: [0.5, 0.5], targets: [0, 0] })).toBeCloseTo(0.5, 6);
  });
});

describe("chunked cross-entropy", () => {
  const [N, D, V] = [7, 3, 11];
  const rng = stream(1, "chunked");
  const normal = (n: number) => Array.from({ length: n }, () => rng.normal());
  const x = {
    hidden: input("hidden", [N, D]),
    weight: input("weight", [V, D]),
    targets: input("targets", [N], "int32"),
    weights: input("w", [N]),
  };
  const feeds = {
    hidden: normal(N * D),
    weight: normal(V * D),
    targets: Array.from({ length: N }, () => rng.integer(V)),
    w: normal(N),
    before: normal(V * D),
  };

  it.each([1, 2, 3, 7, 100])("equals the whole one in chunks of %i tokens", (chunkSize) => {
    const whole = sftLoss({ ...x, logits: matmul(x.hidden, x.weight, { transposeB: true }) });
    const expected = evaluate([whole, ...gradients(whole, [x.hidden, x.weight])], feeds);
    const { loss, gradHidden, gradWeight } = chunkedCrossEntropy({ ...x, chunkSize });
    expect(evaluate([loss, gradHidden, gradWeight], feeds)).toBeCloseToAll(expected, 1e-9);
  });

  it("adds its gradient to one that is there", () => {
    const [alone] = evaluate([chunkedCrossEntropy({ ...x, chunkSize: 3 }).gradWeight], feeds);
    const into = input("before", [V, D]);
    const [sum] = evaluate([chunkedCrossEntropy({ ...x, chunkSize: 3, into }).gradWeight], feeds);
    expect(sum).toBeCloseToAll(
      [...alone!].map((g, i) => g + feeds.before[i]!),
      1e-9,
    );
  });

  it("never makes the logits of all tokens", () => {
    const { loss, gradHidden, gradWeight } = chunkedCrossEntropy({ ...x, chunkSize: 2 });
    const vocabularies = topologicalOrder([loss, gradHidden, gradWeight]).filter(({ shape }) => shape.at(-1) === V);
    expect(Math.max(...vocabularies.map(({ shape }) => shape[0]!))).toBe(2);
  });
});
