/**
 * Settings that others found: `zoo` is rl-baselines3-zoo's (DLR-RM/rl-baselines3-zoo, hyperparams/*.yml, read at 22e3ff2,
 * MIT), `cleanrl` CleanRL's (vwxyzjn/cleanrl, ppo.py and dqn.py, read at fe8d8a0, MIT). What a table does not name keeps its
 * default. Linear learning rates and clip ranges are zoo's `lin_…`.
 */
import { nearest, UsageError } from "../base/index.ts";

/** Of one algorithm on one environment; `numEnvs` environments run side by side. */
export interface Preset {
  readonly numEnvs: number;
  readonly totalTimesteps: number;
  readonly [setting: string]: unknown;
}
type Table = Readonly<Record<string, Readonly<Record<string, Preset>>>>;

const linear = { lrSchedulerType: "linear" } as const;
const linearClip = { ...linear, clipRangeSchedule: "linear" } as const;
const [k, M] = [1000, 1_000_000];

const lander = {
  ...{ numEnvs: 16, totalTimesteps: M, nSteps: 1024, batchSize: 64, gaeLambda: 0.98, gamma: 0.999, nEpochs: 4 },
  entCoef: 0.01,
};
const cartPoleQ = {
  ...{ numEnvs: 1, totalTimesteps: 50 * k, learningRate: 2.3e-3, batchSize: 64, bufferSize: 100 * k },
  ...{ learningStarts: 1000, targetUpdateInterval: 10, trainFreq: 256, gradientSteps: 128 },
  ...{ explorationFraction: 0.16, explorationFinalEps: 0.04, netArch: [256, 256] },
};
const mountainCarQ = {
  ...{ numEnvs: 1, totalTimesteps: 120 * k, learningRate: 4e-3, batchSize: 128, bufferSize: 10 * k, gamma: 0.98 },
  ...{ learningStarts: 1000, targetUpdateInterval: 600, trainFreq: 16, gradientSteps: 8 },
  ...{ explorationFraction: 0.2, explorationFinalEps: 0.07, netArch: [256, 256] },
};
const landerQ = {
  ...{
    numEnvs: 1,
    totalTimesteps: 100 * k,
    learningRate: 6.3e-4,
    batchSize: 128,
    bufferSize: 50 * k,
    learningStarts: 0,
  },
  ...{ targetUpdateInterval: 250, trainFreq: 4, gradientSteps: -1, explorationFraction: 0.12 },
  ...{ explorationFinalEps: 0.1, netArch: [256, 256] },
};
const noisyActor = {
  ...{ numEnvs: 1, learningRate: 1e-3, gradientSteps: 1, trainFreq: 1, netArch: [400, 300] },
};
const noisyPendulum = {
  ...noisyActor,
  gamma: 0.98,
  bufferSize: 200 * k,
  learningStarts: 10 * k,
  actionNoise: "normal",
  actionNoiseStd: 0.1,
};
const driven = {
  ...noisyActor,
  totalTimesteps: 300 * k,
  actionNoise: "ornstein-uhlenbeck",
  actionNoiseStd: 0.5,
  batchSize: 256,
};

