/**
 * LunarLander (gymnasium/envs/box2d/lunar_lander.py, v3) on planck instead of Box2D: the same bodies, engines, draws and
 * rewards, but another physics engine, so that traces are like Gymnasium's and not equal to them.
 *
 * Actions: nothing, left engine, main engine, right engine; or two numbers in [−1, 1], main engine (from 0 on, at half power
 * upwards) and side engines (beyond ±0.5). Observation: place, velocity, angle, turning, and whether each leg touches, scaled.
 * Reward: the change of −100·distance −100·speed −100·tilt +10·legs, less fuel; −100 for a crash or leaving the picture,
 * 100 for coming to rest.
 */
import { UsageError } from "../../base/index.ts";
import type { Env } from "../env.ts";
import type { GeneratorState } from "../random/generator.ts";
import { ownedGenerator } from "../random/owned.ts";
import { box, discrete } from "../spaces/build.ts";
import type { Box, Discrete } from "../spaces/space.ts";
import { drawLander } from "./picture.ts";
import { createScene, posesOf, type Scene } from "./scene.ts";
import { height, legDown, padHeight, scale, width } from "./shape.ts";
import { noThrust, type Thrust, thrustOfChoice, thrustOfPair } from "./thrust.ts";

export interface LunarLanderOptions {
  /** Between −12 and 0, default −10. */
  readonly gravity?: number | undefined;
  /** Default false. */
  readonly enableWind?: boolean | undefined;
  /** Default 15; up to 20 is sensible. */
  readonly windPower?: number | undefined;
  /** Default 1.5; up to 2 is sensible. */
  readonly turbulencePower?: number | undefined;
}

const fps = 50;
const mainPower = 13;
const sidePower = 0.6;

/** @throws UsageError `bad-env-option` */
export const lunarLander = (options: LunarLanderOptions = {}): Env<Box<"float32">, Discrete> =>
  lander(options, discrete(4), (action) => thrustOfChoice(action as number));

/** @throws UsageError `bad-env-option` */
export const lunarLanderContinuous = (options: LunarLanderOptions = {}): Env<Box<"float32">, Box<"float32">> =>
  lander(options, box(-1, 1, [2]), (action) => thrustOfPair(action as Float32Array));

/**
 * What a snapshot holds. A physics engine keeps more between two steps than it shows, so the episode is saved as its
 * beginning and its actions, and restoring flies it again.
 */
type Saved = {
  readonly began: GeneratorState | null;
  readonly actions: readonly (number | readonly number[])[];
  readonly rng: GeneratorState | null;
};

function lander<A extends Discrete | Box<"float32">>(
  { gravity = -10, enableWind = false, windPower = 15, turbulencePower = 1.5 }: LunarLanderOptions,
  actionSpace: A,
  thrustOf: (action: unknown) => Thrust,
): Env<Box<"float32">, A> {
  if (!(gravity > -12 && gravity < 0)) {
    throw new UsageError(`wanted a gravity between −12 and 0, got ${gravity}`, { code: "bad-env-option" });
  }
  const high = [2.5, 2.5, 10, 10, 2 * Math.PI, 10, 1, 1];
  const rng = ownedGenerator();
  let scene: Scene | undefined;
  let shaping: number | undefined;
  let wind = 0;
  let turbulence = 0;
  let began: GeneratorState | null = null;
  let actions: (number | readonly number[])[] = [];
  let thrust = noThrust;

  const gust = (index: number) => Math.tanh(Math.sin(0.02 * index) + Math.sin(Math.PI * 0.01 * index));

  const fly = (burning: Thrust): [observation: Float32Array, reward: number, terminated: boolean] => {
    thrust = burning;
    const { main, side, direction } = thrust;
    const { world, lander: body, touching } = scene!;
    if (enableWind && !touching[0] && !touching[1]) {
      body.applyForceToCenter({ x: gust(wind++) * windPower, y: 0 }, true);
      body.applyTorque(gust(turbulence++) * turbulencePower, true);
    }
    const angle = body.getAngle();
    const [tipX, tipY] = [Math.sin(angle), Math.cos(angle)];
    const [sideX, sideY] = [-tipY, tipX];
    const dispersion = [rng.current.uniform(-1, 1) / scale, rng.current.uniform(-1, 1) / scale] as const;
    const push = (x: number, y: number, power: number, place: { x: number; y: number }) =>
      body.applyLinearImpulse({ x: -x * power, y: -y * power }, place, true);
    if (main > 0) {
      const along = 4 / scale + 2 * dispersion[0];
      const x = tipX * along + sideX * dispersion[1];
      const y = -tipY * along - sideY * dispersion[1];
      const { x: px, y: py } = body.getPosition();
      push(x, y, mainPower * main, { x: px + x, y: py + y });
    }
    if (side > 0) {
      const across = 3 * dispersion[1] + (direction * 12) / scale;
      const x = tipX * dispersion[0] + sideX * across;
      const y = -tipY * dispersion[0] - sideY * across;
      const { x: px, y: py } = body.getPosition();
      push(x, y, sidePower * side, { x: px + x - (tipX * 17) / scale, y: py + y + (tipY * 14) / scale });
    }
    world.step(1 / fps, 180, 60);

    const { x, y } = body.getPosition();
    const velocity = body.getLinearVelocity();
    const state = [
      (x - width / 2) / (width / 2),
      (y - (padHeight + legDown)) / (height / 2),
      (velocity.x * (width / 2)) / fps,
      (velocity.y * (height / 2)) / fps,
      body.getAngle(),
      (20 * body.getAngularVelocity()) / fps,
      touching[0] ? 1 : 0,
      touching[1] ? 1 : 0,
    ] as const;
    const before = shaping;
    shaping =
      -100 * Math.sqrt(state[0] * state[0] + state[1] * state[1]) -
      100 * Math.sqrt(state[2] * state[2] + state[3] * state[3]) -
      100 * Math.abs(state[4]) +
      10 * state[6] +
      10 * state[7];
    const gained = (before === undefined ? 0 : shaping - before) - main * 0.3 - side * 0.03;
    const lost = scene!.crashed || Math.abs(state[0]) >= 1;
    const atRest = !body.isAwake();
    return [Float32Array.from(state), atRest ? 100 : lost ? -100 : gained, lost || atRest];
  };

  /** A new world, and the step without thrust that belongs to every reset. */
  const begin = () => {
    began = rng.current.save();
    actions = [];
    shaping = undefined;
    scene = createScene(gravity, rng.current);
    if (enableWind) {
      wind = rng.current.integers(-9999, 9999);
      turbulence = rng.current.integers(-9999, 9999);
    }
    return fly(noThrust)[0];
  };

  return {
    name: "LunarLander",
    renderFps: fps,
    observationSpace: box([...high.slice(0, 6).map((v) => -v), 0, 0], high),
    actionSpace,
    reset({ seed } = {}) {
      rng.reseed(seed);
      return [begin(), {}];
    },
    step(action) {
      actions.push(typeof action === "number" ? action : Array.from(action as Float32Array));
      return [...fly(thrustOf(action)), false, {}];
    },
    render: () => (scene === undefined ? "" : drawLander({ ...posesOf(scene), thrust })),
    random: () => rng.current,
    snapshot: (): Saved => ({ began, actions: [...actions], rng: rng.save() }),
    restore(saved) {
      const state = saved as Saved;
      scene = undefined;
      if (state.began !== null) {
        rng.load(state.began);
        begin();
        for (const action of state.actions) {
          actions.push(action);
          fly(thrustOf(action));
        }
      }
      rng.load(state.rng);
    },
  };
}
