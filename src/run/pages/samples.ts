/** samples.jsonl as sections of a page. Its rows are read with care: trainers of one's own write what they like. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readLines } from "../../files/index.ts";
import type { Cell } from "../report/index.ts";
import { type Section, shown, type Tables } from "../report/index.ts";
import { tokenizerOf, tokenTexts } from "./token-texts.ts";
import type { PageWords } from "./words.ts";

type Row = Readonly<Record<string, unknown>>;

/** The rows of the first and of the last step that has any. */
interface Samples {
  readonly first: readonly Row[];
  readonly last: readonly Row[];
}

export function sampleSections(folder: string, w: PageWords): Section[] {
  const samples = readSamples(folder);
  if (samples === undefined) return [];
  const [example] = samples.last;
  if (Array.isArray(example?.completions)) return [rankings(samples, w)];
  if (typeof example?.completion !== "string") return [];
  return [...answers(samples, w), ...colouredTokens(folder, samples.last, w)];
}

function readSamples(folder: string): Samples | undefined {
  const path = join(folder, "samples.jsonl");
  if (!existsSync(path)) return undefined;
  // Only the two ends stay in memory: a long run writes hundreds of megabytes.
  let first: Row[] = [];
  let last: Row[] = [];
  for (const { text, terminated } of readLines(path)) {
    if (!terminated) break;
    const row = JSON.parse(text) as Row;
    if (first.length === 0 || row.step === first[0]!.step) first = [...first, row];
    last = row.step === last[0]?.step ? [...last, row] : [row];
  }
  return last.length === 0 ? undefined : { first, last };
}

/** The same prompts at both ends stand side by side with what was wanted; others one after the other. */
function answers({ first, last }: Samples, w: PageWords): Section[] {
  const when = (rows: readonly Row[]) => w.atTime(Number(rows[0]!.step));
  const same = first.length === last.length && first.every(({ prompt }, i) => isSame(prompt, last[i]!.prompt));
  if (!same) {
    const list = (title: string, rows: readonly Row[]): Section => ({
      kind: "samples",
      title,
      half: true,
      columns: [w.drawnAt(Number(rows[0]!.step))],
      rows: rows.slice(0, 4).map((row) => ({ prompt: promptText(row.prompt), texts: [answer(row, w)] })),
    });
    return [list(w.firstSamples, first), list(w.lastSamples, last)];
  }
  const wanted = typeof last[0]!.expected === "string";
  const moved = first[0]!.step !== last[0]!.step;
  return [
    {
      kind: "samples",
      title: w.samples,
      caption: w.samplesCaption,
      columns: [...(wanted ? [w.expected] : []), ...(moved ? [when(first)] : []), when(last)],
      rows: last.map((row, i) => ({
        prompt: promptText(row.prompt),
        texts: [
          ...(wanted ? [{ text: String(row.expected).trim() }] : []),
          ...(moved ? [answer(first[i]!, w)] : []),
          answer(row, w),
        ],
      })),
    },
  ];
}

function answer({ completion, score, kl }: Row, w: PageWords) {
  const note = typeof score === "number" && typeof kl === "number" ? w.scoreNote(shown(score), shown(kl)) : undefined;
  return { text: String(completion).trim(), ...(note && { note }) };
}

/** One table a prompt, from the best rank to the worst. */
function rankings({ first, last }: Samples, w: PageWords): Section {
  const moved = first[0]!.step !== last[0]!.step;
  const score = (row: Row | undefined, i: number): Cell => {
    const value = numbers(row?.scores)[i];
    return value === undefined ? undefined : Number(value.toFixed(3));
  };
  const when = (rows: readonly Row[]) => w.scoreAt(w.atTime(Number(rows[0]!.step)));
  const tables: Tables["tables"] = last.map((row, r) => {
    const ranks = row.ranks as readonly (number | null)[];
    const order = [...ranks.keys()].sort((a, b) => (ranks[a] ?? Infinity) - (ranks[b] ?? Infinity));
    return {
      title: promptText(row.prompt),
      columns: [w.rank, w.answer, ...(moved ? [when(first)] : []), when(last)],
      rows: order.map((i) => [
        String(ranks[i] ?? w.noRank),
        String((row.completions as readonly unknown[])[i]).trim(),
        ...(moved ? [score(first[r], i)] : []),
        score(row, i),
      ]),
    };
  });
  return { kind: "tables", title: w.rankings, caption: w.rankingsCaption, tables };
}

/** The best, the middle and the worst answer, coloured by advantage and by what has become more or less likely. */
function colouredTokens(folder: string, rows: readonly Row[], w: PageWords): Section[] {
  const scored = rows
    .filter(({ score, advantages }) => typeof score === "number" && numbers(advantages).length > 0)
    .sort((a, b) => Number(b.score) - Number(a.score));
  const tokenizer = scored.length > 0 ? tokenizerOf(folder) : undefined;
  if (tokenizer === undefined) return [];
  const chosen = [...new Set([0, Math.floor((scored.length - 1) / 2), scored.length - 1])].map((i) => scored[i]!);
  return [
    {
      kind: "tokens",
      title: w.tokens,
      caption: w.tokensCaption,
      rows: chosen.map((row) => {
        const texts = tokenTexts(tokenizer, numbers(row.ids));
        const [logprob, reference] = [numbers(row.logprobs), numbers(row.ref_logprobs)];
        const [value, advantage, reward] = [numbers(row.values), numbers(row.advantages), numbers(row.rewards)];
        const note = (i: number) =>
          w.tokenNote({
            logprob: shown(logprob[i]),
            reference: shown(reference[i]),
            value: shown(value[i]),
            advantage: shown(advantage[i]),
            reward: shown(reward[i]),
          });
        const line = (label: string, of: (i: number) => number) => ({
          label,
          tokens: texts.map((text, i) => ({ text, value: of(i), note: note(i) })),
        });
        return {
          prompt: promptText(row.prompt),
          note: w.scoreNote(shown(row.score as number), shown(row.kl as number)),
          lines: [
            line(w.advantage, (i) => advantage[i] ?? 0),
            line(w.moved, (i) => (logprob[i] ?? 0) - (reference[i] ?? 0)),
          ],
        };
      }),
    },
  ];
}

/** A prompt as it was given: a text, or the messages of a conversation. */
function promptText(prompt: unknown): string {
  if (typeof prompt === "string") return prompt;
  if (!Array.isArray(prompt)) return prompt === undefined ? "" : JSON.stringify(prompt);
  const messages = prompt as readonly { readonly role?: string; readonly content?: string }[];
  if (messages.length === 1) return messages[0]!.content ?? "";
  return messages.map(({ role, content }) => `${role}: ${content}`).join("\n");
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const numbers = (value: unknown): readonly number[] => (Array.isArray(value) ? value : []);
