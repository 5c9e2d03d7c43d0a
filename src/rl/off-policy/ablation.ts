/**
 * Which tip helps how much: each one alone on top of DQN, and Rainbow without each, on the same settings and seeds (Hessel et
 * al. 2018, figure 3; the lecture's table).
 */
import { UsageError } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import { type Evaluation, evaluate } from "../evaluate.ts";
import { DqnConfig, type DqnOptions, deepQ } from "./dqn.ts";

type Settings = Omit<DqnOptions, "env" | "seed">;

/** Each switch with what it switches on. */
const tips = {
  double: { double: true },
  dueling: { dueling: true },
  prioritized: { prioritized: true },
  "n-step": { nStep: 3 },
  noisy: { exploration: "noisy" },
  distributional: { returns: "c51" },
} as const satisfies Record<string, Settings>;

/** All of them: Rainbow. */
const all: Settings = Object.assign({}, ...Object.values(tips));

/** Other ways to do the same, and what DQN already has: compared with DQN alone. */
const others = (batchSize: number): Readonly<Record<string, Settings>> => ({
  "dqn + boltzmann": { exploration: "boltzmann" },
  "dqn + noisy-episode": { exploration: "noisy-episode" },
  "dqn + qr-dqn": { returns: "qr-dqn" },
  "dqn - target network": { targetNetwork: false },
  // A memory of one batch: only what just happened can be learnt from.
  "dqn - replay": { bufferSize: batchSize },
});

/** Settings by the name of the row, DQN first. */
export function ablationCases(batchSize: number): Readonly<Record<string, Settings>> {
  const names = Object.keys(tips) as (keyof typeof tips)[];
  const without = (name: keyof typeof tips): Settings =>
    Object.assign({}, ...names.filter((other) => other !== name).map((other) => tips[other]));
  return {
    dqn: {},
    ...Object.fromEntries(names.map((name) => [`dqn + ${name}`, tips[name]])),
    ...others(batchSize),
    rainbow: all,
    ...Object.fromEntries(names.map((name) => [`rainbow - ${name}`, without(name)])),
  };
}

export interface AblationOptions {
  /** New environments that reset in the same step; closed here. */
  readonly env: () => VectorEnv;
  readonly seeds: readonly number[];
  /** What all rows have in common. `vMin` and `vMax` should hold the returns of this environment. */
  readonly settings: Settings;
  /** Names of `ablationCases`. Default: all. */
  readonly rows?: readonly string[];
  /** To judge a policy by. Default 100. */
  readonly episodes?: number;
  /** How many rows, counted from the first, are there already. Default 0. */
  readonly done?: number;
}

export interface AblationRow {
  readonly name: string;
  readonly seed: number;
  /** Mean return of the last 100 training episodes. */
  readonly trainReturn: number | null;
  readonly evaluation: Evaluation;
  /** Mean training return along the run, a point a line of the log. */
  readonly curve: readonly { readonly timesteps: number; readonly trainReturn: number }[];
}

/**
 * One row a case and seed, as soon as it is there.
 *
 * @throws UsageError `bad-row` for a name that is none of `ablationCases`
 */
export async function* ablation({
  env: make,
  seeds,
  settings,
  rows,
  episodes = 100,
  done = 0,
}: AblationOptions): AsyncGenerator<AblationRow, void, void> {
  const cases = ablationCases(DqnConfig.parse(settings).batchSize);
  const names = Object.keys(cases);
  const unknown = (rows ?? []).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`the ablation has no row ${JSON.stringify(unknown)}`, {
      code: "bad-row",
      help: `it has ${names.join(", ")}`,
    });
  }
  let left = done;
  for (const name of rows ?? names) {
    const config = DqnConfig.parse({ ...settings, ...cases[name] });
    for (const seed of seeds) {
      if (left-- > 0) continue;
      const env = make();
      const training = deepQ("dqn", config, { env, seed });
      const curve: { timesteps: number; trainReturn: number }[] = [];
      let next = await training.next();
      for (; !next.done; next = await training.next()) {
        const { "time/total_timesteps": timesteps, "rollout/ep_rew_mean": trainReturn } = next.value.metrics;
        if (trainReturn !== undefined) curve.push({ timesteps: timesteps!, trainReturn });
      }
      env.close?.();
      const { policy, result } = next.value;
      const judge = make();
      const evaluation = evaluate(policy, { env: judge, episodes, seed: seed + 1_000_000 });
      judge.close?.();
      yield { name, seed, trainReturn: result.trainReturn, evaluation, curve };
    }
  }
}
