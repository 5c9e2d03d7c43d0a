/** `plaudit rl ALGORITHM --env ID` for the algorithms with networks: one command each, made of the algorithm's settings. */
import { z } from "zod";
import { nothingToWatch } from "../../doctor/index.ts";
import { makeVec } from "../../envs/index.ts";
import { A2cConfig, a2c, evaluate, type Policy, PpoConfig, ppo, preset, presetNames } from "../../rl/index.ts";
import type { Checkpoint, Finished, Trainer } from "../../run/index.ts";
import { computing, defineCommand } from "../frame/index.ts";
import { applyPreset, checkRun, recording, summary, train } from "../train/training.ts";

const own = {
  env: z.string().default("CartPole-v1").describe("the environment's name").meta({ value: "ID" }),
  numEnvs: z.int().positive().default(1).describe("environments side by side"),
  preset: z
    .enum(presetNames)
    .optional()
    .describe("settings that others found for this environment; flags win over them"),
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

function deepCommand<S extends z.ZodObject>({ name, summary: what, config, teach }: Algorithm<S>) {
  const saveSteps = recording.saveSteps.default(100);
  const schema = z.strictObject({ ...own, ...config.shape, ...recording, saveSteps, ...computing });
  return defineCommand({
    name: `rl ${name}`,
    summary: what,
    examples: [`plaudit rl ${name} --env CartPole-v1 --preset zoo`, `plaudit rl ${name} --env Pendulum-v1 --seed 3`],
    schema,
    resultSchema: RlResult,
    async run(context, given) {
      const found = given.preset && preset(given.preset, name, given.env);
      const options = applyPreset(given, context.given, found as Partial<typeof given>);
      checkRun(options);
      const settings = config.parse(pick(options, Object.keys(config.shape)));
      const { seed, env: id, numEnvs, evaluationEpisodes } = options;
      const env = makeVec(id, numEnvs, vectors);
      const trainer = (from: Checkpoint | undefined) =>
        evaluated(teach({ ...settings, env, seed }, { from }), id, { episodes: evaluationEpisodes, seed });
      const { totalTimesteps, nSteps = 1 } = settings as { totalTimesteps: number; nSteps?: number };
      const result = await train(context, options, {
        command: `rl ${name}`,
        trainer,
        datasets: [],
        parents: [],
        totalSteps: Math.ceil(totalTimesteps / (numEnvs * nSteps)),
        watch: nothingToWatch,
        shown: {
          "rollout/ep_rew_mean": "return",
          "train/explained_variance": "explained",
          "train/learning_rate": "rate",
        },
      });
      const { mean, std, episodes } = result.return;
      context.emit(summary(result, `return ${mean.toFixed(1)} ± ${std.toFixed(1)} over ${episodes} episodes`), result);
      return {};
    },
  });
}

const vectors = { autoreset: "same-step", copy: false } as const;

/** The trainer, whose result says besides how well the finished policy does. */
async function* evaluated(
  trainer: Trainer<Taught>,
  id: string,
  { episodes, seed }: { readonly episodes: number; readonly seed: number },
): Trainer<Taught & { readonly result: { readonly return: z.infer<typeof RlResult>["return"] } }> {
  const taught = yield* trainer;
  const env = makeVec(id, Math.min(episodes, 16), vectors);
  const { mean, std } = evaluate(taught.policy, { env, episodes, seed: seed + 1_000_000 });
  const { steps, trainReturn } = taught.result;
  return { ...taught, result: { steps, return: { mean, std, episodes }, trainReturn } };
}

const pick = (options: object, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(options).filter(([key]) => keys.includes(key)));

export const rlPpo = deepCommand({
  name: "ppo",
  summary: "proximal policy optimization: small steps on each rollout, clipped or with a price on the distance",
  config: PpoConfig,
  teach: ppo,
});
export const rlA2c = deepCommand({
  name: "a2c",
  summary: "advantage actor-critic: one step on each short rollout",
  config: A2cConfig,
  teach: a2c,
});
