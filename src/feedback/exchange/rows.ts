/** Readers of datasets: our rankings, TRL's kinds of rows, Anthropic's HH, Open Assistant's trees, prompts. */
import { z } from "zod";
import { convertValue, rowOf, type WithPrompt, withPrompt } from "../../data/index.ts";
import { Text } from "../entry.ts";
import { ranksToGroups } from "../ranking.ts";
import { badRow, type Found, type Reader, type Said } from "./found.ts";

const Annotated = z.object({ annotator: z.string().min(1).optional().catch(undefined) });
const annotatorOf = (value: unknown) => Annotated.parse(value).annotator;

const Ranking = z.object({
  prompt: Text,
  completions: z.array(Text).min(1),
  ranks: z.array(z.number().nullable()).nullish(),
  strength: z.int().min(1).max(4).nullish(),
  note: z.string().nullish(),
  model: z.string().optional(),
  policyVersion: z.int().optional(),
  scores: z.array(z.number()).optional(),
});

/** Our own rows; without ranks they are tasks, as `plaudit sample` writes them. */
export const ranking: Reader = (value) => {
  const { prompt, completions, ranks, strength, note, ...about } = Ranking.parse(value);
  if (ranks && ranks.length !== completions.length)
    throw badRow("ranks-length", `${ranks.length} ranks for ${completions.length} completions`, {
      ...{ ranks: ranks.length, completions: completions.length },
    });
  const groups = ranksToGroups(ranks ?? []);
  const said: Said[] = [];
  if (groups.length > 0) {
    const answer = { groups, ...(typeof strength === "number" && { strength }) };
    said.push({ by: annotatorOf(value), answer, ...(typeof note === "string" && { note }) });
  }
  return [{ type: "compare", prompt, completions, about, said }];
};

/** TRL's preference, unpaired preference, prompt-completion and messages: told apart by their columns. */
export const trl: Reader = (value) => {
  const columns = new Set(Object.keys(z.looseObject({}).parse(value)));
  const by = annotatorOf(value);
  if (columns.has("chosen")) return [pair(withPrompt(rowOf("preference", value)), by)];
  if (columns.has("label")) {
    const { prompt, completion, label } = rowOf("unpaired", value);
    const said: Said[] = [{ by, answer: { groups: [], flags: { good: [label] } } }];
    return [{ type: "compare", prompt, completions: [completion], said }];
  }
  if (columns.has("completion")) {
    const { prompt, completion } = rowOf("prompt-completion", value);
    return [demonstration(prompt, completion, by)];
  }
  const { messages } = rowOf("messages", value);
  const last = messages.at(-1)!;
  if (last.role !== "assistant" || messages.length < 2)
    throw badRow("no-last-answer", "messages do not end with an assistant's answer to somebody");
  return [demonstration(messages.slice(0, -1), [last], by)];
};

/** Anthropic's dialogues. */
export const hh: Reader = (value) => {
  const by = annotatorOf(value);
  return convertValue("hh", "preference", value).map((row) => pair(withPrompt(row), by));
};

/** Every prompt of the tree that has at least two ranked replies. */
export const oasst: Reader = (value) => {
  const language = z.looseObject({ prompt: z.looseObject({ lang: z.string().optional() }) }).parse(value).prompt.lang;
  return convertValue("oasst", "ranking", value).map(({ prompt, completions, ranks }) => ({
    ...{ type: "compare" as const, prompt, completions, about: { ...(language && { language }) } },
    said: [{ answer: { groups: ranksToGroups(ranks) } }],
  }));
};

export const prompts: Reader = (value) => [
  { type: "demonstrate", prompt: rowOf("prompt", value).prompt, completions: [], said: [] },
];

/**
 * The two stand in the order of their texts, not the better one first: then people who disagree judge one task, and where
 * an answer stands says nothing about it. A margin is a strength if it is one.
 */
function pair({ prompt, chosen, rejected, margin }: WithPrompt, by: string | undefined): Found {
  const swapped = JSON.stringify(chosen) > JSON.stringify(rejected);
  const completions = swapped ? [rejected, chosen] : [chosen, rejected];
  const strength = [1, 2, 3, 4].find((step) => step === margin);
  const answer = { groups: swapped ? [[1], [0]] : [[0], [1]], ...(strength && { strength }) };
  return { type: "compare", prompt, completions, said: [{ by, answer }] };
}

const demonstration = (prompt: Text, completion: Text, by: string | undefined): Found => ({
  ...{ type: "demonstrate", prompt, completions: [], said: [{ by, answer: { completion } }] },
});
