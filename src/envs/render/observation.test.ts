import { describe, expect, it } from "vitest";
import { make } from "../registry.ts";
import { drawObservation } from "./observation.ts";
import type { Drawing, Point, Shape } from "./picture.ts";

const pointsOf = (shape: Shape): readonly Point[] => (shape.kind === "circle" ? [shape.at] : shape.points);

/** The largest distance between points of two pictures that have the same shapes. */
function distance(a: Drawing, b: Drawing): number {
  expect(a.shapes.map(({ kind }) => kind)).toEqual(b.shapes.map(({ kind }) => kind));
  const apart = a.shapes.flatMap((shape, i) =>
    pointsOf(shape).map(([x, y], j) => {
      const [u, v] = pointsOf(b.shapes[i]!)[j]!;
      return Math.hypot(x - u, y - v);
    }),
  );
  return Math.max(...apart);
}

describe("a picture of an observation", () => {
  it.each([
    "CartPole-v0",
    "CartPole-v1",
    "CartPoleFixedHorizon-v1",
    "CartPoleNoVelocity-v1",
    "MountainCar-v0",
    "MountainCarFixedHorizon-v0",
    "MountainCarContinuous-v0",
    "Pendulum-v1",
    "Acrobot-v1",
  ] as const)("of %s is the one that the environment draws of itself", (id) => {
    const env = make(id as string);
    let [observation] = env.reset({ seed: 3 });
    for (let i = 0; i < 40; i++) {
      const drawn = drawObservation(id, Array.from(observation as Float32Array));
      expect(distance(drawn!, env.render!() as Drawing)).toBeLessThan(1e-5);
      expect(drawn!.view).toEqual((env.render!() as Drawing).view);
      const [next, , done] = env.step(env.actionSpace.kind === "discrete" ? i % 2 : Float32Array.of(0.7));
      if (done) break;
      observation = next;
    }
  });

  it.each(["LunarLander-v3", "LunarLanderContinuous-v3"])(
    "of %s has hull, legs and flames where the environment has them, but flat ground",
    (id) => {
      const env = make(id);
      const discrete = env.actionSpace.kind === "discrete";
      env.reset({ seed: 3 });
      for (let i = 0; i < 40; i++) {
        const action = discrete ? i % 4 : [((i % 5) - 2) / 2, ((i % 3) - 1) * 0.8];
        const [observation, , done] = env.step(discrete ? action : Float32Array.from(action as number[]));
        if (done) break;
        const [, ...drawn] = drawObservation(id, Array.from(observation as Float32Array), action)!.shapes;
        const { view, background, shapes } = env.render!() as Drawing;
        const [, ...own] = shapes;
        // Joints of a real physics engine give a little.
        expect(distance({ view, background, shapes: drawn }, { view, background, shapes: own })).toBeLessThan(0.12);
      }
    },
  );

  it("presses a leg that touches", () => {
    const legs = (touches: number) => {
      const polygons = drawObservation("LunarLander-v3", [0, 0, 0, 0, 0, 0, touches, 0])!.shapes;
      return [polygons[1], polygons[2]];
    };
    expect(legs(1)[0]).not.toEqual(legs(0)[0]);
    expect(legs(1)[1]).toEqual(legs(0)[1]);
  });

  it("is none of an environment that is not known, of another's name, or of other numbers", () => {
    expect(drawObservation("Hopper-v5", [1, 2, 3])).toBeUndefined();
    expect(drawObservation("mine/CartPole-v1", [0, 0, 0, 0])).toBeUndefined();
    expect(drawObservation("constructor-v1", [0])).toBeUndefined();
    expect(drawObservation("CartPole-v1", [0, 0, 0])).toBeUndefined();
  });
});
