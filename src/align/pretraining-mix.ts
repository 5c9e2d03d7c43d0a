import { z } from "zod";
import { stream, UsageError } from "../base/index.ts";
import { randomWindow } from "../data/index.ts";

/** Settings of the pretraining text that is learnt beside the task (InstructGPT's ptx term). */
export const mixing = {
  ptxCoef: z.number().nonnegative().default(0).describe("weight γ of the pretraining loss; 0 = none"),
  ptxBatchSize: z.int().positive().default(8).describe("windows of pretraining text per optimizer step"),
};

export interface PretrainingMix {
  readonly coefficient: number;
  /** Windows of context + 1 ids for one optimizer step: random places of the text, keyed by stage and step. */
  windows(step: number): Int32Array[];
}

/** Which stage learns the text: each sees places of its own. */
export interface MixedInto {
  readonly stage: "sft" | "ppo";
  readonly seed: number;
}

/** Undefined when γ is 0. Throws when there is a γ and no text. */
export function pretrainingMix(
  { ptxCoef, ptxBatchSize }: { readonly ptxCoef: number; readonly ptxBatchSize: number },
  text: Int32Array | undefined,
  context: number,
  { stage, seed }: MixedInto,
): PretrainingMix | undefined {
  if (ptxCoef === 0) return undefined;
  if (text === undefined) {
    throw new UsageError(`a pretraining coefficient of ${ptxCoef} needs pretraining text`, {
      code: "missing-pretraining-text",
      help: "--pretrain FILE names it; --ptx-coef 0 does without",
    });
  }
  return {
    coefficient: ptxCoef,
    windows: (step) =>
      Array.from({ length: ptxBatchSize }, (_, row) =>
        randomWindow(text, context, stream(seed, `${stage} pretraining text`, step, row)),
      ),
  };
}
