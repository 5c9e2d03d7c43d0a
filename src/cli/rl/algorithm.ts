/** What an algorithm of `plaudit rl` is, and the command that it becomes. */
import { z } from "zod";
import { type Command, type Context, computing, defineCommand, type Outcome } from "../frame/index.ts";
import { recording } from "../train/training.ts";
import { AblationResult } from "./ablate.ts";
import { RlPlan } from "./dry-run.ts";

const { seed, out, resume } = computing;
const { saveTotalLimit } = recording;

/** Flags of every algorithm. */
const common = {
  env: z.string().min(1).describe("the environment by its name: CartPole-v1, FrozenLake-v1 …").meta({ value: "ID" }),
  saveSteps: z
    .int()
    .positive()
    .optional()
    .describe("lines of the log between two checkpoints (default: a tenth of the run)"),
  saveTotalLimit,
  seed,
  out,
  resume,
};
export type Common = z.infer<z.ZodObject<typeof common>>;

/** @param lines of the log; 0 where nobody knows how many there will be */
export const linesBetweenSaves = ({ saveSteps }: Pick<Common, "saveSteps">, lines: number): number =>
  saveSteps ?? (Math.ceil(lines / 10) || 20);

const moments = { mean: z.number(), std: z.number() };

/** What every algorithm prints under `--json`, at least. */
export const RlResult = z.strictObject({
  /** Steps of the environment that were learnt from. */
  steps: z.int(),
  /** Of the final policy over fresh episodes, without discount. */
  return: z.strictObject({ ...moments, episodes: z.int() }),
  /** Mean of the last 100 training episodes; null where none has ended. */
  trainReturn: z.number().nullable(),
  /** With --eval-freq: the steps after which the kept policy stood, its mean return there, and the last policy's. */
  kept: z.strictObject({ timesteps: z.int(), mean: z.number(), last: z.number() }).optional(),
  /** The same return computed, the best possible one, and how much less; null where the environment gives no transitions. */
  exact: z.strictObject(moments).nullable().optional(),
  optimum: z.number().nullable().optional(),
  regret: z.number().nullable().optional(),
  /** Of what learns values of a given policy: root of the mean squared error of the visited states' values. */
  valueError: z.number().optional(),
  seconds: z.number(),
  run: z.string(),
});
export type RlResult = z.infer<typeof RlResult>;

/** What a command here may print: of a run, of a dry one, of a table. */
const Printed = z.union([RlResult, RlPlan, AblationResult]);

export interface Algorithm {
  /** As typed: `q-learning`. */
  readonly name: string;
  readonly examples: readonly string[];
  /** Its own flags; those in `common` come beside them. */
  readonly schema: z.ZodObject;
  /** `options` holds its own flags too, for `schema` to read. */
  run(context: Context<z.infer<typeof Printed>>, options: Common): Promise<Outcome>;
}

/** `plaudit rl NAME`. */
export function commandOf({ name, examples, schema, run }: Algorithm, summary: string): Command {
  const { env, ...running } = common;
  return defineCommand({
    name: `rl ${name}`,
    summary,
    examples,
    schema: z.strictObject({ env, ...schema.shape, ...running }),
    resultSchema: Printed,
    run: (context, options) => run(context, options as Common),
  });
}
