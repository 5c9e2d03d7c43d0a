import stringWidth from "string-width";

/** Columns that a text takes in a terminal: Chinese characters and emoji take two. */
export const width = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The text cut to `columns` terminal columns, with `…` where something was left off. */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = used + width(segment);
    if (next > columns - 1) break;
    kept += segment;
    used = next;
  }
  return `${kept}…`;
}

/** Columns of equal width, the first left and numbers right aligned. `rows` include the heading. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = cells.reduce<number[]>((w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, width(cell))), []);
  const isNumeric = (column: number) =>
    rows.length > 1 && rows.slice(1).every((row) => typeof row[column] === "number" || row[column] === "");
  return cells
    .map((row) =>
      row
        .map((cell, i) => {
          const gap = " ".repeat(widths[i]! - width(cell));
          return isNumeric(i) ? gap + cell : cell + gap;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** "1.5 GB"; powers of 1000, as disks and downloads are sold. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = n < 1 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), units.length - 1);
  const value = n / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** "0:49", "1:02:03". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** Four significant digits, with an exponent where more zeros would follow. */
export const number = (x: number): string =>
  Number.isInteger(x) && Math.abs(x) < 1e7
    ? String(x)
    : Math.abs(x) >= 1e-3 && Math.abs(x) < 1e5
      ? x.toPrecision(4)
      : x.toExponential(2);
