/** Every error and finding of the program, as its documentation explains them in Chinese: code → what it means, what to do. */
import page from "../../../docs/errors/README.zh.md?raw";

export interface Explained {
  readonly meaning: string;
  readonly advice: string;
}

const row = /^\| `([a-z0-9-]+)` \| (.+) \| (.+) \|$/gm;
const unquoted = (markdown: string) => markdown.replaceAll("`", "");

/** Of a code that two sections explain, the first: data before reinforcement learning. */
export const explained: ReadonlyMap<string, Explained> = new Map(
  [...page.matchAll(row)]
    .reverse()
    .map(([, code = "", meaning = "", advice = ""]) => [
      code,
      { meaning: unquoted(meaning), advice: unquoted(advice) },
    ]),
);
