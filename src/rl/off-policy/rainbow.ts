/**
 * Rainbow (Hessel et al. 2018, arXiv:1710.02298, table 1) and two of its colours under their own names: the program is dqn.ts,
 * here are the defaults of the papers. Rainbow and C51 have none in stable-baselines3; QR-DQN's are sb3-contrib's.
 *
 * c51 and rainbow say returns between vMin and vMax, which are those of Atari with clipped rewards (−10 … 10): give the bounds
 * of yours, for CartPole-v1 with γ = 0.99 0 and 100.
 */
import type { z } from "zod";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { DqnConfig, deepQ } from "./dqn.ts";
import type { OffPolicyOptions, OffPolicyTrained } from "./off-policy.ts";

const { shape } = DqnConfig;
const batch = 32;

/** Bellemare et al. 2017 (arXiv:1707.06887): DQN on 51 atoms. */
export const C51Config = DqnConfig.extend({
  learningRate: shape.learningRate.default(2.5e-4),
  adamEpsilon: shape.adamEpsilon.default(0.01 / batch),
  returns: shape.returns.default("c51"),
});

/** Dabney et al. 2018 (arXiv:1710.10044), as sb3-contrib has it. */
export const QrDqnConfig = DqnConfig.extend({
  learningRate: shape.learningRate.default(5e-5),
  maxGradNorm: shape.maxGradNorm.default(0),
  adamEpsilon: shape.adamEpsilon.default(0.01 / batch),
  explorationFraction: shape.explorationFraction.default(0.005),
  explorationFinalEps: shape.explorationFinalEps.default(0.01),
  returns: shape.returns.default("qr-dqn"),
});

/** All at once. Frames of the paper are four to a step: learning starts after 80,000 of them, the target is 32,000 old. */
export const RainbowConfig = DqnConfig.extend({
  learningRate: shape.learningRate.default(6.25e-5),
  adamEpsilon: shape.adamEpsilon.default(1.5e-4),
  learningStarts: shape.learningStarts.default(20_000),
  targetUpdateInterval: shape.targetUpdateInterval.default(8000),
  nStep: shape.nStep.default(3),
  exploration: shape.exploration.default("noisy"),
  double: shape.double.default(true),
  dueling: shape.dueling.default(true),
  prioritized: shape.prioritized.default(true),
  priorityAlpha: shape.priorityAlpha.default(0.5),
  returns: shape.returns.default("c51"),
});

type Named<C extends z.ZodObject> = z.input<C> & OffPolicyOptions;
export type C51Options = Named<typeof C51Config>;
export type QrDqnOptions = Named<typeof QrDqnConfig>;
export type RainbowOptions = Named<typeof RainbowConfig>;

interface Resume {
  readonly from?: Checkpoint | undefined;
}

export const c51 = (options: C51Options, { from }: Resume = {}): Trainer<OffPolicyTrained> =>
  deepQ("c51", C51Config.parse(options), options, from);

export const qrDqn = (options: QrDqnOptions, { from }: Resume = {}): Trainer<OffPolicyTrained> =>
  deepQ("qr-dqn", QrDqnConfig.parse(options), options, from);

export const rainbow = (options: RainbowOptions, { from }: Resume = {}): Trainer<OffPolicyTrained> =>
  deepQ("rainbow", RainbowConfig.parse(options), options, from);
