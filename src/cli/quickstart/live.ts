/** What is seen while the quickstart runs: its stages, how far the present one is, and one question asked after each. */
import type { Context } from "../frame/index.ts";
import type { Stage } from "./stages.ts";

export interface LiveView {
  /** Runs one stage (or, after the last, the judging) while showing it. */
  during<T>(index: number, work: (context: Context) => Promise<T>): Promise<T>;
  /** What the model says now, shown below the bar until it says something else. */
  say(lines: readonly string[]): void;
  done(): void;
}

const judging = { en: "The judge measures what was learnt", zh: "裁判衡量学到了什么" };

export function liveView(context: Context, plan: readonly Stage[], language: "en" | "zh"): LiveView {
  const total = plan.length + 1;
  let said: readonly string[] = [];
  const titleOf = (index: number) => (plan[index]?.title ?? judging)[language];
  return {
    async during(index, work) {
      const label = `[${index + 1}/${total}] ${titleOf(index)}`;
      const began = context.now();
      context.progress.update({ label, step: 0, total: 1, lines: said });
      const inner: Context = {
        ...context,
        json: false,
        emit: () => {},
        note: () => {},
        progress: {
          update: (state) => context.progress.update({ ...state, label, lines: [...(state.lines ?? []), ...said] }),
          note: () => {},
          done: () => {},
        },
      };
      if (plan[index]?.argv[0] === "label") context.progress.done(); // the screen is the person's
      const result = await work(inner);
      context.note(`✓ ${label} (${((context.now() - began) / 1000).toFixed(0)} s)`);
      return result;
    },
    say(lines) {
      said = lines;
      for (const line of lines) context.note(`  ${line}`);
    },
    done: () => context.progress.done(),
  };
}
