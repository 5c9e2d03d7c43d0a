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
import { cliffMoves, cliffStates, cliffWalkingScene } from "../toy/cliff-walking.ts";
import { frozenLakeMaps, lakeMoves } from "../toy/frozen-lake.ts";
import { frozenLakeScene } from "../toy/frozen-lake-scene.ts";
import type { Move } from "../toy/grid-painter.ts";
import { taxiMoves, taxiStates } from "../toy/taxi-map.ts";
import { taxiScene } from "../toy/taxi-scene.ts";
import type { Drawing } from "./picture.ts";

type Observation = readonly number[];
type Action = number | readonly number[];

interface Scene {
  /** Numbers of an observation. */
  readonly size: number;
  draw(observation: Observation, action?: Action): Drawing | undefined;
}

/** Of so many numbered states; the action says where whoever acts looks. */
const numbered = (states: number, moves: readonly Move[], draw: (state: number, move?: Move) => Drawing): Scene => ({
  size: 1,
  draw: ([state], action) =>
    Number.isInteger(state) && state! >= 0 && state! < states ? draw(state!, moves[action as number]) : undefined,
});

const lake = (desc: readonly string[]): Scene =>
  numbered(desc.length ** 2, lakeMoves, (state, move) => frozenLakeScene(desc, state, move));
const cliff = numbered(cliffStates, cliffMoves, cliffWalkingScene);

const lander: Scene = { size: 8, draw: (o, action) => drawLander(landerScene(o, action)) };
const angle = (cos: number, sin: number): number => Math.atan2(sin, cos);

/** By the name of the environment without its version. */
const scenes: Readonly<Record<string, Scene>> = {
  CartPole: { size: 4, draw: ([x, , theta]) => cartPoleScene(x!, theta!) },
  CartPoleNoVelocity: { size: 2, draw: ([x, theta]) => cartPoleScene(x!, theta!) },
  MountainCar: { size: 2, draw: ([x]) => mountainCarScene(x!, mountainCarGoal) },
  MountainCarContinuous: { size: 2, draw: ([x]) => mountainCarScene(x!, mountainCarContinuousGoal) },
  Pendulum: { size: 3, draw: ([cos, sin]) => pendulumScene(angle(cos!, sin!)) },
  Acrobot: { size: 6, draw: ([cos1, sin1, cos2, sin2]) => acrobotScene(angle(cos1!, sin1!), angle(cos2!, sin2!)) },
  LunarLander: lander,
  LunarLanderContinuous: lander,
  FrozenLake: lake(frozenLakeMaps["4x4"]),
  FrozenLake8x8: lake(frozenLakeMaps["8x8"]),
  CliffWalking: cliff,
  CliffWalkingSlippery: cliff,
  Taxi: numbered(taxiStates, taxiMoves, (state, move) => taxiScene(state, move)),
};

/**
 * @param envId as in the registry, any version and horizon: `CartPole-v1`, `CartPoleFixedHorizon-v1`
 * @param observation as the environment gave it, not normalised; a numbered state as a list of one
 * @param action taken in it; shown where it can be seen (engines, which way somebody looks)
 * @returns undefined for an environment that is not known here, or whose observations are others
 */
export function drawObservation(envId: string, observation: Observation, action?: Action): Drawing | undefined {
  const name = /^(\w+?)(?:FixedHorizon)?-v\d+$/.exec(envId)?.[1] ?? "";
  const scene = Object.hasOwn(scenes, name) ? scenes[name]! : undefined;
  return scene?.size === observation.length ? scene.draw(observation, action) : undefined;
}
