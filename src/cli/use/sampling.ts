import { z } from "zod";
import type { SamplingOptions } from "../../generate/index.ts";
import { answerEnds, type Tokenizer } from "../../text/index.ts";

/** The flags of every command that samples. */
export const sampling = {
  maxNewTokens: z.int().min(1).default(128).describe("the longest answer, in tokens"),
  temperature: z.number().min(0).default(1).describe("divides the logits; 0 takes the likeliest token"),
  topK: z.int().min(0).default(0).describe("only the k likeliest tokens; 0 = all"),
  topP: z.number().gt(0).max(1).default(1).describe("only the likeliest tokens that together have this probability"),
  minP: z.number().min(0).max(1).default(0).describe("only tokens this fraction as likely as the likeliest"),
  repetitionPenalty: z.number().gt(0).default(1).describe("above 1 disfavours tokens that were there before (CTRL)"),
  stop: z.array(z.string().min(1)).default([]).describe("text that ends an answer and is cut off; repeatable"),
};
export type SamplingFlags = z.infer<z.ZodObject<typeof sampling>>;

/** Sampling options for a model's tokenizer: answers end at the end of text, in conversations also at that of a turn. */
export const samplingOptions = (
  { stop, ...flags }: SamplingFlags,
  tokenizer: Tokenizer,
  { conversational }: { readonly conversational: boolean },
): SamplingOptions => ({ ...flags, ...answerEnds(tokenizer, { stop, conversational }) });
