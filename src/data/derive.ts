/** One kind of row from another: pure, and nothing is lost that the target can hold. */
import type { Content, Rows } from "./rows.ts";

/** The pair as a ranking of two; a margin cannot be kept. */
export const rankingOf = ({ prompt, chosen, rejected }: WithPrompt): Rows["ranking"] => ({
  prompt,
  completions: [chosen, rejected],
  ranks: [1, 2],
});

export type WithPrompt = Rows["preference"] & { readonly prompt: Content };

/** All pairs of a ranking in which one answer is better: ties and unjudged answers give none. Best first. */
export function pairsOf({ prompt, completions, ranks }: Rows["ranking"]): WithPrompt[] {
  const judged = ranks.flatMap((rank, i) => (rank === null ? [] : [{ rank, completion: completions[i]! }]));
  judged.sort((a, b) => a.rank - b.rank);
  return judged.flatMap((better, i) =>
    judged
      .slice(i + 1)
      .filter((worse) => worse.rank > better.rank)
      .map((worse) => ({ prompt, chosen: better.completion, rejected: worse.completion })),
  );
}

/** The answers that were found good, as demonstrations. */
export const demonstrationsOf = (rows: readonly Rows["unpaired"][]): Rows["prompt-completion"][] =>
  rows.filter(({ label }) => label).map(({ prompt, completion }) => ({ prompt, completion }));

/** Both answers of a pair, as judged one by one. */
export const unpairedOf = ({ prompt, chosen, rejected }: WithPrompt): Rows["unpaired"][] => [
  { prompt, completion: chosen, label: true },
  { prompt, completion: rejected, label: false },
];

/** A row of `feedback.csv` as a pair. */
export const preferenceOf = ({ Title1, Title2, Label }: Rows["feedback"]): Rows["preference"] =>
  Label === 0 ? { chosen: Title1, rejected: Title2 } : { chosen: Title2, rejected: Title1 };

/**
 * The pair with its prompt told apart: where the row has none, it is what both answers begin with (TRL's
 * `extract_prompt`): whole messages, or characters up to the first that differs, without the space before it.
 */
export function withPrompt(row: Rows["preference"]): WithPrompt {
  const { prompt, chosen, rejected } = row;
  if (prompt !== undefined) return { ...row, prompt };
  if (typeof chosen === "string" && typeof rejected === "string") {
    const a = [...chosen];
    const b = [...rejected];
    let length = common(a, b);
    if (a[length - 1] === " ") length--;
    const shared = a.slice(0, length).join("");
    return { ...row, prompt: shared, chosen: chosen.slice(shared.length), rejected: rejected.slice(shared.length) };
  }
  const [a, b] = [messagesOf(chosen), messagesOf(rejected)];
  const length = common(
    a.map((message) => JSON.stringify(message)),
    b.map((message) => JSON.stringify(message)),
  );
  return { ...row, prompt: a.slice(0, length), chosen: a.slice(length), rejected: b.slice(length) };
}

const common = (a: readonly string[], b: readonly string[]): number => {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
};

const messagesOf = (content: Content, role = "assistant") =>
  typeof content === "string" ? [{ role, content }] : content;

/** Prompt and completion as one conversation: text becomes a user's and an assistant's message. */
export const conversationOf = (prompt: Content, completion: Content): Rows["messages"]["messages"] => [
  ...messagesOf(prompt, "user"),
  ...messagesOf(completion),
];