const zoo: Table = {
  ppo: {
    "CartPole-v1": {
      ...{ numEnvs: 8, totalTimesteps: 100 * k, nSteps: 32, batchSize: 256, nEpochs: 20, ...linearClip },
      ...{ gaeLambda: 0.8, gamma: 0.98, learningRate: 1e-3 },
    },
    "Acrobot-v1": { numEnvs: 16, totalTimesteps: M, normalize: true, nSteps: 256, gaeLambda: 0.94, nEpochs: 4 },
    "MountainCar-v0": { numEnvs: 16, totalTimesteps: M, normalize: true, nSteps: 16, gaeLambda: 0.98, nEpochs: 4 },
    "MountainCarContinuous-v0": {
      ...{ numEnvs: 1, totalTimesteps: 20 * k, normalize: true, nSteps: 8, batchSize: 256, gamma: 0.9999 },
      ...{ learningRate: 7.77e-5, entCoef: 0.00429, clipRange: 0.1, nEpochs: 10, gaeLambda: 0.9, maxGradNorm: 5 },
      ...{ vfCoef: 0.19, useSde: true, logStdInit: -3.29, orthoInit: false },
    },
    "Pendulum-v1": {
      ...{ numEnvs: 4, totalTimesteps: 100 * k, nSteps: 1024, gaeLambda: 0.95, gamma: 0.9, nEpochs: 10 },
      ...{ learningRate: 1e-3, clipRange: 0.2, useSde: true, sdeSampleFreq: 4 },
    },
    "LunarLander-v3": lander,
    "LunarLanderContinuous-v3": lander,
  },
  // CartPoleNoVel-v1 of zoo. A batch is a whole rollout there, so sequences are as long as rollouts.
  "recurrent-ppo": {
    "CartPoleNoVelocity-v1": {
      ...{ numEnvs: 8, totalTimesteps: 100 * k, nSteps: 32, batchSize: 256, nEpochs: 20, ...linearClip },
      ...{ gaeLambda: 0.8, gamma: 0.98, learningRate: 1e-3, normalize: true, sequenceLength: 32 },
      ...{ lstmHiddenSize: 64, netArch: [64], activation: "relu", orthoInit: false },
    },
  },
  a2c: {
    "CartPole-v1": { numEnvs: 8, totalTimesteps: 500 * k },
    "Acrobot-v1": { numEnvs: 16, totalTimesteps: 500 * k, normalize: true },
    "MountainCar-v0": { numEnvs: 16, totalTimesteps: M, normalize: true },
    "MountainCarContinuous-v0": {
      ...{ numEnvs: 4, totalTimesteps: 100 * k, normalize: true, nSteps: 100, useSde: true, sdeSampleFreq: 16 },
      orthoInit: false,
    },
    "Pendulum-v1": {
      ...{ numEnvs: 8, totalTimesteps: M, normalize: true, nSteps: 8, gaeLambda: 0.9, gamma: 0.9, vfCoef: 0.4 },
      ...{ learningRate: 7e-4, ...linear, useSde: true, logStdInit: -2, orthoInit: false },
    },
    "LunarLander-v3": {
      ...{ numEnvs: 8, totalTimesteps: 200 * k, gamma: 0.995, learningRate: 8.3e-4, ...linear, entCoef: 1e-5 },
    },
    "LunarLanderContinuous-v3": {
      ...{ numEnvs: 4, totalTimesteps: 5 * M, normalize: true, nSteps: 8, gaeLambda: 0.9, gamma: 0.99, vfCoef: 0.4 },
      ...{ learningRate: 7e-4, ...linear, useSde: true, logStdInit: -2, orthoInit: false },
    },
  },
  trpo: {
    "CartPole-v1": {
      ...{ numEnvs: 2, totalTimesteps: 100 * k, nSteps: 512, batchSize: 512, cgDamping: 1e-3, gaeLambda: 0.98 },
      nCriticUpdates: 20,
    },
    "Acrobot-v1": { numEnvs: 2, totalTimesteps: 100 * k, normalize: true, nSteps: 1024 },
    "MountainCar-v0": { numEnvs: 2, totalTimesteps: 100 * k, normalize: true, nSteps: 1024, nCriticUpdates: 20 },
    "MountainCarContinuous-v0": {
      ...{ numEnvs: 2, totalTimesteps: 50 * k, normalize: true, useSde: true, sdeSampleFreq: 4 },
    },
    "Pendulum-v1": {
      ...{ numEnvs: 2, totalTimesteps: 100 * k, nSteps: 1024, gamma: 0.9, nCriticUpdates: 15, useSde: true },
      sdeSampleFreq: 4,
    },
    "LunarLander-v3": {
      ...{ numEnvs: 2, totalTimesteps: 200 * k, nSteps: 512, cgDamping: 0.01, gaeLambda: 0.98, nCriticUpdates: 15 },
    },
    "LunarLanderContinuous-v3": {
      numEnvs: 2,
      totalTimesteps: 100 * k,
      normalize: true,
      nSteps: 1024,
      nCriticUpdates: 20,
    },
  },
  dqn: { "CartPole-v1": cartPoleQ, "MountainCar-v0": mountainCarQ, "LunarLander-v3": landerQ },
  "qr-dqn": {
    "CartPole-v1": { ...cartPoleQ, nQuantiles: 10 },
    "MountainCar-v0": { ...mountainCarQ, nQuantiles: 25 },
    "LunarLander-v3": {
      ...{ ...landerQ, ...linear, learningRate: 1.5e-3, bufferSize: 100 * k, learningStarts: 10 * k, gamma: 0.995 },
      ...{ targetUpdateInterval: 1, trainFreq: 256, explorationFraction: 0.24, explorationFinalEps: 0.18 },
      nQuantiles: 170,
    },
  },
  sac: {
    "MountainCarContinuous-v0": {
      ...{ numEnvs: 1, totalTimesteps: 50 * k, learningRate: 3e-4, bufferSize: 50 * k, batchSize: 512, entCoef: 0.1 },
      ...{ trainFreq: 32, gradientSteps: 32, gamma: 0.9999, tau: 0.01, learningStarts: 0, useSde: true },
      ...{ logStdInit: -3.67, netArch: [64, 64] },
    },
    "Pendulum-v1": { numEnvs: 1, totalTimesteps: 20 * k, learningRate: 1e-3 },
    "LunarLanderContinuous-v3": {
      ...{ numEnvs: 1, totalTimesteps: 500 * k, batchSize: 256, learningRate: 7.3e-4, ...linear, bufferSize: M },
      ...{ tau: 0.01, trainFreq: 1, gradientSteps: 1, learningStarts: 10 * k, netArch: [400, 300] },
    },
  },
  td3: {
    "MountainCarContinuous-v0": driven,
    "Pendulum-v1": { ...noisyPendulum, totalTimesteps: 20 * k },
    "LunarLanderContinuous-v3": { ...noisyPendulum, totalTimesteps: 300 * k },
  },
  ddpg: {
    "MountainCarContinuous-v0": driven,
    "Pendulum-v1": { ...noisyPendulum, totalTimesteps: 20 * k },
    "LunarLanderContinuous-v3": { ...noisyPendulum, totalTimesteps: 300 * k },
  },
};

