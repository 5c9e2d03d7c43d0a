import type { Context, ProgressState } from "../frame/index.ts";
import { innerContext } from "./inner-context.ts";

/** A stage at work before its turn on the screen comes. */
export interface Ahead {
  /** Shows what it has said and how far it is, and waits for its end. */
  show(context: Context): Promise<void>;
  /** Never rejects. */
  readonly ended: Promise<unknown>;
}

/** Starts `work`; what it says is kept until it is shown. `check` is called whenever something moves. */
export function startAhead(context: Context, check: () => void, work: (inner: Context) => Promise<void>): Ahead {
  const notes: string[] = [];
  let state: ProgressState | undefined;
  let shownTo: Context | undefined;
  const inner = innerContext(context, {
    note: (line) => (shownTo === undefined ? notes.push(line) : shownTo.note(line)),
    update(next) {
      check();
      state = next;
      shownTo?.progress.update(next);
    },
  });
  const running = work(inner);
  return {
    ended: running.catch(() => {}),
    async show(to) {
      shownTo = to;
      for (const line of notes) to.note(line);
      if (state !== undefined) to.progress.update(state);
      await running;
    },
  };
}
