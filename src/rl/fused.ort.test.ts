import { expect, it } from "vitest";
import { mul, sum } from "../engine/index.ts";
import { allocateWeights } from "../nn/index.ts";
import { adam } from "../optim/index.ts";
import { fused, optimized } from "./fused.ts";

it("the moments of weights without a gradient end at 0, not among numbers that are slow to reckon with", () => {
  const weights = allocateWeights([{ name: "w", shape: [3], init: 1 }]);
  const state = optimized(weights, adam());
  const update = fused(state, { x: [3] }, ({ w }, { x }) => ({ loss: sum(mul(w!, x)) }));
  update.inputs.x.set([1, 1e-30, 0]);
  update.run(0.1);
  update.inputs.x.fill(0);
  for (let i = 0; i < 1500; i++) update.run(0.1);
  expect([...state.slots.m!]).toEqual([0, 0, 0]);
  expect(state.slots.v![0]).toBeGreaterThan(1e-5);
  update.dispose();
});
