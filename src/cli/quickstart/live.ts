/** What is seen while the quickstart runs: its stages, how far the present one is, curves, and what the model says now. */
import { Interrupted } from "../../run/index.ts";
import { type Context, duration, type ProgressState, truncate, width } from "../frame/index.ts";
import { printable } from "../terminal/printable.ts";
import { wrap } from "../terminal/wrap.ts";
import { innerContext } from "./inner-context.ts";
import { newestSample, type Sample } from "./sample.ts";
import type { Stage } from "./stages.ts";

export interface LiveView {
  /** Runs one stage (or, after the last, the judging) while showing it. */
  during<T>(index: number, work: (context: Context) => Promise<T>): Promise<T>;
  /** A stage that an earlier attempt has done. */
  skip(index: number): void;
  /** What the model says after a stage: stays on the screen. */
  say(samples: readonly Sample[]): void;
  /** Leaves the last state where it is. */
  done(): void;
}

const judging = { en: "The judge measures what was learnt", zh: "裁判衡量学到了什么" };
const doneBefore = { en: "done before", zh: "之前已完成" };
const seconds = { en: "s", zh: "秒" };
const next = { en: "then", zh: "然后" };

/** How often samples.jsonl is looked at. */
const sampleMs = 1000;

/** `check` is called whenever something moves; what it throws ends the stage. */
export function liveView(context: Context, plan: readonly Stage[], language: "en" | "zh", check: () => void): LiveView {
  const titleOf = (index: number) => (plan[index]?.title ?? judging)[language];
  const labelOf = (index: number) => `[${index + 1}/${plan.length + 1}] ${titleOf(index)}`;
  let said: readonly Sample[] = [];

  return {
    async during(index, work) {
      const stage = plan[index];
      const label = labelOf(index);
      const began = context.now();
      const upcoming = index < plan.length ? ["", `${next[language]}: ${titleOf(index + 1)}`] : [];
      const shown = stage && speaks(stage) ? sampleOf(context, stage.makes, said) : () => [];
      const states: ProgressState[] = []; // the first and the last
      context.progress.update({ label, step: 0, total: 0, lines: upcoming });

      const inner = innerContext(context, {
        note: (line) => line !== `run: ${stage?.makes}` && context.note(`  ${line}`),
        update(state) {
          check();
          if (context.signal.aborted && !(stage && recordsRun(stage))) throw stopped();
          states.splice(1, 1, state);
          context.progress.update({ ...state, label, lines: [...shown(), ...upcoming] });
        },
      });
      if (stage?.argv[0] === "label") context.progress.clear(); // the screen is the person's
      const result = await work(inner);
      check();
      context.progress.clear();
      const took = (context.now() - began) / 1000;
      const time = took < 100 ? `${took.toFixed(0)} ${seconds[language]}` : duration(took);
      context.note(finished(label, time, change(states)));
      if (stage && context.signal.aborted) throw stopped();
      return result;
    },
    skip(index) {
      context.note(finished(labelOf(index), doneBefore[language]));
    },
    say(samples) {
      if (samples.length > 0) said = samples;
      for (const line of samples.flatMap(inLines)) context.note(line);
    },
    done: () => context.progress.done(),
  };
}

/** Saves its own steps and listens to Ctrl-C itself. */
export const recordsRun = ({ argv }: Stage): boolean => argv.includes("--resume");

/** Trains a model that can be asked something meanwhile. */
const speaks = (stage: Stage): boolean => recordsRun(stage) && stage.argv[0] !== "reward";

/** Stages that record no run leave nothing behind when they end early: they are begun anew. */
const stopped = () => new Interrupted("interrupted", { code: "interrupted" });

/** What the model says now, or, until a stage has its first samples, what it said last. */
function sampleOf(context: Context, run: string, said: readonly Sample[]): () => string[] {
  let [lookedAt, samples] = [Number.NEGATIVE_INFINITY, said.slice(0, 1)];
  return () => {
    if (context.now() - lookedAt >= sampleMs) {
      lookedAt = context.now();
      const newest = newestSample(run, samples[0]?.prompt);
      if (newest) samples = [newest];
    }
    return samples.length > 0 ? ["", ...samples.flatMap(inLines)] : [];
  };
}

/** "What does Clara do for fun? → She paints." in lines that fit, all but the first indented further. */
function inLines({ prompt, answer }: Sample): string[] {
  const text = printable(`${prompt} → ${answer || "…"}`.replace(/\s+/g, " "));
  const oneLine = process.stderr.isTTY !== true || width(text) < columns() - 3;
  return oneLine ? [`  ${text}`] : wrap(text, columns() - 5).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`));
}

/** "  loss 6.93 → 2.1": how the first metric of a stage moved. */
function change([first, last]: readonly ProgressState[]): string {
  const [name, to] = Object.entries(last?.metrics ?? {})[0] ?? [];
  const from = name === undefined ? undefined : first?.metrics?.[name];
  const short = (x: number) => Number(x.toPrecision(3));
  return from === undefined || to === undefined ? "" : `  ${name} ${short(from)} → ${short(to)}`;
}

const columns = (): number => process.stderr.columns || 80;

/** One line, without what would make it wrap: first the metric, then the end of the label. */
function finished(label: string, how: string, change = ""): string {
  const line = `✓ ${label} (${how})`;
  const room = process.stderr.isTTY ? columns() - 1 : Number.POSITIVE_INFINITY;
  if (width(line + change) <= room) return line + change;
  return `✓ ${truncate(label, room - width(line) + width(label))} (${how})`;
}
