import type { Context, ProgressState } from "../frame/index.ts";

export interface Seen {
  note(line: string): unknown;
  update(state: ProgressState): void;
}

/** The context of a stage's command: its results are nobody's, its notes and its progress go to `seen`. */
export const innerContext = (context: Context, { note, update }: Seen): Context => ({
  ...context,
  json: false,
  emit: () => {},
  note,
  progress: { update, note: () => {}, done: () => {}, clear: () => {} },
});
