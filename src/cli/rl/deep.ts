/** The algorithms that have networks: each one's own settings are its flags. */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { spec, type VectorEnv } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { type Context, computing, duration, number } from "../frame/index.ts";
import { applyPreset, checkOut, type Trained, train } from "../train/training.ts";
import { ablate, ablating } from "./ablate.ts";
import { type Algorithm, type Common, linesBetweenSaves } from "./algorithm.ts";
import { dryRun } from "./dry-run.ts";
import { type Evaluated, environments, evaluated, judges, type Place, patience } from "./evaluated.ts";
import { logPlan } from "./lines.ts";

const common = {
  dryRun: computing.dryRun,
  numEnvs: z.int().positive().default(1).describe("environments side by side"),
  preset: z
    .enum(rl.presetNames)
    .optional()
    .describe("settings that others found for this environment; flags win over them"),
  useMasking: z
    .boolean()
    .default(false)
    .describe("choose only actions that the environment calls possible (info.actionMask, as Taxi has it)"),
  evaluationEpisodes: z
    .int()
    .positive()
    .default(100)
    .describe(`episodes of the finished policy, which does not explore; of endless ones the first ${patience} steps`),
  evalFreq: z
    .int()
    .nonnegative()
    .default(0)
    .describe("environment steps after which the policy is evaluated on the way, and the best one kept; 0 = never"),
  nEvalEpisodes: z.int().positive().default(5).describe("episodes of such an evaluation"),
};

/** The last policy, or with --eval-freq the best one. */
type Taught = rl.Taught & { readonly result: { readonly kept?: rl.Kept } };

interface Resume {
  readonly from?: Checkpoint | undefined;
}
type Teach<S extends z.ZodObject> = (settings: z.output<S>, place: Place, how: Resume) => Trainer<rl.Taught>;

/** An algorithm whose environments are stepped in this thread. */
const deep = <S extends z.ZodObject>(
  name: string,
  config: S,
  trainer: (
    options: z.output<S> & { readonly env: VectorEnv; readonly seed: number },
    how: Resume,
  ) => Trainer<rl.Taught>,
  env: string,
  rollouts?: number,
): Algorithm =>
  algorithm(
    name,
    config,
    (settings, { seed, ...place }, how) => trainer({ ...settings, env: environments(place), seed }, how),
    env,
    rollouts,
  );

/** The run as its flags, preset and defaults say it. */
function planned<S extends z.ZodObject>(name: string, config: S, context: Context, given: Common) {
  const own = given as Common & z.output<z.ZodObject<typeof common>> & Readonly<Record<string, unknown>>;
  const found = own.preset && rl.preset(own.preset, name, own.env);
  const preset = own.preset && found && { ...found, ...rl.presetEvaluation(own.preset, found) };
  const options = applyPreset(own, context.given, preset as Partial<typeof own> | undefined);
  checkOut(options);
  const { seed, env: id, useMasking, numEnvs, evaluationEpisodes: episodes } = options;
  spec(id); // a wrong name is told before a run is begun
  const settings = config.parse(Object.fromEntries(Object.keys(config.shape).map((key) => [key, options[key]])));
  return { options, settings, place: { id, useMasking, numEnvs, seed }, episodes };
}

/**
 * @param env an environment on which it does well
 * @param rollouts of those that learn from their own rollouts: how many make a line of the log unless told
 */
