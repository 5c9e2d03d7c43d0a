/** Who answers the questions of `plaudit clips`. */
import { z } from "zod";
import { type LabellerOf, syntheticLabeller } from "../../rl/index.ts";

export const labellerFlags = {
  labeller: z.enum(["synthetic"]).default("synthetic").describe("who answers: a formula that knows the reward"),
  rationality: z
    .number()
    .positive()
    .optional()
    .describe("synthetic: β, how surely the better clip is taken (default: always)"),
  myopia: z.number().gt(0).max(1).default(1).describe("synthetic: γ, what a step counts less than the next one"),
  mistakes: z.number().min(0).max(1).default(0).describe("synthetic: ε, share of answers that are mixed up"),
  skipThreshold: z.number().optional().describe("synthetic: cannot tell where neither clip's reward is as large"),
  equalThreshold: z
    .number()
    .min(0)
    .default(0)
    .describe("synthetic: rewards of two clips that differ by no more are equal"),
};
type Options = z.infer<z.ZodObject<typeof labellerFlags>> & { readonly seed: number };

export function openLabeller({ seed, ...options }: Options): LabellerOf {
  const { rationality, myopia, mistakes, skipThreshold, equalThreshold } = options;
  return syntheticLabeller({
    ...{ seed, myopia, mistakes, equalThreshold },
    ...(rationality !== undefined && { rationality }),
    ...(skipThreshold !== undefined && { skipThreshold }),
  });
}
