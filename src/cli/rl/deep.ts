/** `plaudit rl ALGORITHM --env ID` for the algorithms with networks: one command each, made of the algorithm's settings. */
import { z } from "zod";
import { makeVec } from "../../envs/index.ts";
import {
  A2cConfig,
  a2c,
  evaluate,
  type Policy,
  PpoConfig,
  policyFiles,
  ppo,
  preset,
  presetNames,
} from "../../rl/index.ts";
import type { Checkpoint, Finished, Trainer } from "../../run/index.ts";
import { nothingToWatch } from "../../doctor/index.ts";
import { computing, defineCommand } from "../frame/index.ts";
import { applyPreset, checkRun, recording, summary, train } from "../train/training.ts";

const own = {
  env: z.string().default("CartPole-v1").describe("the environment's name").meta({ value: "ID" }),
  numEnvs: z.int().positive().default(1).describe("environments side by side"),
  preset: z.enum(presetNames).optional().describe("settings that others found for this environment; flags win over them"),
  evaluationEpisodes: z.int().positive().default(100).describe("episodes of the finished, greedy policy"),
};

export const RlResult = z.strictObject({
  /** Environment steps. */
  steps: z.int(),
  /** Of the finished policy, which takes its most likely action, in fresh environments. */
  return: z.strictObject({ mean: z.number(), std: z.number(), episodes: z.int() }),
  /** Mean over the last 100 training episodes. */
  trainReturn: z.number().nullable(),
  seconds: z.number(),
  run: z.string(),
});

/** What every trainer here returns. */
interface Taught extends Finished {
  readonly policy: Policy;
  readonly result: { readonly steps: number; readonly trainReturn: number | null };
}

interface Algorithm<S extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly config: S;
  readonly teach: (
    options: z.output<S> & { readonly env: ReturnType<typeof makeVec>; readonly seed: number },
    how: { readonly from?: Checkpoint | undefined },
  ) => Trainer<Taught>;
}
