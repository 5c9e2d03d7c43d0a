import { z } from "zod";
import { make, makeVec } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import { computing, defineCommand, duration, number } from "../frame/index.ts";
import { type Evaluated, evaluated, vectors } from "../rl/evaluated.ts";
import { applyPreset, checkOut, recording, type Trained, train } from "../train/training.ts";
import { agentFlags, checkAgentFlags, chosenAgent } from "./agent.ts";
import { labellerFlags, openLabeller } from "./labeller.ts";

const { seed, out, resume } = computing;

const Schema = z.strictObject({
  env: z
    .string()
    .min(1)
    .describe("the environment by its name: Pendulum-v1, CartPoleFixedHorizon-v1 …")
    .meta({ value: "ID" }),
  ...rl.ClipsConfig.shape,
  ...labellerFlags,
  ...agentFlags,
  evaluationEpisodes: z
    .int()
    .positive()
    .default(100)
    .describe("episodes of the finished policy, under the true reward"),
  saveSteps: recording.saveSteps.default(10),
  saveTotalLimit: recording.saveTotalLimit,
  seed,
  out,
  resume,
});

const Result = z.strictObject({
  /** Steps of the environment, those of the random policy included. */
  steps: z.int(),
  /** True return of the final policy over fresh episodes, without discount. */
  return: z.strictObject({ mean: z.number(), std: z.number(), episodes: z.int() }),
  /** Mean true return of the last 100 training episodes; null where none has ended. */
  trainReturn: z.number().nullable(),
  /** Pairs of clips that were put, and those that have an answer. */
  asked: z.int(),
  answered: z.int(),
  seconds: z.number(),
  run: z.string(),
});

/** At which an environment looks natural that does not say so. */
const usualFps = 30;

export const clips = defineCommand({
  name: "clips",
  summary: "reinforcement learning from preferences over pairs of clips, without a reward",
  examples: [
    "plaudit clips --env Pendulum-v1",
    "plaudit clips --env CartPoleFixedHorizon-v1 --labels 200 --mistakes 0.1",
    "plaudit clips --env Pendulum-v1 --labeller terminal --labels 60",
  ],
  schema: Schema,
  resultSchema: Result,
  async run(context, given) {
    checkAgentFlags(given.agent, context.given);
    const options = applyPreset(given, context.given, rl.agentPreset(given.agent, given.env) as Partial<typeof given>);
    checkOut(options);
    const { seed, env: name, numEnvs = 1, evaluationEpisodes: episodes } = options;
    const { totalTimesteps, nSteps, begin } = chosenAgent(options.agent, options, seed);
    const env = makeVec(name, numEnvs, vectors);
    const labeller = openLabeller(options);
    const result: Trained<Evaluated<rl.ClipsTrained>> = await train(
      context,
      { ...options, logSamples: 0 },
      {
        command: "clips",
        trainer: (from) => {
          const how = {
            ...rl.ClipsConfig.parse(
              Object.fromEntries(Object.keys(rl.ClipsConfig.shape).map((key) => [key, options[key as never]])),
            ),
            ...{ env, name, seed, totalTimesteps, fps: make(name).renderFps ?? usualFps },
            agent: begin,
            labeller,
            signal: context.signal,
            waiting: (answered: number, wanted: number) =>
              context.note(
                `waiting for answers: ${answered} of ${wanted} are there; Ctrl-C saves the questions and leaves`,
              ),
          };
          return evaluated(rl.clips(how, { from }), { id: name, episodes, seed });
        },
        datasets: [],
        parents: [],
        totalSteps: 1 + Math.ceil(totalTimesteps / (nSteps * numEnvs)),
        shown: {
          "rollout/ep_rew_mean": "true return",
          "rollout/ep_predicted_rew_mean": "predicted",
          "clips/labels": "labels",
          "clips/accuracy": "accuracy",
        },
      },
    );
    const { run, steps, seconds, return: got, asked, answered } = result;
    const lines = [
      `${run}: ${steps} steps in ${duration(seconds)}, ${answered} of ${asked} questions answered`,
      `true return ${number(got.mean)} ± ${number(got.std)} over ${got.episodes} episodes`,
    ];
    context.emit(lines.join("\n"), result);
    return { next: `plaudit runs show ${run}` };
  },
});
