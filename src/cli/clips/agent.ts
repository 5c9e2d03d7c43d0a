/** The agent of `plaudit clips`: PPO, A2C or TRPO with all its settings as flags, which default to the environment's preset. */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import type { VectorEnv } from "../../envs/index.ts";
import * as rl from "../../rl/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import { kebab } from "../frame/index.ts";

const configs = { ppo: rl.PpoConfig, a2c: rl.A2cConfig, trpo: rl.TrpoConfig } satisfies Record<
  rl.AgentName,
  z.ZodObject
>;
type Settings = Readonly<Record<string, unknown>>;

/** Without its default, which is the preset's; its help names the agents that have it, unless all have. */
function optional(key: string): z.ZodType {
  const having = rl.agentNames.filter((agent) => key in configs[agent].shape);
  const setting = configs[having[0]!].shape[key as never] as z.ZodType;
  const bare = setting instanceof z.ZodDefault ? (setting.unwrap() as z.ZodType) : setting;
  const only = having.length < rl.agentNames.length ? `${having.join(", ")}: ` : "";
  return bare.optional().describe(`${only}${setting.description ?? bare.description ?? ""}`);
}

const keys = [...new Set(rl.agentNames.flatMap((agent) => Object.keys(configs[agent].shape)))];

export const agentFlags = {
  agent: z.enum(rl.agentNames).default("ppo").describe("what learns from the predicted reward"),
  numEnvs: z.int().positive().optional().describe("environments side by side"),
  ...Object.fromEntries(keys.map((key) => [key, optional(key)])),
};

/** @throws UsageError `bad-flag` for a setting that this agent does not have */
export function checkAgentFlags(agent: rl.AgentName, given: ReadonlySet<string>): void {
  const wrong = keys.filter((key) => given.has(key) && !(key in configs[agent].shape)).map((key) => `--${kebab(key)}`);
  if (wrong.length === 0) return;
  throw new UsageError(`${wrong.join(", ")} means nothing to --agent ${agent}`, {
    code: "bad-flag",
    help: "leave it out, or take another agent",
  });
}

export interface ChosenAgent {
  readonly totalTimesteps: number;
  /** Steps of each environment in a rollout. */
  readonly nSteps: number;
  /** Begins it on environments whose rewards are what it is to learn from. */
  begin(env: VectorEnv, how: { readonly from?: Checkpoint | undefined }): Trainer<rl.Trained>;
}

/** @param settings its own among them; what is missing has the algorithm's default */
export function chosenAgent(agent: rl.AgentName, settings: Settings, seed: number): ChosenAgent {
  const own = Object.fromEntries(keys.map((key) => [key, settings[key]]));
  const begun = <C extends { totalTimesteps: number; nSteps: number }>(
    config: C,
    algorithm: (
      options: C & { env: VectorEnv; seed: number },
      how: { from?: Checkpoint | undefined },
    ) => Trainer<rl.Trained>,
  ): ChosenAgent => ({
    totalTimesteps: config.totalTimesteps,
    nSteps: config.nSteps,
    begin: (env, how) => algorithm({ ...config, env, seed }, how),
  });
  switch (agent) {
    case "ppo":
      return begun(rl.PpoConfig.parse(own), rl.ppo);
    case "a2c":
      return begun(rl.A2cConfig.parse(own), rl.a2c);
    case "trpo":
      return begun(rl.TrpoConfig.parse(own), rl.trpo);
  }
}
