import { type Html, html } from "./html.ts";
import { shown } from "./scale.ts";
import type { Words } from "./words.ts";

/** Texts whose tokens are coloured by a number: where was it good, where did it go another way. */
export interface ColouredTokens {
  readonly kind: "tokens";
  readonly rows: readonly {
    readonly prompt: string;
    readonly note?: string;
    /** The same tokens once for each number that colours them. */
    readonly lines: readonly { readonly label: string; readonly tokens: readonly Token[] }[];
  }[];
}
export interface Token {
  readonly text: string;
  readonly value: number;
  /** What the pointer shows: all that is known of the token. */
  readonly note: string;
}

/** Every line has the scale of its label, so that rows can be compared. */
export function tokens({ rows }: ColouredTokens, words: Words): Html {
  const most = new Map<string, number>();
  for (const { label, tokens } of rows.flatMap(({ lines }) => lines)) {
    most.set(
      label,
      tokens.reduce((a, { value }) => Math.max(a, Math.abs(value)), most.get(label) ?? 0),
    );
  }
  const token = ({ text, value, note }: Token, limit: number) => {
    const strength = limit > 0 ? Math.abs(value) / limit : 0;
    return html`<span class="token ${value < 0 ? "down" : "up"}" style="--v:${strength.toFixed(2)}" title="${note}">${text}</span>`;
  };
  const line = ({ label, tokens }: ColouredTokens["rows"][number]["lines"][number]) => {
    const limit = most.get(label)!;
    return html`<div><h4>${label} <span class="muted">±${shown(limit)}</span></h4><p class="tokens-line">${tokens.map((t) => token(t, limit))}</p></div>`;
  };
  return html`<p class="note"><span class="token up" style="--v:.8">${words.above}</span> <span class="token down" style="--v:.8">${words.below}</span></p>
${rows.map(
  ({ prompt, note, lines }) =>
    html`<article><h3>${prompt}</h3>${note ? html`<p class="note">${note}</p>` : undefined}${lines.map(line)}</article>\n`,
)}`;
}
