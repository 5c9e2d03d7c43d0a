/** What whoever labels clips at the terminal sees: two of them side by side, moving. */

import { drawObservation } from "../../envs/index.ts";
import type { Clip } from "../../feedback/index.ts";
import { wrap } from "../terminal/wrap.ts";
import type { Queue } from "./book.ts";
import { braille } from "./braille.ts";

export interface ClipScreen {
  readonly question: string;
  readonly queue: Pick<Queue, "current" | "waiting" | "answered">;
  /** How the run stands, in a line. */
  readonly status: string;
  /** Steps since the pair was first shown; clips begin anew when they are over. */
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
}

/** Steps for which the last picture of a clip stands still, so that its end is seen. */
const rest = 10;
const gap = 4;

/** At most as many lines as there are rows. */
export function clipScreen({ question, queue, status, step, columns, rows }: ClipScreen): string[] {
  const head = [...wrap(question, columns), ""];
  const counts = `answered ${queue.answered}  ·  waiting ${queue.waiting}`;
  const foot = ["", ...wrap(status ? `${counts}  ·  ${status}` : counts, columns)];
  const { current } = queue;
  if (!current) {
    const keys =
      "The agent is learning; the next question comes.   u takes the last answer back   q goes on without you";
    return [...head, ...wrap(keys, columns), ...foot].slice(0, rows);
  }
  const keys = wrap("← left   → right   ↑ equally good   ↓ can't tell   u takes back   q goes on without you", columns);
  const room = Math.max(1, rows - head.length - foot.length - keys.length - 2);
  const wide = Math.max(1, Math.min((columns - gap) >> 1, 40));
  const [left, right] = current.clips.map((clip) => frame(clip, step, { columns: wide, rows: room })) as [
    string[],
    string[],
  ];
  const space = " ".repeat(gap);
  const pictures = left.map((line, i) => `${line.padEnd(wide)}${space}${right[i] ?? ""}`);
  const names = `${"← A".padEnd(wide)}${space}B →`;
  return [...head, names, ...pictures, "", ...keys, ...foot].slice(0, rows);
}

/** The picture of one step; numbers of an environment that has none. */
function frame(clip: Clip, step: number, most: { readonly columns: number; readonly rows: number }): string[] {
  const { env, observations, actions } = clip;
  const t = Math.min(step % (observations.length + rest), observations.length - 1);
  const observation = observations[t]!;
  const drawing = drawObservation(env, observation, actions[t]);
  if (drawing) return braille(drawing, most);
  return observation.slice(0, most.rows).map((x) => String(x).slice(0, most.columns));
}
