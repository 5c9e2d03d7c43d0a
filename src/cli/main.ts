import type { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { commands } from "./commands.ts";
import { dispatch } from "./frame/dispatch.ts";
import { errorText, explain } from "./frame/errors.ts";
import { painter } from "./frame/shell.ts";

const nextSteps = `Plaudit teaches language models from human feedback. Three ways to begin:

  plaudit quickstart                           the whole pipeline before your eyes, in minutes
  plaudit pretrain --data YOUR.txt --dry-run   what training on your own text would take
  plaudit help                                 every command; each has --help`;

/** The program. `bin/plaudit.js` calls it with the words of the command line and exits with what it returns. */
export function main(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  endQuietlyUnread();
  const { stdout, stderr, env } = process;
  const shell = { stdout, stderr, env, now: Date.now, on, off, exit };
  return dispatch({ commands, version, nextSteps }, argv, shell);
}

const on = (process as EventEmitter).on.bind(process);
const off = (process as EventEmitter).off.bind(process);
const exit = process.exit.bind(process);

/**
 * `plaudit … | head` closes our output early, and a parent may die: no error of ours. Nobody reads on, so the work ends,
 * saved where it can be. A terminal that is gone while we live on (`disown`) is only no longer written to. Results that
 * cannot be written are a failure; of what is only said, nothing depends on.
 */
function endQuietlyUnread() {
  let saving = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") {
        saving ||= (process as EventEmitter).emit("hangup");
        if (!saving) process.exit(0);
      } else if (error.code !== "EIO" && stream === process.stdout) {
        const explained = explain(Object.assign(error, { path: "the output" }));
        process.stderr.write(`${errorText(explained, { paint: painter(process.stderr), debug: false })}\n`);
        process.exit(1);
      }
    });
  }
}
