import { describe, expect, it } from "vitest";
import type { Env } from "../env.ts";
import { make } from "../registry.ts";
import { checkEnv } from "../wrappers/check-env.ts";

type State = readonly number[];

/** The controller that comes with Gymnasium: keep the angle to the pad, hover, let go when a leg touches. */
function pilot(s: State): { angle: number; hover: number } {
  const target = Math.min(Math.max(s[0]! * 0.5 + s[2]!, -0.4), 0.4);
  const touches = s[6] === 1 || s[7] === 1;
  return {
    angle: touches ? 0 : (target - s[4]!) * 0.5 - s[5]!,
    hover: touches ? -s[3]! * 0.5 : (0.55 * Math.abs(s[0]!) - s[1]!) * 0.5 - s[3]! * 0.5,
  };
}
function choose(s: State): number {
  const { angle, hover } = pilot(s);
  if (hover > Math.abs(angle) && hover > 0.05) return 2;
  return angle < -0.05 ? 3 : angle > 0.05 ? 1 : 0;
}
function steer(s: State): Float32Array {
  const { angle, hover } = pilot(s);
  return Float32Array.of(hover * 20 - 1, -angle * 20).map((v) => Math.min(Math.max(v, -1), 1));
}

function episode(env: Env, act: (s: State) => number | Float32Array, seed: number): number {
  let [state] = env.reset({ seed });
  for (let total = 0; ; ) {
    const [next, reward, terminated, truncated] = env.step(act(Array.from(state as Float32Array)));
    total += reward;
    state = next;
    if (terminated || truncated) return total;
  }
}
const mean = (env: Env, act: Parameters<typeof episode>[1]) => {
  const returns = Array.from({ length: 8 }, (_, seed) => episode(env, act, seed));
  return returns.reduce((a, b) => a + b, 0) / returns.length;
};

describe("lunar lander", () => {
  it("lands under the controller that lands Gymnasium's, and falls without thrust", () => {
    expect(mean(make("LunarLander-v3") as Env, choose)).toBeGreaterThan(200);
    expect(mean(make("LunarLanderContinuous-v3") as Env, steer)).toBeGreaterThan(200);
    expect(mean(make("LunarLander-v3") as Env, () => 0)).toBeLessThan(-80);
  });

  it("starts where Gymnasium's does, but for the last digits that another engine makes", () => {
    const [start] = make("LunarLander-v3").reset({ seed: 42 });
    const theirs = [0.00229702, 1.4181306, 0.2326471, 0.3204666, -0.00265488, -0.05269805, 0, 0];
    theirs.forEach((value, i) => {
      expect(start[i]).toBeCloseTo(value, 2);
    });
  });

  it.each(["LunarLander-v3", "LunarLanderContinuous-v3"])(
    "%s in the wind is the same by the same seed, and resumes",
    (id) => checkEnv(() => make(id, { enableWind: true }), { steps: 60 }),
  );

  it("draws itself", () => {
    const env = make("LunarLander-v3");
    env.reset({ seed: 1 });
    const picture = env.render!();
    expect(typeof picture === "string" ? [] : picture.shapes.map(({ kind }) => kind)).toContain("polygon");
  });

  it("refuses a gravity that is none", () => {
    expect(() => make("LunarLander-v3", { gravity: 3 })).toThrow(expect.objectContaining({ code: "bad-env-option" }));
  });
});
