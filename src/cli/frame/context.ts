import type { Context } from "./command.ts";
import { watchSignals } from "./interrupt.ts";
import { createProgress } from "./progress.ts";
import { isLive, painter, type Shell } from "./shell.ts";

/** Makes what a command runs with; `close` takes the bar off the screen and gives Ctrl-C back. */
export function openContext(shell: Shell, { json, given }: Pick<Context, "json" | "given">) {
  const paint = painter(shell.stderr);
  const progress = createProgress(shell.stderr, isLive(shell.stderr, shell.env), () => shell.now(), paint);
  const note = (line: string) => progress.note(line);
  /** The shell's prompt must not come behind the bar. */
  const leave = (code: number) => {
    progress.done();
    shell.exit(code);
  };
  let watched: ReturnType<typeof watchSignals> | undefined;
  const context: Context = {
    emit(text, ...results) {
      progress.done();
      for (const line of json ? results.map((result) => JSON.stringify(result)) : [text]) {
        shell.stdout.write(`${line}\n`);
      }
    },
    note,
    progress,
    get signal() {
      watched ??= watchSignals({ ...shell, exit: leave }, note);
      return watched.signal;
    },
    json,
    given,
    env: shell.env,
    now: () => shell.now(),
  };
  const close = () => {
    progress.done();
    watched?.stop();
  };
  return { context, close };
}
