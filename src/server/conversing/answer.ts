/** What the project's model answers to people. */
import { PlauditError } from "../../base/index.ts";
import type { Settings, Text } from "../../feedback/index.ts";
import { answerEnds, answerOf } from "../../text/index.ts";
import type { Borrowed, Writer } from "../models/cache.ts";
import { promptIds } from "../openai/answers.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { withoutFolders } from "../telling.ts";

/** Tokens of the longest answer, and what must be left of the model's context for one. */
const longest = 256;
const least = 16;

/** The model that the settings name. Throws `no-model` where they name none, or one that cannot be used. */
export function modelOf(
  { workshop: { models, project } }: Services,
  { model }: Settings,
): Borrowed<Writer> & { readonly name: string } {
  const none = (message: string) =>
    new Refusal(message, {
      code: "no-model",
      status: 409,
      help: "a manager chooses on the settings page which model answers here",
    });
  if (model === undefined) throw none("this project names no model that answers");
  try {
    return { ...models.writer(model), name: model };
  } catch (error) {
    if (!(error instanceof PlauditError)) throw error;
    throw none(withoutFolders(`the project's model ${model} cannot be used: ${error.message}`, project));
  }
}

/**
 * `n` answers at temperature 1, each of a random stream of its own. One takes at most half of the context that is left, so
 * that the conversation can go on. Throws `conversation-full`.
 */
export async function answersTo(
  { model: { tokenizer, network }, writer }: Writer,
  prompt: Text,
  { n, seed, signal }: { readonly n: number; readonly seed: number; readonly signal: AbortSignal },
): Promise<string[]> {
  const ids = promptIds(tokenizer, prompt);
  const room = network.context - ids.length;
  if (room < least)
    throw new Refusal(`this has ${ids.length} tokens, and the model reads ${network.context}: no room for an answer`, {
      code: "conversation-full",
      status: 422,
      values: { tokens: ids.length, context: network.context },
      help: "say it in fewer words, or end the conversation here",
    });
  const conversational = typeof prompt !== "string" && tokenizer.chatTemplate !== undefined;
  const completions = await writer.generate(
    new Array<number[]>(n).fill(ids),
    {
      ...{ temperature: 1, maxNewTokens: Math.min(longest, room >> 1), seed },
      ...answerEnds(tokenizer, { stop: [], conversational }),
    },
    signal,
  );
  return completions.map(({ ids }) => answerOf(tokenizer, ids, []).trim());
}

/** A seed that nobody chose. */
export const newSeed = ({ random }: Services): number => Buffer.from(random(4)).readUInt32LE();
