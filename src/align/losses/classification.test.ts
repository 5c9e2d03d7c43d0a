import { expect, it } from "vitest";
import { constant, evaluate } from "../../engine/index.ts";
import { classificationLoss, rowLogits } from "./classification.ts";

const value = (t: Parameters<typeof evaluate>[0][number]) => [...evaluate([t], {})[0]!];
const logits = constant([
  [1, 2],
  [3, 5],
  [10, 20],
  [30, 50],
]); // four sequences, two rows of two

it("adds the logits of a row's two orders", () => {
  expect(value(rowLogits(logits, 2, false))).toEqual([4, 7, 40, 70]);
});

it("leaves rows of one sequence as they are", () => {
  expect(value(rowLogits(logits, 1, false))).toEqual([1, 2, 3, 5, 10, 20, 30, 50]);
});

it("puts the scores of a row's choices side by side", () => {
  const scores = rowLogits(constant([[1], [2], [3], [4], [5], [6]]), 3, true);
  expect(scores.shape).toEqual([2, 3]);
  expect(value(scores)).toEqual([1, 2, 3, 4, 5, 6]);
});

it("is the weighted negative log-likelihood of the labels", () => {
  const two = constant([
    [0, 0],
    [0, Math.log(3)],
  ]);
  const loss = classificationLoss(two, constant([0, 1], "int32"), constant([0.25, 0.75]));
  expect(value(loss)[0]).toBeCloseTo(0.25 * Math.log(2) + 0.75 * Math.log(4 / 3), 7);
});
