/**
 * The picture of an environment from what it showed a learner, where that tells all that there is to see: clips of
 * behaviour are kept as observations and drawn again by this, in a terminal or a browser, with the scenes that the
 * environments draw of themselves.
 */
import { acrobotScene } from "../classic/acrobot.ts";
import { cartPoleScene } from "../classic/cart-pole.ts";
import { mountainCarContinuousGoal, mountainCarGoal, mountainCarScene } from "../classic/mountain-car.ts";
import { pendulumScene } from "../classic/pendulum.ts";
import { drawLander, landerScene } from "../lander/picture.ts";
import type { Drawing } from "./picture.ts";

type Observation = readonly number[];
type Action = number | readonly number[];

interface Scene {
  /** Numbers of an observation. */
  readonly size: number;
  draw(observation: Observation, action?: Action): Drawing;
}

const lander: Scene = { size: 8, draw: (o, action) => drawLander(landerScene(o, action)) };
const angle = (cos: number, sin: number): number => Math.atan2(sin, cos);

/** By the name of the environment without its version. */
const scenes: Readonly<Record<string, Scene>> = {
  CartPole: { size: 4, draw: ([x, , theta]) => cartPoleScene(x!, theta!) },
  MountainCar: { size: 2, draw: ([x]) => mountainCarScene(x!, mountainCarGoal) },
  MountainCarContinuous: { size: 2, draw: ([x]) => mountainCarScene(x!, mountainCarContinuousGoal) },
  Pendulum: { size: 3, draw: ([cos, sin]) => pendulumScene(angle(cos!, sin!)) },
  Acrobot: { size: 6, draw: ([cos1, sin1, cos2, sin2]) => acrobotScene(angle(cos1!, sin1!), angle(cos2!, sin2!)) },
  LunarLander: lander,
  LunarLanderContinuous: lander,
};

/**
 * @param envId as in the registry, any version and horizon: `CartPole-v1`, `CartPoleFixedHorizon-v1`
 * @param observation as the environment gave it, not normalised
 * @param action taken in it; shown where it can be seen (engines)
 * @returns undefined for an environment that is not known here, or whose observations have other numbers
 */
export function drawObservation(envId: string, observation: Observation, action?: Action): Drawing | undefined {
  const name = /^(\w+?)(?:FixedHorizon)?-v\d+$/.exec(envId)?.[1] ?? "";
  const scene = Object.hasOwn(scenes, name) ? scenes[name]! : undefined;
  return scene?.size === observation.length ? scene.draw(observation, action) : undefined;
}
