/** What a run works with, and the steps of a round: put questions, hear the answers, fit, compare with the truth. */
import { setTimeout as pause } from "node:timers/promises";
import { stream, UsageError } from "../../base/index.ts";
import { type Space, sampler, type VectorEnv } from "../../envs/index.ts";
import type { CheckpointFiles } from "../../run/index.ts";
import { mean, pearson, sum } from "../../stats/index.ts";
import { tensorsOf } from "../checkpoint.ts";
import { known } from "../codec.ts";
import { choosePairs } from "./choose.ts";
import type { ClipsConfig, ClipsOptions } from "./config.ts";
import { type Ensemble, rewardEnsemble } from "./ensemble.ts";
import { stepCodec } from "./features.ts";
import { clipMemory } from "./memory.ts";
import { preferredOf } from "./preference.ts";
import { type Questions, questions } from "./questions.ts";
import { labelsWanted } from "./schedule.ts";
import { clipWorld, type World } from "./world.ts";

export type Metrics = Readonly<Record<string, number>>;

export interface Study {
  readonly world: World;
  readonly ensemble: Ensemble;
  readonly asked: Questions;
  /** Plays at random; returns how many steps of all environments that were. */
  playAtRandom(): number;
  /**
   * Puts as many questions as there shall be when the agent has done so many steps.
   *
   * @throws UsageError `no-clips` in the first round
   */
  put(steps: number, round: number): Promise<void>;
  /** Until so many questions have answers, or nobody waits any longer. */
  wait(answered: number): Promise<void>;
  /** Fits the predictors to the answers that are there; nothing where there are none. */
  learn(passes: number, round: number): Metrics;
  /** How the predicted reward stands to the true one, over clips of what was done last. */
  compare(round: number): Metrics;
  files(): CheckpointFiles;
  dispose(): void;
}

/** Milliseconds between two looks at whether somebody has answered. */
const look = 250;
/** Clips over which predicted and true rewards are compared. */
const compared = 100;

/** @param from the files of a checkpoint */
export async function beginStudy(
  options: ClipsOptions,
  config: ClipsConfig,
  from: CheckpointFiles | undefined,
): Promise<Study> {
  const { env, name, fps, totalTimesteps, seed = 0, signal, goOn } = options;
  const k = Math.max(1, Math.round(config.clipSeconds * fps));
  const codec = stepCodec(env.singleObservationSpace, env.singleActionSpace, config.rewardActions);
  const memory = clipMemory({ numEnvs: env.numEnvs, capacity: config.memory, codec, env: name, fps });
  const ensemble = rewardEnsemble({
    ...{ width: codec.width, k, seed, members: config.members, hidden: config.rewardArch, bounded: config.rewardTanh },
    ...{ learningRate: config.rewardLearningRate, batchSize: config.rewardBatchSize, noise: config.answerNoise },
  });
  const world = clipWorld({
    ...{ env, codec, memory, name },
    predict: (rows, into) => ensemble.rewards(rows, into),
    endPenalty: config.continueEpisodes ? config.endPenalty : undefined,
  });
  if (from) {
    memory.restore(tensorsOf(from, "clips/memory.safetensors"));
    ensemble.restore(from);
  }
  const asked = await questions(options.labeller, from);
  const schedule = {
    labels: config.labels,
    initialShare: config.initialShare,
    halfRate: config.labelDecay * totalTimesteps,
    totalSteps: totalTimesteps * (1 - 1 / config.rounds), // the last round's questions are the last
  };
  const encoded = new Map<string, readonly [Float32Array, Float32Array]>();
  const rowsOf = ({ id, clips: [left, right] }: Questions["pairs"][number]) => {
    const rows = encoded.get(id) ?? [codec.encode(left), codec.encode(right)];
    encoded.set(id, rows);
    return rows;
  };
  return {
    ...{ world, ensemble, asked },
    playAtRandom: () => playAtRandom(world.env, config.initialSteps, seed),
    async put(steps, round) {
      const candidates = choosePairs(
        {
          count: labelsWanted(schedule, steps) - asked.pairs.length,
          oversampling: round === 0 ? 1 : config.oversampling, // before the first fit there is nothing to disagree on
          cut: (rng) => memory.cut(rng, k, "moving"),
          sums: ({ clip }) => ensemble.sums(codec.encode(clip)),
        },
        stream(seed, "pairs", round),
      );
      if (round === 0 && candidates.length === 0) throw noClips(k);
      await asked.ask(candidates);
    },
    async wait(wanted) {
      await asked.hear();
      if (asked.answers.size < wanted) options.waiting?.(asked.answers.size, wanted);
      while (asked.answers.size < wanted && !goOn?.aborted && !signal?.aborted) {
        await pause(look);
        await asked.hear();
      }
    },
    learn(passes, round) {
      const examples = asked.pairs.flatMap((pair) => {
        const preferred = preferredOf(asked.answers.get(pair.id) ?? []);
        if (preferred === undefined) return [];
        const [left, right] = rowsOf(pair);
        return [{ pair: pair.id, left, right, preferred }];
      });
      if (examples.length === 0) return {};
      const { trainLoss, validationLoss, accuracy, decay } = ensemble.fit(examples, passes, round);
      return {
        "clips/train_loss": trainLoss,
        "clips/validation_loss": validationLoss,
        "clips/accuracy": accuracy,
        "clips/weight_decay": decay,
      };
    },
    compare(round) {
      const rng = stream(seed, "compare", round);
      const segments = Array.from({ length: compared }, () => memory.cut(rng, k, "any")).filter(
        (one) => one !== undefined,
      );
      const rewards = new Float64Array(k);
      const predicted = segments.map(({ clip }) => {
        ensemble.rewards(codec.encode(clip), rewards);
        return sum([...rewards]);
      });
      const correlation = pearson(
        predicted,
        segments.map((segment) => sum(segment.rewards)),
      );
      return {
        "clips/predicted_reward_mean": mean(predicted) / k,
        ...(Number.isFinite(correlation) && { "clips/reward_correlation": correlation }), // none where all do as well
      };
    },
    files: () => ({ ...ensemble.files(), ...asked.files(), "clips/memory.safetensors": memory.snapshot() }),
    dispose: () => ensemble.dispose(),
  };
}

const noClips = (k: number): UsageError =>
  new UsageError(
    `in what the random policy did there is no stretch of ${k} steps of one episode where anything moves`,
    {
      code: "no-clips",
      help: "take shorter clips (--clip-seconds) or more steps (--initial-steps)",
    },
  );

/** Steps of uniformly random actions, at least so many of all environments together; returns how many they were. */
function playAtRandom(env: VectorEnv, steps: number, seed: number): number {
  const n = env.numEnvs;
  const rounds = Math.ceil(steps / n);
  const action = sampler(env.singleActionSpace as Space, seed);
  const world = known(env);
  world.reset({ seed });
  for (let t = 0; t < rounds; t++) {
    world.step(
      Array.from({ length: n }, () => action.sample() as number | Float32Array).flatMap((a) =>
        typeof a === "number" ? a : [...a],
      ),
    );
  }
  return rounds * n;
}
