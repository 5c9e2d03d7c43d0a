import { z } from "zod";
import type { VectorEnv } from "../../envs/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import type { Trained } from "../on-policy/on-policy.ts";
import type { LabellerOf } from "./questions.ts";

export const ClipsConfig = z.object({
  labels: z.int().positive().default(400).describe("questions of the whole run"),
  clipSeconds: z.number().positive().default(1).describe("length of a clip at the environment's natural speed"),
  initialShare: z.number().gt(0).max(1).default(0.25).describe("share of the questions put before the agent learns"),
  initialSteps: z.int().positive().default(4000).describe("steps of the random policy that those are about"),
  startShare: z.number().min(0).max(1).default(0.75).describe("share of those answers that the agent waits for"),
  rounds: z.int().min(2).default(25).describe("how often in a run questions are put and predictors fitted"),
  labelDecay: z
    .number()
    .positive()
    .default(0.5)
    .describe("share of the run's steps after which questions come half as often"),
  maxOpen: z
    .int()
    .min(0)
    .optional()
    .describe("the agent waits while more questions than that are unanswered (default: it goes on)"),
  oversampling: z
    .int()
    .positive()
    .default(10)
    .describe("pairs drawn for each that is put, of which the most disputed are taken; 1: at random"),
  memory: z.int().positive().default(20_000).describe("last steps that clips are cut from"),
  members: z.int().positive().default(5).describe("reward predictors"),
  rewardArch: z.array(z.int().positive()).min(1).default([64, 64]).describe("widths of their hidden layers"),
  rewardTanh: z.boolean().default(false).describe("their output between −1 and 1, before it is normalised"),
  rewardActions: z.boolean().default(false).describe("they see actions too, not states alone"),
  rewardLearningRate: z.number().positive().default(1e-3).describe("of their Adam"),
  rewardBatchSize: z.int().positive().default(32).describe("pairs of clips an update"),
  rewardEpochs: z.int().positive().default(20).describe("passes over all answers a round"),
  initialRewardEpochs: z.int().positive().default(100).describe("passes before the agent learns"),
  answerNoise: z.number().min(0).lt(1).default(0.1).describe("share of answers that are taken for a coin's"),
  continueEpisodes: z.boolean().default(false).describe("hide the ends of episodes from the agent"),
  endPenalty: z.number().min(0).default(0).describe("what an end costs in true reward, where ends are hidden"),
});
export type ClipsConfig = z.infer<typeof ClipsConfig>;

export interface ClipsOptions extends z.input<typeof ClipsConfig> {
  /** Resets in the same step. */
  readonly env: VectorEnv;
  /** The environment's name and its steps a second: how clips of it are drawn. */
  readonly name: string;
  readonly fps: number;
  /** Steps that the agent is given. */
  readonly totalTimesteps: number;
  /** Begins PPO, A2C or TRPO on these environments, for `totalTimesteps`: `(env, how) => ppo({ ...settings, env }, how)`. */
  readonly agent: (env: VectorEnv, how: { readonly from?: Checkpoint | undefined }) => Trainer<Trained>;
  readonly labeller: LabellerOf;
  readonly seed?: number;
  /** Ends waiting for the first answers, and the run with it (`Interrupted`). */
  readonly signal?: AbortSignal | undefined;
  /** Ends waiting for answers; the run goes on with what it has. */
  readonly goOn?: AbortSignal | undefined;
  /** Told when answers begin to be waited for. */
  readonly waiting?: ((answered: number, wanted: number) => void) | undefined;
}
