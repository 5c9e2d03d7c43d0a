import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { make } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import { type Checkpoint, type Finished, newRunName, type Trainer } from "../../run/index.ts";
import { computing, defineCommand, duration, number } from "../frame/index.ts";
import { type Evaluated, environments, evaluated } from "../rl/evaluated.ts";
import { applyPreset, checkOut, type RunFlags, recording, runFolder, type Trained, train } from "../train/training.ts";
import { agentFlags, checkAgentFlags, chosenAgent } from "./agent.ts";
import { checkLabeller, labellerFlags, openLabeller } from "./labeller.ts";

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
    "plaudit clips --env Pendulum-v1 --labeller studio --project my-project --overlap 2 --max-open 20",
  ],
  schema: Schema,
  resultSchema: Result,
  async run(context, given) {
    checkAgentFlags(given.agent, context.given);
    checkLabeller(given, context);
    const preset = rl.agentPreset(given.agent, given.env) as Partial<typeof given>;
    const chosen = applyPreset(withPace(given), context.given, preset);
    checkOut(chosen);
    const folder = chosen.project === undefined ? runFolder("clips", chosen) : runInProject(chosen, chosen.project);
    const options = typeof chosen.resume === "string" ? chosen : { ...chosen, out: folder };
    const { seed, env: name, numEnvs = 1, evaluationEpisodes: episodes } = options;
    const { totalTimesteps, nSteps, begin } = chosenAgent(options.agent, options, seed);
    const env = environments({ id: name, numEnvs });
    const study = rl.ClipsConfig.parse(
      Object.fromEntries(Object.keys(rl.ClipsConfig.shape).map((key) => [key, options[key as never]])),
    );
    const {
      labeller,
      left,
      progress = context.progress,
      withdraw,
      close,
    } = await openLabeller(options, folder, context);
    const { signal } = context;
    const waiting = (answered: number, wanted: number) =>
      progress.note(`waiting for answers: ${answered} of ${wanted} are there; Ctrl-C saves the questions and leaves`);
    const trainer = (from: Checkpoint | undefined) => {
      const who = { labeller, signal, goOn: left, waiting };
      const fps = make(name).renderFps ?? usualFps;
      const learning = rl.clips({ ...study, ...who, env, name, seed, totalTimesteps, fps, agent: begin }, { from });
      return evaluated(breathing(learning), { id: name, seed }, episodes);
    };
    let result: Trained<Evaluated<rl.ClipsTrained>>;
    try {
      result = await train(
        { ...context, signal, progress, note: (line) => progress.note(line) },
        { ...options, logSamples: 0 },
        {
          ...{ command: "clips", trainer, datasets: [], parents: [] },
          totalSteps: 1 + Math.ceil(totalTimesteps / (nSteps * numEnvs)),
          shown: {
            "rollout/ep_rew_mean": "true return",
            "rollout/ep_predicted_rew_mean": "predicted",
            "clips/labels": "labels",
            "clips/accuracy": "accuracy",
          },
        },
      );
      await withdraw();
    } finally {
      await close();
    }
    const { run, steps, seconds, return: got, asked, answered } = result;
    const lines = [
      `${run}: ${steps} steps in ${duration(seconds)}, ${answered} of ${asked} questions answered`,
      `true return ${number(got.mean)} ± ${number(got.std)} over ${got.episodes} episodes`,
    ];
    context.emit(lines.join("\n"), result);
    return { next: `plaudit runs show ${run}` };
  },
});

/** People who answer one by one are waited for: an agent on a fast environment would be done before them. */
const withPace = <O extends { readonly labeller: string; readonly maxOpen?: number | undefined }>(options: O): O =>
  options.labeller === "terminal" && options.maxOpen === undefined ? { ...options, maxOpen: 0 } : options;

/** A run that asks a project's people is one of its runs, so that the studio shows it. */
function runInProject({ resume, out }: Pick<RunFlags, "resume" | "out">, project: string): string {
  const runs = join(project, "runs");
  return typeof resume === "string" ? resume : (out ?? join(runs, newRunName(runs, "clips")));
}

/** Lets keys and timers have their turn between two steps. */
async function* breathing<R extends Finished>(trainer: Trainer<R>): Trainer<R> {
  try {
    for (;;) {
      const next = await trainer.next();
      if (next.done) return next.value;
      yield next.value;
      await setImmediate();
    }
  } finally {
    await trainer.return(undefined as never);
  }
}
