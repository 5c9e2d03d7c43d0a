import { describe, expect, it } from "vitest";
import { make } from "../registry.ts";
import { cartPole } from "./cart-pole.ts";
import { dynamicsEnv } from "./dynamics.ts";

describe("classic control", () => {
  it("keeps the pendulum's energy nearly constant without a torque, as physics does", () => {
    const env = make("Pendulum-v1", { maxEpisodeSteps: null });
    const [start] = env.reset({ seed: 5 });
    // ½·⅓ml²·θ̇² + ½mgl·cos θ, with m = l = 1 and g = 10
    const energy = ([cos, , velocity]: Float32Array) => velocity! ** 2 / 6 + 5 * cos!;
    const first = energy(start);
    for (let i = 0; i < 300; i++) expect(Math.abs(energy(env.step(Float32Array.of(0))[0]) - first)).toBeLessThan(1.5);
  });

  it("swings the car out of the valley by pushing along its velocity", () => {
    const env = make("MountainCar-v0");
    let [[, velocity]] = env.reset({ seed: 1 });
    for (let n = 1; n <= 200; n++) {
      const [observation, reward, terminated] = env.step(velocity! >= 0 ? 2 : 0);
      velocity = observation[1];
      expect(reward).toBe(-1);
      if (terminated) return expect(n).toBeLessThan(140);
    }
    expect.unreachable("it did not arrive");
  });

  it("of a fixed horizon never ends, stands still where it fell, and pays nothing more", () => {
    const env = make("CartPoleFixedHorizon-v1", { maxEpisodeSteps: 60 });
    env.reset({ seed: 2 });
    const steps = Array.from({ length: 60 }, () => env.step(1));
    expect(steps.every(([, , terminated]) => !terminated)).toBe(true);
    expect(steps.at(-1)![3]).toBe(true);
    const total = steps.reduce((sum, [, reward]) => sum + reward, 0);
    expect(total).toBeGreaterThan(5);
    expect(total).toBeLessThan(15);
    expect(steps.at(-1)![0]).toEqual(steps[20]![0]);
  });

  it("starts within the bounds that a reset names", () => {
    const env = dynamicsEnv(cartPole());
    for (let seed = 0; seed < 20; seed++) {
      const [observation] = env.reset({ seed, options: { low: 0.1, high: 0.2 } });
      expect(observation.every((x) => x >= 0.1 && x <= 0.2)).toBe(true);
    }
  });
});
