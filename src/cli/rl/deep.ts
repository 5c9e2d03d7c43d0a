/** The algorithms that have networks: each one's own settings are its flags. */
import { z } from "zod";
import { makeVec } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { duration, number } from "../frame/index.ts";
import { applyPreset, checkOut, type Trained, train } from "../train/training.ts";
import type { Algorithm, Common } from "./algorithm.ts";
import { type Evaluated, evaluated, type Taught, vectors } from "./evaluated.ts";

const common = {
  numEnvs: z.int().positive().default(1).describe("environments side by side"),
  preset: z
    .enum(rl.presetNames)
    .optional()
    .describe("settings that others found for this environment; flags win over them"),
  evaluationEpisodes: z
    .int()
    .positive()
    .default(100)
    .describe("episodes of the finished policy, which does not explore"),
};

type Teach<S extends z.ZodObject> = (
  options: z.output<S> & { readonly env: ReturnType<typeof makeVec>; readonly id: string; readonly seed: number },
  how: { readonly from?: Checkpoint | undefined },
) => Trainer<Taught>;

/** @param env an environment on which it does well */
function deep<S extends z.ZodObject>(name: string, config: S, teach: Teach<S>, env: string): Algorithm {
  const schema = z.object({ ...common, ...config.shape });
  return {
    name,
    examples: [
      `plaudit rl ${name} --env ${env}${rl.zooEnvironments(name).includes(env) ? " --preset zoo" : ""}`,
      `plaudit rl ${name} --env ${env} --seed 3 --out runs/mine`,
    ],
    schema,
    async run(context, given) {
      const own = given as Common & z.output<typeof schema>;
      const found = own.preset && rl.preset(own.preset, name, own.env);
      const options = applyPreset(own, context.given, found as Partial<typeof own> | undefined);
      checkOut(options);
      const { seed, env: id, numEnvs, evaluationEpisodes: episodes } = options;
      const settings = config.parse(
        Object.fromEntries(Object.keys(config.shape).map((key) => [key, options[key as never]])),
      );
      const env = makeVec(id, numEnvs, vectors);
      const {
        totalTimesteps,
        nSteps = 1,
        logInterval,
        logSteps,
      } = settings as Readonly<Record<string, number | undefined>>;
      const perStep = logInterval ?? logSteps ?? nSteps * numEnvs;
      const result: Trained<Evaluated<Taught>> = await train(
        context,
        { ...options, logSamples: 0 },
        {
          command: `rl ${name}`,
          trainer: (from) => evaluated(teach({ ...settings, env, id, seed }, { from }), { id, episodes, seed }),
          datasets: [],
          parents: [],
          totalSteps: Math.ceil(totalTimesteps! / perStep),
          shown: { "rollout/ep_rew_mean": "return", "rollout/ep_len_mean": "length", "train/learning_rate": "rate" },
        },
      );
      const { run, steps, seconds, return: got } = result;
      const lines = [
        `${run}: ${steps} steps in ${duration(seconds)}`,
        `return ${number(got.mean)} ± ${number(got.std)} over ${got.episodes} episodes`,
      ];
      context.emit(lines.join("\n"), result);
      return { next: `plaudit runs show ${run}` };
    },
  };
}

const cart = "CartPole-v1";
const swing = "Pendulum-v1";
export const reinforce = deep("reinforce", rl.ReinforceConfig, rl.reinforce, cart);
export const ppo = deep("ppo", rl.PpoConfig, rl.ppo, cart);
export const a2c = deep("a2c", rl.A2cConfig, rl.a2c, cart);
export const a3c = deep(
  "a3c",
  rl.A3cConfig,
  ({ env: _, id, ...options }, how) => rl.a3c({ ...options, env: { id } }, how), // functions do not travel to threads
  cart,
);
export const trpo = deep("trpo", rl.TrpoConfig, rl.trpo, cart);
export const dqn = deep("dqn", rl.DqnConfig, rl.dqn, cart);
export const c51 = deep("c51", rl.C51Config, rl.c51, cart);
export const qrDqn = deep("qr-dqn", rl.QrDqnConfig, rl.qrDqn, cart);
export const rainbow = deep("rainbow", rl.RainbowConfig, rl.rainbow, cart);
export const continuousQ = deep("continuous-q", rl.ContinuousQConfig, rl.continuousQ, swing);
export const naf = deep("naf", rl.NafConfig, rl.naf, swing);
export const ddpg = deep("ddpg", rl.DdpgConfig, rl.ddpg, swing);
export const td3 = deep("td3", rl.Td3Config, rl.td3, swing);
export const sac = deep("sac", rl.SacConfig, rl.sac, swing);
