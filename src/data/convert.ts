/**
 * Published datasets in their own forms → our rows. Demonstrations and dialogues become messages, so that any model's
 * chat template can write them.
 */
import { z } from "zod";
import { DataError, type Problem } from "../base/index.ts";
import { checkRow, rowOf } from "./check.ts";
import { type FormatOptions, type RawRow, readValues } from "./formats.ts";
import { badRows, type ReadOptions } from "./read.ts";
import type { Kind, Rows } from "./rows.ts";

type Message = Rows["messages"]["messages"][number];
/** One value of the source → any number of rows. A value of another form throws a ZodError or DataError. */
type Converter<K extends Kind> = (value: unknown) => Rows[K][];

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const demonstration = (question: string, answer: string): Rows["prompt-completion"] => ({
  prompt: [user(question)],
  completion: [assistant(answer)],
});

// ------------------------------------------------------------------ Anthropic HH (github.com/anthropics/hh-rlhf)

const Hh = z.object({ chosen: z.string(), rejected: z.string() });
const opening = "\n\nAssistant:";

/** The prompt is what both dialogues begin with, up to the last `Assistant:` in it. */
const fromHh: Converter<"preference"> = (value) => {
  const { chosen, rejected } = Hh.parse(value);
  let shared = 0;
  while (shared < chosen.length && chosen[shared] === rejected[shared]) shared++;
  const cut = chosen.slice(0, shared).lastIndexOf(opening);
  if (cut < 0) throw new DataError("the two dialogues share no turn of the assistant", { code: "no-shared-turn" });
  const answer = (dialogue: string) => turnsOf(dialogue.slice(cut));
  return [{ prompt: turnsOf(chosen.slice(0, cut)), chosen: answer(chosen), rejected: answer(rejected) }];
};

/** `"\n\nHuman: hi\n\nAssistant: yes"` → messages. */
function turnsOf(dialogue: string): Message[] {
  const parts = dialogue.split(/\n\n(Human|Assistant):/);
  return parts.flatMap((speaker, i) =>
    i % 2 === 0 ? [] : [speaker === "Human" ? user(parts[i + 1]!.trim()) : assistant(parts[i + 1]!.trim())],
  );
}

// ------------------------------------------------------------------ Open Assistant trees (github.com/LAION-AI/Open-Assistant)

const OasstNode = z.object({
  text: z.string(),
  role: z.enum(["prompter", "assistant"]),
  /** Among siblings; 0 is the best. */
  rank: z.int().nullish(),
  deleted: z.boolean().nullish(),
  get replies() {
    return z.array(OasstNode).default([]);
  },
});
type OasstNode = z.infer<typeof OasstNode>;
const Oasst = z.object({ prompt: OasstNode });

/** Every message of a prompter in a tree, with the conversation up to it and its replies. */
function* promptsOf(
  node: OasstNode,
  before: readonly Message[],
): Generator<{ prompt: Message[]; replies: OasstNode[] }> {
  const prompt = [...before, node.role === "prompter" ? user(node.text) : assistant(node.text)];
  const replies = node.replies.filter(({ deleted }) => !deleted);
  if (node.role === "prompter") yield { prompt, replies };
  for (const reply of replies) yield* promptsOf(reply, prompt);
}

/** One ranking for each prompt with at least two ranked replies. */
const rankingsFromOasst: Converter<"ranking"> = (value) =>
  [...promptsOf(Oasst.parse(value).prompt, [])].flatMap(({ prompt, replies }) => {
    const ranked = replies.filter(({ rank }) => typeof rank === "number");
    if (ranked.length < 2) return [];
    return [
      { prompt, completions: ranked.map(({ text }) => [assistant(text)]), ranks: ranked.map(({ rank }) => rank! + 1) },
    ];
  });

/** The best reply to each prompt that has one: the best ranked, or the only one. */
const demonstrationsFromOasst: Converter<"prompt-completion"> = (value) =>
  [...promptsOf(Oasst.parse(value).prompt, [])].flatMap(({ prompt, replies }) => {
    const best = replies.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))[0];
    const known = best !== undefined && (typeof best.rank === "number" || replies.length === 1);
    return known ? [{ prompt, completion: [assistant(best.text)] }] : [];
  });

// ------------------------------------------------------------------ demonstrations

const withInput = (instruction: string, input: string | undefined) =>
  input?.trim() ? `${instruction}\n\n${input}` : instruction;

const SelfInstruct = z.object({
  instruction: z.string(),
  instances: z.array(z.object({ input: z.string(), output: z.string() })),
});
/** github.com/yizhongw/self-instruct: one row for each instance of a task. */
const fromSelfInstruct: Converter<"prompt-completion"> = (value) => {
  const { instruction, instances } = SelfInstruct.parse(value);
  return instances.map(({ input, output }) => demonstration(withInput(instruction, input), output));
};

