/**
 * MountainCar (Moore 1990; gymnasium/envs/classic_control/mountain_car.py, continuous_mountain_car.py): a car too weak for
 * the hill has to swing up. State and observation: position and velocity. Height 0.45 sin 3x + 0.55.
 */

import type { Drawing, Point } from "../render/picture.ts";
import { box, discrete } from "../spaces/build.ts";
import type { Box, Discrete } from "../spaces/space.ts";
import { type Dynamics, resetBounds } from "./dynamics.ts";

const leftEnd = -1.2;
const rightEnd = 0.6;
export const mountainCarGoal = 0.5;
export const mountainCarContinuousGoal = Math.fround(0.45);
const fastest = 0.07;

export interface MountainCarOptions {
  /** What the car has to have on arrival, default 0. */
  readonly goalVelocity?: number | undefined;
}

const exact = (x: number): number => x;
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** What both have: start, observation, drawing, and the rule at the left wall. */
const shared = (goal: number, goalVelocity: number) => ({
  observationSpace: box([leftEnd, -fastest], [rightEnd, fastest]),
  renderFps: 30,
  stateSize: 2,
  start: ((s, at, rng, options) => {
    const [low, high] = resetBounds(options, [-0.6, -0.4]);
    s[at] = rng.uniform(low, high);
    s[at + 1] = 0;
  }) satisfies Dynamics["start"],
  move(s: Float64Array, at: number, acceleration: number, round: (x: number) => number): void {
    const velocity = round(clip(round(s[at + 1]! + acceleration), -fastest, fastest));
    const position = clip(round(s[at]! + velocity), leftEnd, rightEnd);
    s[at] = position;
    s[at + 1] = position === leftEnd && velocity < 0 ? 0 : velocity;
  },
  terminated: (s: Float64Array, at: number): boolean => s[at]! >= goal && s[at + 1]! >= goalVelocity,
  observe: ((s, at, out, outAt) => {
    out[outAt] = s[at]!;
    out[outAt + 1] = s[at + 1]!;
  }) satisfies Dynamics["observe"],
  draw: (s: Float64Array, at: number): Drawing => mountainCarScene(s[at]!, goal),
});

/** Three actions: accelerate to the left, not, to the right. Reward −1 a step, until 0.5 is reached. */
export function mountainCar({ goalVelocity = 0 }: MountainCarOptions = {}): Dynamics<Discrete> {
  const { move, ...rest } = shared(mountainCarGoal, goalVelocity);
  return {
    ...rest,
    name: "MountainCarEnv",
    actionSpace: discrete(3),
    step(s, at, action) {
      move(s, at, (action - 1) * 0.001 + Math.cos(3 * s[at]!) * -0.0025, exact);
      return -1;
    },
  };
}

/**
 * A force in [−1, 1] (beyond it is cut). Reward −0.1 a², of the action as given, and 100 at 0.45, where it ends.
 *
 * Gymnasium keeps the state in float32 after the first step and computes with it in float32, and so does this: a third
 * number of state says whether it is.
 */
export function mountainCarContinuous({ goalVelocity = 0 }: MountainCarOptions = {}): Dynamics<Box<"float32">> {
  const { move, ...rest } = shared(mountainCarContinuousGoal, Math.fround(goalVelocity));
  return {
    ...rest,
    name: "Continuous_MountainCarEnv",
    actionSpace: box(-1, 1, [1]),
    stateSize: 3,
    start(s, at, rng, options) {
      rest.start(s, at, rng, options);
      s[at + 2] = 0;
    },
    step(s, at, action) {
      const round = s[at + 2] === 1 ? Math.fround : exact;
      const pull = 0.0025 * Math.cos(round(3 * s[at]!));
      // A force that was cut is no float32 number any more.
      const isCut = action < -1 || action > 1;
      const acceleration = isCut
        ? Math.sign(action) * 0.0015 - pull
        : Math.fround(Math.fround(action * Math.fround(0.0015)) - Math.fround(pull));
      move(s, at, round(acceleration), round);
      s[at] = Math.fround(s[at]!);
      s[at + 1] = Math.fround(s[at + 1]!);
      s[at + 2] = 1;
      return (rest.terminated(s, at) ? 100 : 0) - action * action * 0.1;
    },
  };
}

const height = (x: number): number => Math.sin(3 * x) * 0.45 + 0.55;

/** The car at x between the hills, and a flag at the goal. */
export function mountainCarScene(x: number, goal: number): Drawing {
  const ground = Array.from({ length: 101 }, (_, i): Point => {
    const at = leftEnd + ((rightEnd - leftEnd) * i) / 100;
    return [at, height(at)];
  });
  const slope = Math.atan(1.35 * Math.cos(3 * x)); // of the ground below the car
  const [cos, sin] = [Math.cos(slope), Math.sin(slope)];
  const onCar = (along: number, above: number): Point => [
    x + along * cos - above * sin,
    height(x) + along * sin + above * cos,
  ];
  const flag = height(goal);
  return {
    view: [leftEnd, -0.05, rightEnd, 1.15],
    background: "#ffffff",
    shapes: [
      { kind: "line", points: ground, width: 0.008, stroke: "#000000" },
      {
        kind: "polygon",
        points: [onCar(-0.06, 0.03), onCar(-0.06, 0.1), onCar(0.06, 0.1), onCar(0.06, 0.03)],
        fill: "#000000",
      },
      { kind: "circle", at: onCar(-0.035, 0.03), radius: 0.025, fill: "#808080" },
      { kind: "circle", at: onCar(0.035, 0.03), radius: 0.025, fill: "#808080" },
      {
        kind: "line",
        points: [
          [goal, flag],
          [goal, flag + 0.15],
        ],
        width: 0.008,
        stroke: "#000000",
      },
      {
        kind: "polygon",
        points: [
          [goal, flag + 0.15],
          [goal, flag + 0.1],
          [goal + 0.07, flag + 0.125],
        ],
        fill: "#cccc00",
      },
    ],
  };
}