/** CleanRL has one set of settings for all classic control. */
const cleanrl: Readonly<Record<string, Preset>> = {
  ppo: {
    ...{
      numEnvs: 4,
      totalTimesteps: 500 * k,
      nSteps: 128,
      batchSize: 128,
      nEpochs: 4,
      learningRate: 2.5e-4,
      ...linear,
    },
    ...{ gamma: 0.99, gaeLambda: 0.95, clipRange: 0.2, clipRangeVf: 0.2, halfValueLoss: true, entCoef: 0.01 },
    truncation: "terminal",
  },
};

export const presetNames = ["zoo", "cleanrl"] as const;

/** The environments for which `zoo` has settings of an algorithm. */
export const zooEnvironments = (algorithm: string): string[] => Object.keys(zoo[algorithm] ?? {});

/** @throws UsageError `no-preset` when there is none for this algorithm and environment */
export function preset(name: (typeof presetNames)[number], algorithm: string, env: string): Preset {
  const found = name === "zoo" ? zoo[algorithm]?.[env] : cleanrl[algorithm];
  if (found) return found;
  const known = name === "zoo" ? zooEnvironments(algorithm) : [];
  const meant = nearest(env, known);
  throw new UsageError(`preset ${name} has nothing for ${algorithm} on ${env}`, {
    code: "no-preset",
    help: meant ? `was ${meant} meant? It has ${known.join(", ")}` : "leave --preset out for the defaults",
  });
}

/**
 * What zoo has for every training is an evaluation every 25,000 steps with 5 episodes, which keeps the best policy beside the
 * last one, which may be the worst. Here twenty evaluations with 20 episodes each: zoo's two in 50,000 steps of DQN catch
 * nothing.
 */
export const presetEvaluation = (name: (typeof presetNames)[number], { totalTimesteps }: Preset) =>
  name === "zoo" ? { evalFreq: totalTimesteps / 20, nEvalEpisodes: 20 } : {};
