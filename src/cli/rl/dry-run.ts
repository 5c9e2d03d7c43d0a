/** `plaudit rl ALGO --dry-run`: one step of the run is made in memory, counted and timed. Nothing is written. */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import type { Trainer } from "../../run/index.ts";
import { type Context, duration } from "../frame/index.ts";
import type { LogPlan } from "./lines.ts";

export const RlPlan = z.strictObject({
  /** Of the policy's networks. */
  parameters: z.int(),
  /** Environment steps. */
  steps: z.int(),
  /** Of an optimizer, in all; null where nobody can know. */
  updates: z.int().nullable(),
  /** Null where the first step learns nothing yet. */
  seconds: z.number().nullable(),
  /** The same in words: what is printed without --json. */
  text: z.string(),
});

interface Planned {
  /** Of the algorithm. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly numEnvs: number;
  readonly log: LogPlan;
}

/** Supposes that all environment steps are as those of the log's first line. */
export async function dryRun(
  context: Context<z.infer<typeof RlPlan>>,
  trainer: Trainer,
  { settings, numEnvs, log: { lines, timesteps } }: Planned,
): Promise<void> {
  const begun = context.now();
  const first = await trainer.next();
  const secondsALine = (context.now() - begun) / 1000;
  if (first.done) throw new UsageError("the run ends before its first step", { code: "bad-settings" });
  const { metrics, snapshot } = first.value;
  const tensors = snapshot().files["model.safetensors"] as ReadonlyMap<string, { readonly data: ArrayLike<number> }>;
  await trainer.return(undefined as never);

  const parameters = [...tensors].reduce((sum, [name, { data }]) => sum + (isWeight(name) ? data.length : 0), 0);
  const made = metrics["train/n_updates"];
  const alike = timesteps / metrics["time/total_timesteps"]!;
  const updates =
    updatesFromMemory(settings, numEnvs) ?? (made === undefined || lines === 0 ? null : Math.round(made * alike));
  const steps = settings.totalTimesteps as number;
  const seconds = made === undefined ? null : secondsALine * alike;
  const whole = (n: number) => n.toLocaleString("en-US");
  const text = [
    `parameters                 ${whole(parameters)}`,
    `environment steps          ${whole(steps)} in ${numEnvs} environment${numEnvs > 1 ? "s" : ""}${lines > 0 ? `, logged ${whole(lines)} times` : ""}`,
    `updates                    ${updates === null ? "not known before" : whole(updates)}`,
    `time                       ${seconds === null ? "not known: nothing is learnt before the first line of the log" : `about ${duration(seconds)}, by the first line of the log, which took ${secondsALine.toFixed(2)} s`}`,
    "nothing was written (--dry-run)",
  ].join("\n");
  context.emit(text, { parameters, steps, updates, seconds, text });
}

/** Of those that learn from a memory it follows from their settings. */
function updatesFromMemory(settings: Planned["settings"], numEnvs: number): number | undefined {
  const { totalTimesteps, learningStarts, trainFreq, gradientSteps } = settings as Readonly<Record<string, number>>;
  if (learningStarts === undefined || trainFreq === undefined || gradientSteps === undefined) return undefined;
  const every = trainFreq * numEnvs;
  return (
    Math.floor(Math.max(0, totalTimesteps! - learningStarts) / every) * (gradientSteps === -1 ? every : gradientSteps)
  );
}

/** Statistics of observations lie beside the weights. */
const isWeight = (name: string): boolean => !name.startsWith("obs_rms.");
