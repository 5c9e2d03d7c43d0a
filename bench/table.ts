import type { Row } from "./measure.ts";

const widths = [32, 12, 12, 24] as const;

const columns = (cells: readonly [string, string, string, string], unit: string): string =>
  [cells[0].padEnd(widths[0]), ...cells.slice(1).map((cell, i) => cell.padStart(widths[i + 1]!)), ` ${unit}`].join(" ");

export const heading = columns(["", "ours", "peer", "ratio (low–high)"], "unit");

/** A row for people. */
export function line({ name, ours, peer, ratio, low, high, unit }: Row): string {
  const range = ratio === null ? "" : `${ratio.toFixed(2)} (${low!.toFixed(2)}–${high!.toFixed(2)})`;
  return columns([name, number(ours), peer === null ? "" : number(peer), range], unit);
}

/** Three significant digits, but never fewer than the whole number has. */
const number = (x: number): string => (x >= 100 ? Math.round(x).toLocaleString("en-US") : x.toPrecision(3));
