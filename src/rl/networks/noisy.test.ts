import { expect, it } from "vitest";
import { constant } from "../../engine/graph/index.ts";
import { checkGradients, evaluate } from "../../engine/interpret/index.ts";
import { noisyLinear } from "../index.ts";

const layer = {
  weightMean: constant([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  weightStd: constant([
    [0.1, 0.2, 0.3],
    [0.4, 0.5, 0.6],
  ]),
  biasMean: constant([7, 8]),
  biasStd: constant([0.7, 0.8]),
};
const noise = { noiseIn: constant([4, -1, 0]), noiseOut: constant([-9, 0.25]) }; // roots 2, −1, 0 and −3, ½

it("a noisy layer is its mean without noise", () => {
  const { weight, bias } = noisyLinear({ ...layer, noiseIn: constant([0, 0, 0]), noiseOut: constant([0, 0]) });
  expect(evaluate([weight, bias], {})).toBeCloseToAll([
    [1, 2, 3, 4, 5, 6],
    [7, 8],
  ]);
});

it("a noisy layer's weights move by the product of both noises' signed roots, its biases by that of the outputs", () => {
  const { weight, bias } = noisyLinear({ ...layer, ...noise });
  expect(evaluate([weight, bias], {})).toBeCloseToAll(
    [
      [1 - 0.6, 2 + 0.6, 3, 4 + 0.4, 5 - 0.25, 6],
      [7 - 2.1, 8.4],
    ],
    1e-5,
  );
});

it("a noisy layer learns its means and its deviations", () => {
  const { analytic, numeric } = checkGradients(
    (weightMean, weightStd) => noisyLinear({ ...layer, weightMean, weightStd, ...noise }).weight,
    [
      [2, 3],
      [2, 3],
    ],
  );
  expect(analytic).toBeCloseToAll(numeric, 1e-6);
});
