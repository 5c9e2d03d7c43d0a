/** Values and policy for people: a grid or a table in the terminal, and the same as an SVG. */
import type { Mdp } from "../../rl/index.ts";
import { number, table, width } from "../frame/index.ts";
import type { Layout } from "./layout.ts";

export interface Solved {
  readonly process: Mdp;
  readonly values: Float64Array;
  /** The action of each state by its index, −1 where there is none to choose. */
  readonly policy: Int32Array;
  readonly layout: Layout | undefined;
}

/** What a state's action is called; empty where nothing is chosen. */
export const actionOf = ({ process, policy }: Solved, s: number): string => process.actions[s]![policy[s]!] ?? "";

/** States where nothing follows: a policy for them means nothing. */
const isOver = ({ process }: Solved, s: number): boolean =>
  process.transitions[s]!.every((outcomes) =>
    outcomes.every(([p, next, reward, terminated]) => p === 0 || (next === s && reward === 0 && terminated)),
  );

/** `0.542 ←` for each cell, `·` where it is over. */
export function inTerminal(solved: Solved): string {
  const { process, values, layout } = solved;
  if (layout === undefined) {
    const rows = process.states.map((name, s) => [
      name,
      number(values[s]!),
      isOver(solved, s) ? "" : actionOf(solved, s),
    ]);
    const chosen = rows.some(([, , action]) => action !== "");
    return table([
      ["state", "value", ...(chosen ? ["action"] : [])],
      ...rows.map((row) => row.slice(0, chosen ? 3 : 2)),
    ]);
  }
  const cells = layout.rows.map((row) => row.map((s) => (s < 0 ? "" : cellText(solved, s).join(" "))));
  const widest = Math.max(...cells.flat().map(width));
  return cells
    .map((row) => row.map((cell) => " ".repeat(widest - width(cell)) + cell).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function cellText(solved: Solved, s: number): string[] {
  const { values, layout } = solved;
  if (isOver(solved, s)) return ["·"];
  const action = actionOf(solved, s);
  return [short(values[s]!), ...(action === "" ? [] : [layout?.arrow(action) ?? action])];
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));

const cell = 72; // pixels
const line = 26;

/** A picture of any size of process; colours run from the lowest value to the highest. */
export function asSvg(solved: Solved): string {
  const { process, values, layout } = solved;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  /** Pale to blue; letters stay dark enough on all of it. */
  const fill = (value: number) => `hsl(212 70% ${Math.round(96 - 34 * share(value))}%)`;
  const text = (x: number, y: number, content: string, size: number, anchor = "middle") =>
    `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}">${escaped(content)}</text>`;
  if (layout) {
    const body = layout.rows.flatMap((row, r) =>
      row.flatMap((s, c) => {
        if (s < 0) return [];
        const [x, y] = [c * cell, r * cell];
        const over = isOver(solved, s);
        const [value = "", arrow = ""] = cellText(solved, s);
        return [
          `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${over ? "#e4e4e4" : fill(values[s]!)}" stroke="#fff" stroke-width="2"><title>${escaped(process.states[s]!)}</title></rect>`,
          text(x + cell / 2, y + (arrow ? 28 : cell / 2 + 5), value, 14),
          ...(arrow ? [text(x + cell / 2, y + 56, arrow, 22)] : []),
        ];
      }),
    );
    return svg(cell * Math.max(...layout.rows.map((row) => row.length)), cell * layout.rows.length, body);
  }
  const label = 12 + 9 * Math.max(...process.states.map(width));
  const bar = 240;
  const action = 12 + 9 * Math.max(0, ...process.states.map((_, s) => width(actionOf(solved, s))));
  const body = process.states.flatMap((name, s) => {
    const y = s * line;
    return [
      text(label - 8, y + 18, name, 14, "end"),
      `<rect x="${label}" y="${y + 3}" width="${(20 + (bar - 20) * share(values[s]!)).toFixed(1)}" height="${line - 6}" fill="${fill(values[s]!)}"/>`,
      text(label + 6, y + 18, number(values[s]!), 14, "start"),
      text(label + bar + 8, y + 18, isOver(solved, s) ? "" : actionOf(solved, s), 14, "start"),
    ];
  });
  return svg(label + bar + action, process.states.length * line, body);
}

const svg = (width: number, height: number, body: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" fill="#1b2733">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...body,
    "</svg>\n",
  ].join("\n");

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
