/**
 * Pendulum (gymnasium/envs/classic_control/pendulum.py): swing up and balance with a torque in [−2, 2] (beyond it is cut).
 * State θ, θ̇ with θ = 0 upright; observation cos θ, sin θ, θ̇. The reward −(θ² + 0.1 θ̇² + 0.001 u²), θ in [−π, π], is that
 * of the state before the step. Never ends.
 */
import { UsageError } from "../../base/index.ts";
import type { Drawing } from "../render/picture.ts";
import { box } from "../spaces/build.ts";
import type { Box } from "../spaces/space.ts";
import type { Dynamics } from "./dynamics.ts";

const fastest = 8;
const strongest = 2;
const seconds = 0.05;

export interface PendulumOptions {
  /** Gravity, default 10. */
  readonly g?: number | undefined;
}

const clip = (x: number, limit: number): number => Math.min(Math.max(x, -limit), limit);

/** The same angle in [−π, π). */
function normalize(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = (angle + Math.PI) % turn;
  return (rest < 0 ? rest + turn : rest) - Math.PI;
}

function startBound(given: unknown, usual: number): number {
  const bound = given ?? usual;
  if (typeof bound === "number" && Number.isFinite(bound) && bound >= 0) return bound;
  throw new UsageError(`wanted reset options x_init and y_init that are numbers ≥ 0, got ${String(given)}`, {
    code: "bad-reset-options",
  });
}

export function pendulum({ g = 10 }: PendulumOptions = {}): Dynamics<Box<"float32">> {
  return {
    name: "PendulumEnv",
    observationSpace: box([-1, -1, -fastest], [1, 1, fastest]),
    actionSpace: box(-strongest, strongest, [1]),
    renderFps: 30,
    stateSize: 2,
    start(s, at, rng, options) {
      const angle = startBound(options?.x_init, Math.PI);
      const velocity = startBound(options?.y_init, 1);
      s[at] = rng.uniform(-angle, angle);
      s[at + 1] = rng.uniform(-velocity, velocity);
    },
    step(s, at, action) {
      const theta = s[at]!;
      const velocity = s[at + 1]!;
      const u = clip(action, strongest);
      // Gymnasium's torque is a float32 number, and what is computed of it alone is too.
      const effort = Math.fround(Math.fround(0.001) * Math.fround(u * u));
      const cost = normalize(theta) ** 2 + 0.1 * velocity ** 2 + effort;
      const next = clip(velocity + (((3 * g) / 2) * Math.sin(theta) + Math.fround(3 * u)) * seconds, fastest);
      s[at] = theta + next * seconds;
      s[at + 1] = next;
      return -cost;
    },
    terminated: () => false,
    observe(s, at, out, outAt) {
      out[outAt] = Math.cos(s[at]!);
      out[outAt + 1] = Math.sin(s[at]!);
      out[outAt + 2] = s[at + 1]!;
    },
    draw: (s, at) => pendulumScene(s[at]!),
  };
}

/** The pendulum at θ. */
export function pendulumScene(theta: number): Drawing {
  return {
    view: [-1.2, -1.2, 1.2, 1.2],
    background: "#ffffff",
    shapes: [
      {
        kind: "line",
        points: [
          [0, 0],
          [-Math.sin(theta), Math.cos(theta)],
        ],
        width: 0.2,
        stroke: "#cc4d4d",
      },
      { kind: "circle", at: [0, 0], radius: 0.05, fill: "#000000" },
    ],
  };
}
