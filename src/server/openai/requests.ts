/**
 * What OpenAI's clients send (platform.openai.com/docs/api-reference), as far as a language model without tools can answer
 * it, and three settings that open servers commonly add: top_k, min_p, repetition_penalty. What would change the answer
 * and cannot be done is refused, what cannot change it is passed over.
 */
import { z } from "zod";

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const Content = z
  .union([z.string(), z.array(textPart).transform((parts) => parts.map(({ text }) => text).join(""))])
  .nullish()
  .transform((content) => content ?? "");
const ChatMessage = z.object({ role: z.enum(["system", "developer", "user", "assistant"]), content: Content });

const whatever = z.unknown().optional();
const passedOver = {
  user: whatever,
  metadata: whatever,
  store: whatever,
  service_tier: whatever,
  safety_identifier: whatever,
  prompt_cache_key: whatever,
};

const common = {
  model: z.string().min(1),
  temperature: z.number().min(0).max(10).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  n: z.int().min(1).max(16).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  presence_penalty: z.literal(0).nullish(),
  frequency_penalty: z.literal(0).nullish(),
  top_k: z.int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).nullish(),
  ...passedOver,
};

export const ChatRequest = z.strictObject({
  ...common,
  messages: z.array(ChatMessage).min(1),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.literal(0).nullish(),
  response_format: z.object({ type: z.literal("text") }).nullish(),
});

export const TextRequest = z.strictObject({ ...common, prompt: z.string().min(1) });

export type CommonRequest = z.infer<typeof TextRequest> | z.infer<typeof ChatRequest>;