function algorithm<S extends z.ZodObject>(
  name: string,
  config: S,
  teach: Teach<S>,
  env: string,
  rollouts?: number,
): Algorithm {
  const logging = rollouts !== undefined && {
    logInterval: z
      .int()
      .positive()
      .default(rollouts)
      .describe("rollouts, with what is learnt from them, for a line of the log"),
  };
  return {
    name,
    examples: [
      `plaudit rl ${name} --env ${env}${rl.zooEnvironments(name).includes(env) ? " --preset zoo" : ""}`,
      `plaudit rl ${name} --env ${env} --seed 3 --out runs/mine`,
    ],
    schema: z.object({ ...common, ...logging, ...config.shape }),
    async run(context, given) {
      const { options, settings, place, episodes } = planned(name, config, context, given);
      const { evalFreq, nEvalEpisodes } = options;
      const interval = logging ? (options.logInterval as number) : 1;
      const log = logPlan(settings, place.numEnvs, interval);
      const logged = <R extends rl.Taught>(begin: (from?: Checkpoint) => Trainer<R>, from?: Checkpoint) =>
        logging
          ? rl.everyFew(begin, { interval, totalTimesteps: settings.totalTimesteps as number }, from)
          : begin(from);
      if (options.dryRun) {
        const trainer = logged(() => teach(settings, place, {}));
        await dryRun(context, trainer, { settings, numEnvs: place.numEnvs, log });
        return {};
      }
      const teachBest = (from?: Checkpoint): Trainer<Taught> => {
        const trainer = teach(settings, place, { from });
        if (evalFreq === 0) return trainer;
        const env = judges(place, nEvalEpisodes);
        return rl.keepBest(trainer, { env, evalFreq, nEvalEpisodes, seed: place.seed + 2_000_000 }, from);
      };
      const result: Trained<Evaluated<Taught>> = await train(
        context,
        { ...options, saveSteps: linesBetweenSaves(options, log.lines), logSamples: 0 },
        {
          command: `rl ${name}`,
          trainer: (from) => evaluated(logged(teachBest, from), place, episodes),
          datasets: [],
          parents: [],
          totalSteps: log.lines,
          shown: {
            ...{ "rollout/ep_rew_mean": "return", "rollout/ep_len_mean": "length", "train/learning_rate": "rate" },
            "eval/mean_reward": "evaluated",
          },
        },
      );
      const { run, steps, seconds, return: got, kept } = result;
      const said = [
        `${run}: ${steps} steps in ${duration(seconds)}`,
        `return ${number(got.mean)} ± ${number(got.std)} over ${got.episodes} episodes`,
        ...(kept
          ? [
              `kept: the policy of step ${kept.timesteps}, ${number(kept.mean)} there; the last one ${number(kept.last)}`,
            ]
          : []),
      ];
      context.emit(said.join("\n"), result);
      return { next: `plaudit runs show ${run}` };
    },
  };
}

const cart = "CartPole-v1";
const swing = "Pendulum-v1";
export const reinforce = deep("reinforce", rl.ReinforceConfig, rl.reinforce, cart, 1);
export const ppo = deep("ppo", rl.PpoConfig, rl.ppo, cart, 1);
export const recurrentPpo = deep("recurrent-ppo", rl.RecurrentPpoConfig, rl.recurrentPpo, "CartPoleNoVelocity-v1", 1);
export const a2c = deep("a2c", rl.A2cConfig, rl.a2c, cart, 100); // stable-baselines3's, as the others are
/** Functions do not travel to threads: each makes its environments of the name. */
export const a3c = algorithm(
  "a3c",
  rl.A3cConfig,
  (settings, { seed, id, useMasking = false }, how) => rl.a3c({ ...settings, env: { id, useMasking }, seed }, how),
  cart,
);
export const trpo = deep("trpo", rl.TrpoConfig, rl.trpo, cart, 1);
const oneDqn = deep("dqn", rl.DqnConfig, rl.dqn, cart);
export const dqn: Algorithm = {
  ...oneDqn,
  examples: [...oneDqn.examples, `plaudit rl dqn --env ${cart} --preset zoo --ablate --seeds 1 --seeds 2`],
  schema: oneDqn.schema.extend(ablating),
  async run(context, given) {
    const flags = given as Common & z.output<z.ZodObject<typeof ablating & typeof common>>;
    const idle = (["seeds", "rows"] as const).filter((key) => flags[key] !== undefined && !flags.ablate);
    if (idle.length > 0) {
      throw new UsageError(`--${idle.join(" and --")} means nothing without --ablate`, {
        code: "bad-flag",
        help: "add --ablate, or leave it out; one run has --seed",
      });
    }
    if (!flags.ablate || flags.dryRun) return oneDqn.run(context, given);
    const { options, settings, place, episodes } = planned("dqn", rl.DqnConfig, context, flags);
    return ablate(context, options, settings, { env: () => environments(place), episodes });
  },
};
export const c51 = deep("c51", rl.C51Config, rl.c51, cart);
export const qrDqn = deep("qr-dqn", rl.QrDqnConfig, rl.qrDqn, cart);
export const rainbow = deep("rainbow", rl.RainbowConfig, rl.rainbow, cart);
export const continuousQ = deep("continuous-q", rl.ContinuousQConfig, rl.continuousQ, swing);
export const naf = deep("naf", rl.NafConfig, rl.naf, swing);
export const ddpg = deep("ddpg", rl.DdpgConfig, rl.ddpg, swing);
export const td3 = deep("td3", rl.Td3Config, rl.td3, swing);
export const sac = deep("sac", rl.SacConfig, rl.sac, swing);
