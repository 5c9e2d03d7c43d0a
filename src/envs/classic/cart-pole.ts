/**
 * CartPole (Barto, Sutton & Anderson 1983; gymnasium/envs/classic_control/cartpole.py): a pole on a cart that is pushed left
 * (0) or right (1). Explicit Euler, positions first. State and observation: x, ẋ, θ, θ̇ in m, m/s, rad, rad/s; θ = 0 is
 * upright. Ends when |x| > 2.4 or |θ| > 12°. Reward 1 a step; with `suttonBartoReward` 0, and −1 at the end.
 */
import type { Drawing } from "../render/picture.ts";
import { box, discrete } from "../spaces/build.ts";
import type { Discrete } from "../spaces/space.ts";
import { type Dynamics, resetBounds } from "./dynamics.ts";

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1.1;
const halfLength = 0.5;
const poleMoment = poleMass * halfLength;
const push = 10;
const seconds = 0.02;
const farthest = 2.4;
const widest = (12 * 2 * Math.PI) / 360;

export interface CartPoleOptions {
  readonly suttonBartoReward?: boolean | undefined;
}

export function cartPole({ suttonBartoReward = false }: CartPoleOptions = {}): Dynamics<Discrete> {
  const bounds = [2 * farthest, Number.POSITIVE_INFINITY, 2 * widest, Number.POSITIVE_INFINITY];
  const terminated = (s: Float64Array, at: number): boolean => {
    const x = s[at]!;
    const theta = s[at + 2]!;
    return x < -farthest || x > farthest || theta < -widest || theta > widest;
  };
  return {
    name: "CartPoleEnv",
    observationSpace: box(
      bounds.map((b) => -b),
      bounds,
    ),
    actionSpace: discrete(2),
    renderFps: 50,
    stateSize: 4,
    start(s, at, rng, options) {
      const [low, high] = resetBounds(options, [-0.05, 0.05]);
      for (let i = 0; i < 4; i++) s[at + i] = rng.uniform(low, high);
    },
    step(s, at, action) {
      const velocity = s[at + 1]!;
      const theta = s[at + 2]!;
      const turning = s[at + 3]!;
      const cos = Math.cos(theta);
      const sin = Math.sin(theta);
      const force = action === 1 ? push : -push;
      const pull = (force + poleMoment * turning * turning * sin) / totalMass;
      const angular = (gravity * sin - cos * pull) / (halfLength * (4 / 3 - (poleMass * (cos * cos)) / totalMass));
      const linear = pull - (poleMoment * angular * cos) / totalMass;
      s[at] = s[at]! + seconds * velocity;
      s[at + 1] = velocity + seconds * linear;
      s[at + 2] = theta + seconds * turning;
      s[at + 3] = turning + seconds * angular;
      return suttonBartoReward ? (terminated(s, at) ? -1 : 0) : 1;
    },
    terminated,
    observe(s, at, out, outAt) {
      out[outAt] = s[at]!;
      out[outAt + 1] = s[at + 1]!;
      out[outAt + 2] = s[at + 2]!;
      out[outAt + 3] = s[at + 3]!;
    },
    draw: (s, at) => cartPoleScene(s[at]!, s[at + 2]!),
  };
}

/** The cart at x with its pole at θ. */
export function cartPoleScene(x: number, theta: number): Drawing {
  const tip = [x + 2 * halfLength * Math.sin(theta), 2 * halfLength * Math.cos(theta)] as const;
  const cart = { left: x - 0.2, right: x + 0.2, bottom: -0.15, top: 0.1 };
  return {
    view: [-2.4, -0.8, 2.4, 2.4],
    background: "#ffffff",
    shapes: [
      {
        kind: "line",
        points: [
          [-2.4, -0.02],
          [2.4, -0.02],
        ],
        width: 0.01,
        stroke: "#000000",
      },
      {
        kind: "polygon",
        points: [
          [cart.left, cart.bottom],
          [cart.left, cart.top],
          [cart.right, cart.top],
          [cart.right, cart.bottom],
        ],
        fill: "#000000",
      },
      { kind: "line", points: [[x, 0], tip], width: 0.08, stroke: "#ca9865" },
      { kind: "circle", at: [x, 0], radius: 0.04, fill: "#8184cb" },
    ],
  };
}
