import { printable } from "../terminal/printable.ts";
import { beside } from "../terminal/wrap.ts";

/** Shows answers while they grow. */
export interface ChatView {
  update(texts: readonly string[]): void;
  done(texts: readonly string[]): void;
}

/** One answer runs along; with two `headings` they stand side by side, redrawn in place on a terminal. */
export function chatView(
  headings: readonly string[],
  { terminal, silent }: { readonly terminal: boolean; readonly silent: boolean },
): ChatView {
  if (silent) return { update: () => {}, done: () => {} };
  if (headings.length < 2) return running();
  return terminal ? columns(headings as [string, string]) : oneByOne(headings);
}

function running(): ChatView {
  let given = 0;
  const update = ([text = ""]: readonly string[]) => {
    process.stdout.write(printable(text.slice(given)));
    given = text.length;
  };
  return {
    update,
    done(texts) {
      update(texts);
      process.stdout.write(given === 0 ? "(no answer)\n" : "\n");
    },
  };
}

const oneByOne = (headings: readonly string[]): ChatView => ({
  update: () => {},
  done(texts) {
    for (const [i, heading] of headings.entries()) process.stdout.write(`${heading}: ${printable(texts[i]!)}\n`);
  },
});

function columns(headings: readonly [string, string]): ChatView {
  const { stdout } = process;
  let drawn = 0;
  const draw = (lines: readonly string[]) => {
    const up = drawn > 1 ? `\x1b[${drawn - 1}A` : "";
    stdout.write(`${drawn > 0 ? `\r${up}\x1b[J` : ""}${lines.join("\n")}`);
    drawn = lines.length;
  };
  const lines = ([a = "", b = ""]: readonly string[]) =>
    beside(headings, [printable(a), printable(b)], stdout.columns || 80);
  return {
    // Lines that have scrolled out of the window cannot be redrawn: while the answers grow, only their end is shown.
    update: (texts) => draw(lines(texts).slice(-Math.max(1, (stdout.rows || 24) - 2))),
    done(texts) {
      draw(lines(texts));
      stdout.write("\n");
    },
  };
}
