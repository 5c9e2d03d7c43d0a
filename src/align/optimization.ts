import { z } from "zod";
import { adamw, type Schedule, schedule, scheduleNames } from "../optim/index.ts";
import type { Learner, LearnerOptions } from "../train/index.ts";

/** The settings of an optimizer, shared by all trainers. A trainer overrides defaults with `.extend`. */
export const optimization = {
  learningRate: z.number().nonnegative().describe("peak learning rate"),
  lrSchedulerType: z.enum(scheduleNames).describe("how the learning rate moves after the warm-up"),
  minLearningRateRatio: z.number().min(0).max(1).default(0).describe("where the schedule ends, as a part of the peak"),
  warmupSteps: z.int().nonnegative().default(0).describe("steps of linear growth at the start"),
  warmupStartRatio: z.number().min(0).max(1).default(0).describe("where the warm-up begins, as a part of the peak"),
  weightDecay: z.number().nonnegative().default(0).describe("decoupled decay of matrices"),
  adamBeta1: z.number().min(0).lt(1).default(0.9).describe("decay of Adam's first moment"),
  adamBeta2: z.number().min(0).lt(1).default(0.999).describe("decay of Adam's second moment"),
  adamEpsilon: z.number().positive().default(1e-8).describe("Adam's epsilon"),
  adamEpsilonStyle: z
    .enum(["torch", "tensorflow"])
    .default("torch")
    .describe("where epsilon stands: after the bias correction or, as in OpenAI's code, before it"),
  gradientCheckpointing: z
    .boolean()
    .default(false)
    .describe("less memory, the same bits, slower: the inside of a block is computed again for its gradient"),
  maxGradNorm: z.number().nonnegative().default(1).describe("global-norm clipping; 0 = off"),
};

const Optimization = z.object(optimization);
export type Optimization = z.infer<typeof Optimization>;

/** How many rows go together. */
export const batching = {
  batchSize: z.int().positive().describe("rows per optimizer step"),
  microBatchSize: z.int().positive().optional().describe("rows per forward pass (default: about 640 tokens)"),
};

/** How long a trainer runs: epochs, or steps when they are given. */
export const duration = {
  numTrainEpochs: z.number().positive().describe("passes over the data"),
  maxSteps: z.int().positive().optional().describe("optimizer steps; wins over the epochs"),
};

/** What a learner is told of the config. */
export const learning = (c: Optimization): Pick<LearnerOptions, "optimizer" | "gradientCheckpointing"> => ({
  optimizer: adamw({ betas: [c.adamBeta1, c.adamBeta2], epsilon: c.adamEpsilon, epsilonStyle: c.adamEpsilonStyle }),
  gradientCheckpointing: c.gradientCheckpointing,
});

export const scheduleOf = (c: Optimization, totalSteps: number): Schedule =>
  schedule(c.lrSchedulerType, {
    warmupSteps: c.warmupSteps,
    startRatio: c.warmupStartRatio,
    totalSteps,
    minRatio: c.minLearningRateRatio,
  });

/** One optimizer step by the config; `step` counts from 0. Returns what is logged of it. */
export async function optimize(
  learner: Learner,
  c: Optimization,
  factor: number,
): Promise<{ learning_rate: number; grad_norm: number }> {
  const learningRate = c.learningRate * factor;
  const { weightDecay, maxGradNorm } = c;
  const gradNorm = await learner.optimStep({ learningRate, weightDecay, maxGradNorm });
  return { learning_rate: learningRate, grad_norm: gradNorm };
}
