/** What people said → rows to train on: our rankings and TRL's dataset formats. */
import { conversationOf, pairsOf } from "../../data/index.ts";
import { subjectOf } from "../decision.ts";
import type { EntryOf, JudgementEntry, TaskData, Text, WordEntry } from "../entry.ts";
import { bothBad } from "../form-check.ts";
import { groupsToRanks } from "../ranking.ts";
import { type ExportFilter, filterWords } from "./filter.ts";
import type { ExportFormat } from "./formats.ts";
import { pseudonyms } from "./names.ts";

export interface ExportOptions extends ExportFilter {
  /** `all`, the journal, comes from {@link journalLines}. */
  readonly format: Exclude<ExportFormat, "all">;
  /** Real names instead of `person-1` … Default false. */
  readonly names?: boolean | undefined;
  /** Of preferences: a column of its own (default), or the beginning of both answers. */
  readonly prompt?: "explicit" | "implicit" | undefined;
}

export type ExportRow = Readonly<Record<string, unknown>>;

/**
 * Rows, one after the other. `words`: what counts (`Store.words`). What was said of clips of behaviour teaches a language
 * model nothing and is left out; the journal (`all`) has it. Texts stay as they are; only when some are plain and some
 * conversations do all become conversations, since the rows of a dataset must be alike.
 */
export function* exportRows(
  words: readonly WordEntry[],
  tasks: readonly TaskData[],
  { format, names = false, prompt = "explicit", ...filter }: ExportOptions,
): Generator<ExportRow, void> {
  const ofClips = new Set(tasks.flatMap(({ task, type }) => (type === "clips" ? [task] : [])));
  const chosen = filterWords(words, tasks, filter).filter((word) => !ofClips.has(subjectOf(word)));
  const judgements = chosen.filter((word): word is JudgementEntry => word.kind === "judgement");
  const demonstrations = chosen.filter((word): word is EntryOf<"demonstration"> => word.kind === "demonstration");
  const form = formOf(format === "demonstrations" || format === "sft" ? demonstrations : judgements);
  switch (format) {
    case "rankings": {
      const nameOf = names ? (name: string) => name : pseudonyms();
      for (const judgement of judgements) yield* rankingRow(judgement, form, nameOf);
      return;
    }
    case "preference": {
      // A column is in all rows or in none; 0 is no margin.
      const margins = judgements.some(({ data }) => data.strength !== undefined);
      for (const judgement of judgements) yield* preferenceRows(judgement, form, margins, prompt);
      return;
    }
    case "unpaired":
      for (const judgement of judgements) yield* unpairedRows(judgement, form);
      return;
    case "demonstrations":
      for (const { data } of demonstrations)
        yield { prompt: form(data.prompt, "user"), completion: form(data.completion, "assistant") };
      return;
    case "sft":
      for (const { data } of demonstrations) yield { messages: conversationOf(data.prompt, data.completion) };
  }
}

type Form = (text: Text, role: "user" | "assistant") => Text;

/** Texts as they are, or all as messages if some are. */
function formOf(
  words: readonly {
    readonly data: { readonly prompt: Text; readonly completions?: readonly Text[]; readonly completion?: Text };
  }[],
): Form {
  let [plain, messages] = [false, false];
  for (const { data } of words) {
    for (const text of [
      data.prompt,
      ...(data.completions ?? []),
      ...(data.completion === undefined ? [] : [data.completion]),
    ]) {
      if (typeof text === "string") plain = true;
      else messages = true;
    }
  }
  if (!plain || !messages) return (text) => text;
  return (text, role) => (typeof text === "string" ? [{ role, content: text }] : text);
}

/** A ranking that sets nothing above anything else has nothing to teach: no row. */
function* rankingRow({ by, data }: JudgementEntry, form: Form, nameOf: (name: string) => string): Generator<ExportRow> {
  const annotator = nameOf(by);
  if (data.groups.length < 2) return;
  const { strength } = data;
  yield {
    prompt: form(data.prompt, "user"),
    completions: data.completions.map((text) => form(text, "assistant")),
    ranks: groupsToRanks(data.groups, data.completions.length),
    annotator,
    ...(strength !== undefined && { strength }),
  };
}

function* preferenceRows(
  { data }: JudgementEntry,
  form: Form,
  margins: boolean,
  where: "explicit" | "implicit",
): Generator<ExportRow> {
  const ranking = { ...data, ranks: groupsToRanks(data.groups, data.completions.length) };
  for (const { prompt, chosen, rejected } of pairsOf(ranking)) {
    const asked = form(prompt, "user");
    const answers = [chosen, rejected].map((text) => form(text, "assistant"));
    const [better, worse] = where === "explicit" ? answers : answers.map((answer) => joined(asked, answer));
    yield {
      ...(where === "explicit" && { prompt: asked }),
      chosen: better,
      rejected: worse,
      ...(margins && { margin: data.strength ?? 0 }),
    };
  }
}

const joined = (prompt: Text, answer: Text): Text =>
  typeof prompt === "string" && typeof answer === "string" ? prompt + answer : conversationOf(prompt, answer);

/** The answers of the best rank are good, those of the worst are bad; what was called good or bad by itself is so. */
function* unpairedRows({ data }: JudgementEntry, form: Form): Generator<ExportRow> {
  const { groups, labels, flags } = data;
  const label = (i: number): boolean | undefined => {
    const good = flags?.good?.[i];
    if (typeof good === "boolean") return good;
    if (labels?.[bothBad] === true) return false;
    if (groups.length < 2) return undefined;
    return groups[0]!.includes(i) ? true : groups.at(-1)!.includes(i) ? false : undefined;
  };
  const prompt = form(data.prompt, "user");
  for (const [i, completion] of data.completions.entries()) {
    const found = label(i);
    if (found !== undefined) yield { prompt, completion: form(completion, "assistant"), label: found };
  }
}
