import { type AgreementReport, currentTask, type Session, shown, type Text } from "../feedback/index.ts";
import { printable } from "./printable.ts";
import { wrap } from "./wrap.ts";

export interface ScreenOptions {
  readonly agreement: AgreementReport["all"];
  readonly columns: number;
}

/** What a person who ranks sees, as lines. */
export function labelScreen(session: Session, { agreement, columns }: ScreenOptions): string[] {
  const task = currentTask(session);
  const status = [`task ${Math.min(session.index + 1, session.tasks.length)} of ${session.tasks.length}`];
  if (agreement) status.push(agreementInWords(agreement));
  if (!task) {
    return [status.join("  ·  "), "", "All tasks are ranked.", "", "Enter or q leaves   u takes the last one back"];
  }
  const answers = shown(session).flatMap(({ completion, digit }, place) => {
    const isNext = place === session.digits.length;
    return [marked(digit === undefined ? (isNext ? "▸" : " ") : String(digit), textOf(completion), columns), ""].flat();
  });
  const whole = session.digits.length === task.completions.length;
  const keys = whole
    ? "Enter hands it in   u takes the last digit back   s skips   q leaves"
    : "1 … 9 rank the answer at ▸ (1 is best, the same digit is a tie)   u takes back   s skips   q leaves";
  return [status.join("  ·  "), "", ...wrap(textOf(task.prompt), columns), "", ...answers, ...wrap(keys, columns)];
}

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
