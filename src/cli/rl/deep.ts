/** The algorithms that have networks: each one's own settings are its flags. */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { makeVec, maskedObservation, spec, type VectorEnv } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import type { Checkpoint, Finished, Trainer } from "../../run/index.ts";
import { type Context, computing, duration, number } from "../frame/index.ts";
import { applyPreset, checkOut, type Trained, train } from "../train/training.ts";
import { ablate, ablating } from "./ablate.ts";
import type { Algorithm, Common } from "./algorithm.ts";
import { dryRun } from "./dry-run.ts";

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
    .describe("episodes of the finished policy, which does not explore"),
};

/** What the trainers here return. */
interface Taught extends Finished {
  readonly policy: rl.Policy<rl.ActingNetwork>;
  readonly result: { readonly steps: number; readonly trainReturn: number | null };
}

/** Where a run takes place. */
interface Place {
  readonly id: string;
  readonly useMasking: boolean;
  readonly numEnvs: number;
  readonly seed: number;
}
interface Resume {
  readonly from?: Checkpoint | undefined;
}
type Teach<S extends z.ZodObject> = (settings: z.output<S>, place: Place, how: Resume) => Trainer<Taught>;

/** Stepped in place: nothing here keeps an answer over the next step. */
const environments = ({ id, useMasking, numEnvs }: Omit<Place, "seed">): VectorEnv =>
  makeVec(id, numEnvs, { autoreset: "same-step", copy: false, wrappers: useMasking ? [maskedObservation] : [] });

/** An algorithm whose environments are stepped in this thread. */
const deep = <S extends z.ZodObject>(
  name: string,
  config: S,
  trainer: (options: z.output<S> & { readonly env: VectorEnv; readonly seed: number }, how: Resume) => Trainer<Taught>,
  env: string,
): Algorithm =>
  algorithm(
    name,
    config,
    (settings, { seed, ...place }, how) => trainer({ ...settings, env: environments(place), seed }, how),
    env,
  );

/** The run as its flags, preset and defaults say it. */
function planned<S extends z.ZodObject>(name: string, config: S, context: Context, given: Common) {
  const own = given as Common & z.output<z.ZodObject<typeof common>> & Readonly<Record<string, unknown>>;
  const found = own.preset && rl.preset(own.preset, name, own.env);
  const options = applyPreset(own, context.given, found as Partial<typeof own> | undefined);
  checkOut(options);
  const { seed, env: id, useMasking, numEnvs, evaluationEpisodes: episodes } = options;
  spec(id); // a wrong name is told before a run is begun
  const settings = config.parse(Object.fromEntries(Object.keys(config.shape).map((key) => [key, options[key]])));
  const {
    totalTimesteps,
    nSteps = 1,
    logInterval,
    logSteps,
  } = settings as Readonly<Record<string, number | undefined>>;
  const lines = Math.ceil(totalTimesteps! / (logInterval ?? logSteps ?? nSteps * numEnvs));
  return { options, settings, place: { id, useMasking, numEnvs, seed }, episodes, lines };
}

/** @param env an environment on which it does well */
function algorithm<S extends z.ZodObject>(name: string, config: S, teach: Teach<S>, env: string): Algorithm {
  return {
    name,
    examples: [
      `plaudit rl ${name} --env ${env}${rl.zooEnvironments(name).includes(env) ? " --preset zoo" : ""}`,
      `plaudit rl ${name} --env ${env} --seed 3 --out runs/mine`,
    ],
    schema: z.object({ ...common, ...config.shape }),
    async run(context, given) {
      const { options, settings, place, episodes, lines } = planned(name, config, context, given);
      if (options.dryRun) {
        await dryRun(context, teach(settings, place, {}), { settings, numEnvs: place.numEnvs, lines });
        return {};
      }
      const result: Trained<Evaluated> = await train(
        context,
        { ...options, logSamples: 0 },
        {
          command: `rl ${name}`,
          trainer: (from) => evaluated(teach(settings, place, { from }), place, episodes),
          datasets: [],
          parents: [],
          totalSteps: lines,
          shown: { "rollout/ep_rew_mean": "return", "rollout/ep_len_mean": "length", "train/learning_rate": "rate" },
        },
      );
      const { run, steps, seconds, return: got } = result;
      const said = [
        `${run}: ${steps} steps in ${duration(seconds)}`,
        `return ${number(got.mean)} ± ${number(got.std)} over ${got.episodes} episodes`,
      ];
      context.emit(said.join("\n"), result);
      return { next: `plaudit runs show ${run}` };
    },
  };
}

interface Evaluated extends Taught {
  readonly result: Taught["result"] & { readonly return: { mean: number; std: number; episodes: number } };
}

/** The trainer, whose result says besides how well the finished policy does in fresh environments. */
async function* evaluated(trainer: Trainer<Taught>, { seed, ...place }: Place, episodes: number): Trainer<Evaluated> {
  const taught = yield* trainer;
  const env = environments({ ...place, numEnvs: Math.min(episodes, 16) });
  const { mean, std } = rl.evaluate(taught.policy, { env, episodes, seed: seed + 1_000_000 });
  const { steps, trainReturn } = taught.result;
  return { ...taught, result: { steps, return: { mean, std, episodes }, trainReturn } };
}

const cart = "CartPole-v1";
const swing = "Pendulum-v1";
export const reinforce = deep("reinforce", rl.ReinforceConfig, rl.reinforce, cart);
export const ppo = deep("ppo", rl.PpoConfig, rl.ppo, cart);
export const recurrentPpo = deep("recurrent-ppo", rl.RecurrentPpoConfig, rl.recurrentPpo, "CartPoleNoVelocity-v1");
export const a2c = deep("a2c", rl.A2cConfig, rl.a2c, cart);
/** Functions do not travel to threads: each makes its environments of the name. */
export const a3c = algorithm(
  "a3c",
  rl.A3cConfig,
  (settings, { seed, id, useMasking }, how) => rl.a3c({ ...settings, env: { id, useMasking }, seed }, how),
  cart,
);
export const trpo = deep("trpo", rl.TrpoConfig, rl.trpo, cart);
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