const Alpaca = z.object({ instruction: z.string(), input: z.string().optional(), output: z.string() });
const fromAlpaca: Converter<"prompt-completion"> = (value) => {
  const { instruction, input, output } = Alpaca.parse(value);
  return [demonstration(withInput(instruction, input), output)];
};

const Gsm8k = z.object({ question: z.string(), answer: z.string() });
/** Calculator marks (`<<48/2=24>>`) are taken out; the line `#### 24` stays. */
const fromGsm8k: Converter<"prompt-completion"> = (value) => {
  const { question, answer } = Gsm8k.parse(value);
  return [demonstration(question, answer.replace(/<<[^<>]*>>/g, ""))];
};

// ------------------------------------------------------------------ ShareGPT (also LLaMA-Factory's pairs)

const Turn = z.object({ from: z.string(), value: z.string() });
const ShareGpt = z.object({ conversations: z.array(Turn).min(1) });
const ShareGptPair = ShareGpt.extend({ chosen: Turn, rejected: Turn });
const roles: Readonly<Record<string, string>> = {
  human: "user",
  gpt: "assistant",
  chatgpt: "assistant",
  bot: "assistant",
};
const messageOf = ({ from, value }: z.infer<typeof Turn>): Message => ({ role: roles[from] ?? from, content: value });

const fromShareGpt: Converter<"messages"> = (value) => [
  { messages: ShareGpt.parse(value).conversations.map(messageOf) },
];
const pairsFromShareGpt: Converter<"preference"> = (value) => {
  const { conversations, chosen, rejected } = ShareGptPair.parse(value);
  return [{ prompt: conversations.map(messageOf), chosen: [messageOf(chosen)], rejected: [messageOf(rejected)] }];
};

/** Source → the kinds that it can become; the first is the usual one. */
const converters = {
  hh: { preference: fromHh },
  oasst: { ranking: rankingsFromOasst, "prompt-completion": demonstrationsFromOasst },
  "self-instruct": { "prompt-completion": fromSelfInstruct },
  alpaca: { "prompt-completion": fromAlpaca },
  gsm8k: { "prompt-completion": fromGsm8k },
  sharegpt: { messages: fromShareGpt, preference: pairsFromShareGpt },
} as const satisfies Record<string, { readonly [K in Kind]?: Converter<K> }>;

export type Source = keyof typeof converters;
export const sources = Object.keys(converters) as Source[];
export const kindsFrom = (source: Source): Kind[] => Object.keys(converters[source]) as Kind[];

/**
 * One value of a published file as rows of a kind that the source can become, each checked. Throws zod's error when the
 * value is not in the source's form, and a DataError when it holds what no row can.
 */
export const convertValue = <K extends Kind>(source: Source, kind: K, value: unknown): Rows[K][] =>
  converterOf(source, kind)(value).map((row) => rowOf(kind, row));

function converterOf(source: Source, kind: Kind): Converter<Kind> {
  const convert = (converters[source] as { [K in Kind]?: Converter<Kind> })[kind];
  if (convert !== undefined) return convert;
  throw new DataError(`${source} cannot become ${kind}`, {
    code: "cannot-convert",
    help: `it can become ${kindsFrom(source).join(" or ")}`,
  });
}

export interface Converted {
  readonly kind: Kind;
  readonly rows: readonly Rows[Kind][];
  readonly skipped: readonly Problem[];
}

/**
 * Reads a published file and gives our rows, each checked as {@link readDataset} would. `kind` defaults to the source's
 * usual one. Throws `bad-rows` with every value that is not in the source's form.
 */
export async function convertFile(
  path: string,
  source: Source,
  { kind = kindsFrom(source)[0]!, skipBadRows = false, ...format }: ReadOptions & FormatOptions & { kind?: Kind } = {},
): Promise<Converted> {
  const convert = converterOf(source, kind);
  const { rows: values, problems } = await readValues(path, format);
  const rows: Rows[Kind][] = [];
  const skipped: Problem[] = [...problems];
  for (const raw of values) {
    const outcome = tryConvert(convert, kind, raw);
    rows.push(...outcome.rows);
    skipped.push(...outcome.problems);
  }
  if (skipped.length > 0 && (!skipBadRows || rows.length === 0)) throw badRows(path, skipped, values.length);
  return { kind, rows, skipped };
}

function tryConvert(convert: Converter<Kind>, kind: Kind, { value, where }: RawRow) {
  const rows: Rows[Kind][] = [];
  const problems: Problem[] = [];
  try {
    for (const row of convert(value)) {
      const result = checkRow(kind, row);
      if ("fault" in result) problems.push({ ...result.fault, where });
      else rows.push(result.row);
    }
  } catch (error) {
    if (error instanceof z.ZodError) {
      const { path, message } = error.issues[0]!;
      problems.push({ code: "bad-row", message: `${path.join(".") || "the row"}: ${message}`, where });
    } else if (error instanceof DataError) problems.push({ code: error.code, message: error.message, where });
    else throw error;
  }
  return { rows, problems };
}
