/**
 * Reinforcement learning from preferences over clips of behaviour (Christiano et al. 2017, arXiv:1706.03741). Three
 * processes: an agent learns from a predicted reward; pairs of clips of what it did are put to somebody; the predictor is
 * fitted to the answers. The agent never sees the environment's reward.
 *
 * Departs from the paper: the processes take turns in rounds, so that a run with a labeller who answers at once is the same
 * every time, and a killed one goes on bit for bit; the untaught policy of the first questions is uniformly random; rewards
 * are normalised over the clips that were asked about and not over what the agent did last, so that they do not shrink when
 * it does well.
 *
 * Run it: plaudit clips --env Pendulum-v1     Results: docs/algorithms/rl-clips.md
 */
import type { Json } from "../../envs/index.ts";
import { type Checkpoint, type CheckpointFiles, Interrupted, type Trainer } from "../../run/index.ts";
import { envFile } from "../checkpoint.ts";
import { episodeMetrics, expectSameStep, type Trained, trainReturn } from "../on-policy/on-policy.ts";
import type { Episode } from "../on-policy/rollout.ts";
import { ClipsConfig, type ClipsOptions } from "./config.ts";
import { beginStudy, type Metrics } from "./study.ts";

export interface ClipsResult {
  /** Environment steps, those of the random policy included. */
  readonly steps: number;
  /** Mean true return of the last 100 training episodes; null before the first has ended. */
  readonly trainReturn: number | null;
  /** Questions that were put, and those that have an answer. */
  readonly asked: number;
  readonly answered: number;
}

export interface ClipsTrained extends Trained {
  readonly result: ClipsResult;
}

interface State {
  /** Fits so far. */
  readonly rounds: number;
  /** Steps of the random policy. */
  readonly played: number;
  /** The last true episodes. */
  readonly recent: readonly Episode[];
}

/** The first step plays at random and asks; each further one is a step of the agent's, with a round where one is due. */
export async function* clips(
  options: ClipsOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<ClipsTrained> {
  const config = ClipsConfig.parse(options);
  const { totalTimesteps, signal } = options;
  expectSameStep(options.env);
  const study = await beginStudy(options, config, from?.files);
  const { world, asked } = study;
  const saved = from?.files["clips/state.json"] as State | undefined;
  let { rounds, played, recent }: State = saved ?? { rounds: 0, played: 0, recent: [] };
  let step = from?.step ?? 0;
  const snapshotOf = (agentFiles: CheckpointFiles): Checkpoint => {
    const state: State = { rounds, played, recent };
    return { step, files: { ...agentFiles, ...study.files(), "clips/state.json": state } };
  };
  try {
    if (step === 0) {
      played = study.playAtRandom();
      recent = world.takeEpisodes().slice(-100);
      await study.put(0, 0);
      step = 1;
      yield {
        step,
        metrics: { ...episodeMetrics(recent), "time/total_timesteps": played, "clips/asked": asked.pairs.length },
        snapshot: () => snapshotOf({ "state.json": { env: envFile(world.env) } }),
      };
    } else if (step === 1) world.env.restore?.((from!.files["state.json"] as { env: Json }).env);
    if (rounds === 0) {
      await study.wait(Math.ceil(config.startShare * asked.pairs.length));
      if (signal?.aborted) throw interrupted(); // nothing has moved since the step before
      study.learn(config.initialRewardEpochs, 0);
      rounds = 1;
    }
    const agent = options.agent(world.env, {
      from: step > 1 ? { step: step - 1, files: from!.files } : undefined,
    });
    try {
      for (;;) {
        const next = await agent.next();
        if (next.done) {
          const { policy, files, result } = next.value;
          const counts = { asked: asked.pairs.length, answered: asked.answers.size };
          return {
            policy,
            files,
            result: { steps: played + result.steps, trainReturn: trainReturn(recent), ...counts },
          };
        }
        const { metrics, snapshot } = next.value;
        const done = metrics["time/total_timesteps"]!;
        recent = [...recent, ...world.takeEpisodes()].slice(-100);
        let fitted: Metrics = {};
        if (done >= (rounds * totalTimesteps) / config.rounds && done < totalTimesteps) {
          await study.put(done, rounds);
          await study.wait(config.maxOpen === undefined ? 0 : asked.pairs.length - config.maxOpen);
          fitted = { ...study.learn(config.rewardEpochs, rounds), ...study.compare(rounds) };
          rounds = Math.floor((done / totalTimesteps) * config.rounds) + 1;
        }
        step++;
        const { "rollout/ep_rew_mean": predicted, "rollout/ep_len_mean": _, ...others } = metrics;
        yield {
          step,
          metrics: {
            ...episodeMetrics(recent),
            ...(predicted !== undefined && { "rollout/ep_predicted_rew_mean": predicted }),
            ...others,
            "time/total_timesteps": played + done,
            "clips/asked": asked.pairs.length,
            "clips/labels": asked.answers.size,
            ...fitted,
          },
          snapshot: () => snapshotOf(snapshot().files),
        };
      }
    } finally {
      await agent.return(undefined as never);
    }
  } finally {
    study.dispose();
  }
}

const interrupted = () =>
  new Interrupted("interrupted while the first answers were waited for; the questions are saved", {
    code: "interrupted",
    help: "go on with --resume",
  });
