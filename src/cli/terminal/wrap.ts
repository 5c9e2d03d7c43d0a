import { truncate, width } from "../frame/index.ts";

/**
 * The lines of a text in at most `columns` terminal columns, broken at spaces where there are any, between characters
 * where there are none, as in Chinese.
 */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((paragraph) => wrapLine(paragraph.replaceAll("\t", "    "), Math.max(2, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (width(rest) > columns) {
    const fits = beginning(rest, columns);
    const space = rest[fits.length] === " " ? fits.length : fits.lastIndexOf(" ");
    const end = space > 0 ? space : fits.length;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** As much of the text as fits, at least one character. */
function beginning(text: string, columns: number): string {
  let end = 0;
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += width(segment);
    if (used > columns && end > 0) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

/** Two texts beside each other in columns of equal width, their headings above. */
export function beside(
  headings: readonly [string, string],
  texts: readonly [string, string],
  columns: number,
): string[] {
  const each = Math.floor((columns - 3) / 2);
  const [left, right] = [0, 1].map((side) => [
    truncate(headings[side]!, each),
    "─".repeat(each),
    ...wrap(texts[side]!, each),
  ]) as [string[], string[]];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const [a, b] = [left[i] ?? "", right[i] ?? ""];
    return `${a}${" ".repeat(Math.max(0, each - width(a)))} │ ${b}`.trimEnd();
  });
}
