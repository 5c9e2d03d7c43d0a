import { liveArea } from "./area.ts";
import { type Curve, curve } from "./curve.ts";
import type { Output, Paint } from "./shell.ts";
import { duration, number, truncate, width } from "./text.ts";

export interface ProgressState {
  /** What is going on: `sft`, `sampling answers`. */
  readonly label: string;
  readonly step: number;
  /** 0 where nobody knows: then the steps so far and the time that has passed are shown. */
  readonly total: number;
  /** Shown as given, in order: loss, reward, KL. On a terminal each with its curve. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** On a terminal, whole lines below, for example a sample that changes while the model learns. */
  readonly lines?: readonly string[];
}

/** Shows how far a computation is: a live bar and curves on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  update(state: ProgressState): void;
  /** Leaves the last state on the screen and starts afresh with the next update. */
  done(): void;
  /** Takes the last state off the screen and starts afresh with the next update. */
  clear(): void;
  /** Prints a line above the bar. */
  note(line: string): void;
}

const longestBar = 40;
const shortestBar = 8;
const redrawMs = 100;
const tickMs = 1000;
const plainLineMs = 10_000;

/** What is shown now, and since when. */
interface Shown {
  readonly label: string;
  readonly total: number;
  readonly firstStep: number;
  readonly since: number;
  readonly curves: Map<string, Curve>;
  state: ProgressState;
  /** When the state's step was reached. */
  at: number;
}

/**
 * `now` in milliseconds. Rate and remaining time count from the first update of a label, so a resumed run starts fair.
 * `live` = the output is a terminal that can move its cursor.
 */
export function createProgress(out: Output, live: boolean, now: () => number, paint: Paint): Progress {
  const area = liveArea(out);
  let shown: Shown | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let clock: NodeJS.Timeout | undefined;

  const draw = () => {
    if (live && shown) area.draw(picture(shown, { columns: out.columns || 80, now: now(), paint }));
  };
  const forget = () => {
    clearInterval(clock);
    [shown, clock] = [undefined, undefined];
  };
  return {
    update(state) {
      if (shown?.label !== state.label || shown.total !== state.total) {
        const { label, total, step } = state;
        shown = { label, total, firstStep: step, since: now(), curves: new Map(), state, at: now() };
        drawnAt = Number.NEGATIVE_INFINITY;
      }
      if (state.step !== shown.state.step) shown.at = now();
      shown.state = state;
      if (live) remember(shown);
      const isLast = state.total > 0 && state.step >= state.total;
      if (now() - drawnAt < (live ? redrawMs : plainLineMs) && !isLast) return;
      drawnAt = now();
      if (!live) out.write(`${[state.label, ...numbers(shown, now()), ...measured(state)].join("  ")}\n`);
      else {
        draw();
        clock ??= setInterval(draw, tickMs).unref(); // a long step still lets the clock run
      }
    },
    note(line) {
      area.erase();
      out.write(`${line}\n`);
      draw();
    },
    done() {
      draw();
      area.keep();
      forget();
    },
    clear() {
      area.erase();
      forget();
    },
  };
}

function remember({ state: { step, total, metrics = {} }, curves }: Shown): void {
  if (total <= 0) return;
  for (const [name, value] of Object.entries(metrics)) {
    if (!curves.has(name)) curves.set(name, curve());
    curves.get(name)!.add((step - 1) / total, value);
  }
}

/** Step, share, rate and time left; where nobody knows the total, how many there were and the time since it began. */
function numbers({ state: { step, total }, firstStep, since, at }: Shown, now: number): string[] {
  if (total <= 0)
    return [...(step > 0 ? [String(step)] : []), ...(now - since < 1000 ? [] : [duration((now - since) / 1000)])];
  const rate = at > since ? (step - firstStep) / ((at - since) / 1000) : 0;
  return [
    `${step}/${total}`,
    `${Math.floor(100 * Math.min(step / total, 1))}%`,
    ...(rate > 0 ? [rate >= 1 ? `${Number(rate.toPrecision(3))}/s` : `${(1 / rate).toFixed(1)} s each`] : []),
    ...(rate > 0 && step < total ? [`${duration((total - step) / rate - (now - at) / 1000)} left`] : []),
  ];
}

const measured = ({ metrics = {} }: ProgressState): string[] =>
  Object.entries(metrics).map(([name, value]) => `${name} ${number(value)}`);

/** The label; the bar with its numbers; a curve for each metric, as wide as the bar; the lines. */
function picture(
  shown: Shown,
  { columns, now, paint }: { readonly columns: number; readonly now: number; readonly paint: Paint },
): string[] {
  const { state, curves } = shown;
  const { label, step, total, lines = [], metrics = {} } = state;
  const fits = (text: string) => truncate(text, columns - 1);
  if (total <= 0) return [paint("bold", fits([label, ...numbers(shown, now)].join("  "))), ...lines];
  const texts = [numbers(shown, now).join("  "), ...measured(state)];
  const room = columns - 3 - Math.max(...texts.map(width));
  const bar = room < shortestBar ? 0 : Math.min(longestBar, room);
  const filled = Math.round(Math.min(step / total, 1) * bar);
  const drawings = [
    `${paint("cyan", "━".repeat(filled))}${paint("dim", "─".repeat(bar - filled))}`,
    ...Object.keys(metrics).map((name) => paint("cyan", (curves.get(name)?.row(bar, filled) ?? "").padEnd(bar))),
  ];
  return [
    paint("bold", fits(label)),
    ...texts.map((text, i) => (bar ? `${drawings[i]}  ${text}` : fits(text))),
    ...lines,
  ];
}
