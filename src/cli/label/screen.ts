import { type AgreementReport, currentTask, type Session, shown, type Text } from "../../feedback/index.ts";
import { printable } from "../terminal/printable.ts";
import { wrap } from "../terminal/wrap.ts";

export interface ScreenOptions {
  readonly agreement: AgreementReport["all"];
  readonly columns: number;
  readonly rows: number;
  /** Lines by which the person has moved the answers, away from where the next one to rank is seen. */
  readonly scroll: number;
}

export interface Screen {
  /** At most as many as there are rows. */
  readonly lines: readonly string[];
  /** As asked for, or less where the answers end. */
  readonly scroll: number;
}

/** What a person who ranks sees. Question and keys stay; answers that do not fit between them can be moved. */
export function labelScreen(session: Session, { agreement, columns, rows, scroll }: ScreenOptions): Screen {
  const task = currentTask(session);
  const progress = `task ${Math.min(session.index + 1, session.tasks.length)} of ${session.tasks.length}`;
  const status = wrap(agreement ? `${progress}  ·  ${agreementInWords(agreement)}` : progress, columns);
  if (!task) {
    const keys = wrap("Enter or q leaves   u takes the last one back", columns);
    return { lines: [...status, "", "All tasks are ranked.", "", ...keys].slice(0, rows), scroll: 0 };
  }
  const place = session.digits.length;
  const answers = shown(session).map(({ completion, digit }, i) =>
    marked(digit === undefined ? (i === place ? "▸" : " ") : String(digit), textOf(completion), columns),
  );
  const whole = place === task.completions.length;
  const keys = whole
    ? "Enter hands it in   u takes the last digit back   s skips   q leaves"
    : "1 … 9 rank the answer at ▸ (1 is best, the same digit is a tie)   u takes back   s skips   q leaves";
  const head = [...status, "", ...atMost(wrap(textOf(task.prompt), columns), Math.max(1, rows >> 2)), ""];
  const foot = ["", ...wrap(keys, columns)];
  const next = Math.min(place, answers.length - 1);
  const before = answers.slice(0, next).reduce((sum, lines) => sum + lines.length + 1, 0);
  const body = answers.flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
  const part = cutOut(
    body,
    { from: before, to: before + answers[next]!.length },
    rows - head.length - foot.length,
    scroll,
  );
  return { lines: [...head, ...part.lines, ...foot].slice(0, rows), scroll: part.scroll };
}

/** The part of `lines` in which those of `focus` are seen, moved by `scroll`, with what is left out above and below. */
function cutOut(
  lines: readonly string[],
  focus: { readonly from: number; readonly to: number },
  rows: number,
  scroll: number,
): Screen {
  if (lines.length <= rows) return { lines, scroll: 0 };
  const room = Math.max(1, rows - 2);
  const last = lines.length - room;
  const seen = Math.min(focus.from, Math.max(0, focus.to - room), last);
  const start = Math.max(0, Math.min(seen + scroll, last));
  const arrow = (mark: string, left: number) => (left > 0 ? `${mark} ${left} more lines (arrow keys)` : "");
  const above = arrow("↑", start);
  const below = arrow("↓", lines.length - start - room);
  return { lines: [above, ...lines.slice(start, start + room), below], scroll: start - seen };
}

const atMost = (lines: readonly string[], count: number): readonly string[] =>
  lines.length <= count ? lines : [...lines.slice(0, count - 1), "…"];

export const agreementInWords = ({ value, low, high, pairs }: NonNullable<AgreementReport["all"]>): string =>
  `agreement ${percent(value)} (${percent(low)} – ${percent(high)}, ${pairs} pairs)`;

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** A single message of the user is shown as its text, a longer conversation with its speakers. */
function textOf(content: Text): string {
  if (typeof content === "string") return printable(content || "(empty)");
  const [only] = content;
  const text = content.length === 1 ? only!.content : content.map((m) => `${m.role}: ${m.content}`).join("\n");
  return printable(text || "(empty)");
}

function marked(mark: string, text: string, columns: number): string[] {
  const margin = 5;
  return wrap(text, columns - margin).map((line, i) => (i === 0 ? `[${mark}]  ${line}` : " ".repeat(margin) + line));
}
