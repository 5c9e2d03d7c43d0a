/** Demonstrations for `sft` and for centring a reward model: rows of prompt and completion, or whole conversations. */
import { DataError, type Problem } from "../../base/index.ts";
import {
  type Dataset,
  mapRows,
  type ReadOptions,
  readDataset,
  type TokenizedRow,
  tokenizeConversation,
  tokenizePromptCompletion,
} from "../../data/index.ts";
import { readText } from "../../files/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { chatmlTemplate, type Tokenizer, withChatTemplate } from "../../text/index.ts";

export type Demonstrations = Dataset<"prompt-completion"> | Dataset<"messages">;

export const readDemonstrations = (file: string, options: ReadOptions): Promise<Demonstrations> =>
  readDataset(file, ["prompt-completion", "messages"], options) as Promise<Demonstrations>;

export interface Demonstration extends TokenizedRow {
  /** What comes before the answer: rows of one prompt belong together. */
  readonly prompt: unknown;
}

/** The rows as tokens, with the answers to be learnt. Throws `bad-rows` with every row that does not fit. */
export function tokenizeDemonstrations(
  data: Demonstrations,
  tokenizer: Tokenizer,
  options: { readonly maxLength: number } & ReadOptions,
): { readonly items: readonly Demonstration[]; readonly skipped: readonly Problem[] } {
  if (data.kind === "messages") {
    return mapRows(
      data,
      ({ messages }) => ({
        ...learnable(tokenizeConversation(tokenizer, messages, options)),
        prompt: messages.slice(0, -1),
      }),
      options,
    );
  }
  return mapRows(
    data as Dataset<"prompt-completion">,
    (row) => ({ ...learnable(tokenizePromptCompletion(tokenizer, row, options)), prompt: row.prompt }),
    options,
  );
}

function learnable(row: TokenizedRow): TokenizedRow {
  if (row.mask.includes(1)) return row;
  throw new DataError("no token of this row is the assistant's, so nothing can be learnt from it", {
    code: "nothing-to-learn",
    help: "a conversation needs a message of the role assistant that is not empty",
  });
}

/**
 * The model with the chat template that its rows need: the one that was asked for (`chatml`, or a file), else its own,
 * else ChatML where rows are conversations.
 */
export function withTemplate(model: LanguageModel, data: Demonstrations, wanted: string | undefined): LanguageModel {
  const { tokenizer } = model;
  const template =
    wanted === "chatml"
      ? chatmlTemplate
      : wanted !== undefined
        ? readText(wanted)
        : tokenizer.chatTemplate === undefined && hasConversations(data)
          ? chatmlTemplate
          : undefined;
  return template === undefined ? model : { ...model, tokenizer: withChatTemplate(tokenizer, template) };
}

const hasConversations = (data: Demonstrations): boolean =>
  data.kind === "messages" ||
  (data as Dataset<"prompt-completion">).rows.some(
    ({ prompt, completion }) => typeof prompt !== "string" || typeof completion !== "string",
  );
