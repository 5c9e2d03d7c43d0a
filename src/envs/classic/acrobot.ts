/**
 * Acrobot (Sutton 1996; gymnasium/envs/classic_control/acrobot.py, the equations of Sutton & Barto's book): two links, of
 * which only the joint between them is driven, by a torque of −1, 0 or 1; the tip has to come one link above the pivot.
 * State θ₁, θ₂, θ̇₁, θ̇₂ (θ₁ = 0 hangs down, θ₂ against the first link); observation cos and sin of both, then the
 * velocities. One Runge–Kutta step of 0.2 s. Reward −1 a step, 0 on arrival.
 */
import type { Drawing } from "../render/picture.ts";
import { box, discrete } from "../spaces/build.ts";
import type { Discrete } from "../spaces/space.ts";
import { type Dynamics, resetBounds } from "./dynamics.ts";

const seconds = 0.2;
const fastest1 = 4 * Math.PI;
const fastest2 = 9 * Math.PI;
const gravity = 9.8;
// Both links: length 1 m, mass 1 kg, centre of mass in the middle, moment of inertia 1.
const centre = 0.5;

const clip = (x: number, limit: number): number => Math.min(Math.max(x, -limit), limit);

/** The same angle in [−π, π]. */
function wrap(angle: number): number {
  let x = angle;
  while (x > Math.PI) x -= 2 * Math.PI;
  while (x < -Math.PI) x += 2 * Math.PI;
  return x;
}

/** Accelerations of a state, [θ̈₁, θ̈₂] into `out`. */
function accelerate(t1: number, t2: number, v1: number, v2: number, torque: number, out: Float64Array): void {
  const cos2 = Math.cos(t2);
  const sin2 = Math.sin(t2);
  const d1 = centre ** 2 + (1 + centre ** 2 + 2 * centre * cos2) + 1 + 1;
  const d2 = centre ** 2 + centre * cos2 + 1;
  const phi2 = centre * gravity * Math.cos(t1 + t2 - Math.PI / 2);
  const phi1 =
    -centre * v2 ** 2 * sin2 - 2 * centre * v2 * v1 * sin2 + (centre + 1) * gravity * Math.cos(t1 - Math.PI / 2) + phi2;
  const a2 = (torque + (d2 / d1) * phi1 - centre * v1 ** 2 * sin2 - phi2) / (centre ** 2 + 1 - d2 ** 2 / d1);
  out[0] = -(d2 * a2 + phi1) / d1;
  out[1] = a2;
}

export function acrobot(): Dynamics<Discrete> {
  const bounds = [1, 1, 1, 1, fastest1, fastest2];
  const k1 = new Float64Array(2);
  const k2 = new Float64Array(2);
  const k3 = new Float64Array(2);
  const k4 = new Float64Array(2);
  const terminated = (s: Float64Array, at: number): boolean => -Math.cos(s[at]!) - Math.cos(s[at + 1]! + s[at]!) > 1;
  return {
    name: "AcrobotEnv",
    observationSpace: box(
      bounds.map((b) => -b),
      bounds,
    ),
    actionSpace: discrete(3),
    renderFps: 15,
    stateSize: 4,
    start(s, at, rng, options) {
      const [low, high] = resetBounds(options, [-0.1, 0.1]);
      for (let i = 0; i < 4; i++) s[at + i] = Math.fround(rng.uniform(low, high));
    },
    step(s, at, action) {
      const torque = action - 1;
      const t1 = s[at]!;
      const t2 = s[at + 1]!;
      const v1 = s[at + 2]!;
      const v2 = s[at + 3]!;
      const half = seconds / 2;
      // The fourth-order Runge–Kutta method; positions follow velocities, velocities the accelerations k.
      accelerate(t1, t2, v1, v2, torque, k1);
      const v1b = v1 + half * k1[0]!;
      const v2b = v2 + half * k1[1]!;
      accelerate(t1 + half * v1, t2 + half * v2, v1b, v2b, torque, k2);
      const v1c = v1 + half * k2[0]!;
      const v2c = v2 + half * k2[1]!;
      accelerate(t1 + half * v1b, t2 + half * v2b, v1c, v2c, torque, k3);
      const v1d = v1 + seconds * k3[0]!;
      const v2d = v2 + seconds * k3[1]!;
      accelerate(t1 + seconds * v1c, t2 + seconds * v2c, v1d, v2d, torque, k4);
      const sixth = seconds / 6;
      s[at] = wrap(t1 + sixth * (v1 + 2 * v1b + 2 * v1c + v1d));
      s[at + 1] = wrap(t2 + sixth * (v2 + 2 * v2b + 2 * v2c + v2d));
      s[at + 2] = clip(v1 + sixth * (k1[0]! + 2 * k2[0]! + 2 * k3[0]! + k4[0]!), fastest1);
      s[at + 3] = clip(v2 + sixth * (k1[1]! + 2 * k2[1]! + 2 * k3[1]! + k4[1]!), fastest2);
      return terminated(s, at) ? 0 : -1;
    },
    terminated,
    observe(s, at, out, outAt) {
      out[outAt] = Math.cos(s[at]!);
      out[outAt + 1] = Math.sin(s[at]!);
      out[outAt + 2] = Math.cos(s[at + 1]!);
      out[outAt + 3] = Math.sin(s[at + 1]!);
      out[outAt + 4] = s[at + 2]!;
      out[outAt + 5] = s[at + 3]!;
    },
    draw: (s, at) => acrobotScene(s[at]!, s[at + 1]!),
  };
}

/** The links at θ₁ and θ₂, and the line that the tip has to reach. */
export function acrobotScene(t1: number, t2: number): Drawing {
  const t12 = t1 + t2;
  const joint = [Math.sin(t1), -Math.cos(t1)] as const;
  const tip = [joint[0] + Math.sin(t12), joint[1] - Math.cos(t12)] as const;
  return {
    view: [-2.2, -2.2, 2.2, 2.2],
    background: "#ffffff",
    shapes: [
      {
        kind: "line",
        points: [
          [-2.2, 1],
          [2.2, 1],
        ],
        width: 0.01,
        stroke: "#000000",
      },
      { kind: "line", points: [[0, 0], joint], width: 0.2, stroke: "#00cccc" },
      { kind: "line", points: [joint, tip], width: 0.2, stroke: "#00cccc" },
      { kind: "circle", at: [0, 0], radius: 0.1, fill: "#cccc00" },
      { kind: "circle", at: joint, radius: 0.1, fill: "#cccc00" },
    ],
  };
}
