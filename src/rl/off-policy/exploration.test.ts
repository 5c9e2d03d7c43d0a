import { expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { actionNoise } from "./action-noise.ts";
import { bestOf, boltzmann, decayed } from "./exploration.ts";

it("ε falls in a straight line over its part of the run and stays there", () => {
  const decay = { initial: 1, final: 0.1, fraction: 0.5 };
  const at = [1, 0.75, 0.5, 0.2, 0].map((progress) => decayed(decay, progress));
  expect(at).toBeCloseToAll([1, 0.55, 0.1, 0.1, 0.1], 1e-12);
});

it("the best action is looked for among one state's values, the first of equals", () => {
  expect(bestOf([9, 1, 3, 3, 9], 1, 3)).toBe(1);
});

it("Boltzmann's choices are as frequent as softmax(Q / T), for values of any size", () => {
  const rng = stream(1, "test");
  const counts = [0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[boltzmann([5000, 5001, 4999.5], 0, 3, 2, rng)]!++;
  const weights = [0, 1, -0.5].map((q) => Math.exp(q / 2));
  const total = weights.reduce((a, b) => a + b, 0);
  expect(counts.map((n) => n / 20_000)).toBeCloseToAll(
    weights.map((w) => w / total),
    0.015,
  );
});

it("normal noise has its deviation, the swinging one goes on from where it was until an episode ends", () => {
  const rng = stream(2, "test");
  const drawn = Array.from({ length: 5000 }, () => {
    const noise = actionNoise(1, 1, { actionNoise: "normal", actionNoiseStd: 0.2 });
    const actions = [0];
    noise.add(actions, rng);
    return actions[0]!;
  });
  expect(Math.sqrt(drawn.reduce((s, x) => s + x * x, 0) / drawn.length)).toBeCloseTo(0.2, 1);
  const swinging = actionNoise(2, 1, { actionNoise: "ornstein-uhlenbeck", actionNoiseStd: 0.5 });
  const correlation = { xy: 0, xx: 0 };
  for (let i = 0; i < 5000; i++) {
    const before = swinging.state[0]!;
    swinging.add([0, 0], rng);
    correlation.xy += before * swinging.state[0]!;
    correlation.xx += before * before;
  }
  expect(correlation.xy / correlation.xx).toBeCloseTo(1 - 0.15 * 0.01, 2);
  swinging.reset([0, 1]);
  expect([swinging.state[0] === 0, swinging.state[1] === 0]).toEqual([false, true]);
});

it("actions stay in their bounds, whatever the noise", () => {
  const actions = Float32Array.of(0.9, -0.9);
  actionNoise(2, 1, { actionNoise: "normal", actionNoiseStd: 50 }).add(actions, stream(3, "test"));
  for (const action of actions) expect(Math.abs(action)).toBeLessThanOrEqual(1);
});
