import { z } from "zod";
import { allocate, type Rng } from "../../base/index.ts";

/** How a policy that always says the same explores. Actions are in [−1, 1]. */
export const actionNoiseSettings = {
  actionNoise: z
    .enum(["none", "normal", "ornstein-uhlenbeck"])
    .default("normal")
    .describe("added to actions: of each step for itself, or one that swings"),
  actionNoiseStd: z.number().nonnegative().default(0.1).describe("its deviation, where actions go from −1 to 1"),
};
const Settings = z.object(actionNoiseSettings);

export interface ActionNoise {
  /** What swings, [n, d]; part of a checkpoint. */
  readonly state: Float32Array<ArrayBuffer>;
  /** Adds noise to actions [n, d] and clips them to [−1, 1]. */
  add(actions: { [i: number]: number }, rng: Rng): void;
  /** Where an episode ended the swinging begins anew. */
  reset(ended: ArrayLike<number>): void;
}

/** Pull and time step of the Ornstein–Uhlenbeck process (Lillicrap et al. 2016, section 7; stable-baselines3's). */
const [theta, dt] = [0.15, 0.01];

export function actionNoise(
  n: number,
  d: number,
  { actionNoise: kind, actionNoiseStd: sigma }: z.infer<typeof Settings>,
): ActionNoise {
  const state = allocate("float32", n * d);
  const next = {
    none: () => 0,
    normal: (_: number, rng: Rng) => sigma * rng.normal(),
    "ornstein-uhlenbeck": (x: number, rng: Rng) => x - theta * x * dt + sigma * Math.sqrt(dt) * rng.normal(),
  }[kind];
  return {
    state,
    add(actions, rng) {
      for (let i = 0; i < state.length; i++) {
        state[i] = next(state[i]!, rng);
        actions[i] = Math.min(1, Math.max(-1, actions[i]! + state[i]!));
      }
    },
    reset(ended) {
      for (let i = 0; i < n; i++) if (ended[i] === 1) state.fill(0, i * d, (i + 1) * d);
    },
  };
}
