import { duration, number, truncate } from "./text.ts";

export interface ProgressState {
  /** What is going on: `sft`, `sampling answers`. */
  readonly label: string;
  readonly step: number;
  readonly total: number;
  /** Shown as given, in order, after the rate: loss, reward, kl. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Whole lines below the bar, for example a sample that changes while the model learns. */
  readonly lines?: readonly string[];
}

/** Shows how far a computation is: a live bar on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  update(state: ProgressState): void;
  /** Leaves the last state on the screen and starts afresh with the next update. */
  done(): void;
  /** Prints a line above the bar. */
  note(line: string): void;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const barWidth = 20;
const redrawMs = 100;
const plainLineMs = 10_000;

/** `now` in milliseconds. Rate and remaining time count from the first update of a label, so a resumed run starts fair. */
export function createProgress(out: Output, now: () => number, paint: (text: string) => string): Progress {
  const live = out.isTTY === true;
  let began: { label: string; step: number; at: number } | undefined;
  let last: ProgressState | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawnLines = 0;

  const erase = () => {
    if (drawnLines > 0) out.write(`\r${drawnLines > 1 ? `\x1b[${drawnLines - 1}A` : ""}\x1b[J`);
    drawnLines = 0;
  };
  const status = (state: ProgressState) => {
    const { label, step, total, metrics = {} } = state;
    const seconds = (now() - began!.at) / 1000;
    const rate = seconds > 0 ? (step - began!.step) / seconds : 0;
    const share = total > 0 ? Math.min(step / total, 1) : 0;
    const filled = Math.round(share * barWidth);
    const parts = [
      label,
      ...(live ? [paint("━".repeat(filled)) + "─".repeat(barWidth - filled)] : []),
      `${step}/${total}`,
      `${Math.floor(share * 100)}%`,
      ...(rate > 0 ? [`${number(rate)}/s`, ...(step < total ? [`${duration((total - step) / rate)} left`] : [])] : []),
      ...Object.entries(metrics).map(([name, value]) => `${name} ${number(value)}`),
    ];
    return parts.join("  ");
  };
  const draw = (state: ProgressState) => {
    // A terminal that does not know its width says 0.
    const columns = (out.columns || 80) - 1;
    const lines = [status(state), ...(state.lines ?? [])].map((line) => truncate(line, columns));
    erase();
    out.write(lines.join("\n"));
    drawnLines = lines.length;
  };
  const show = (state: ProgressState) => (live ? draw(state) : out.write(`${status(state)}\n`));

  return {
    update(state) {
      if (began?.label !== state.label) {
        began = { label: state.label, step: state.step, at: now() };
        drawnAt = Number.NEGATIVE_INFINITY;
      }
      last = state;
      if (now() - drawnAt < (live ? redrawMs : plainLineMs) && state.step < state.total) return;
      drawnAt = now();
      show(state);
    },
    note(line) {
      erase();
      out.write(`${line}\n`);
      if (live && last) draw(last);
    },
    done() {
      if (live && last) {
        draw(last);
        out.write("\n");
      }
      [began, last, drawnLines] = [undefined, undefined, 0];
    },
  };
}
