import { readFileSync } from "node:fs";
import { commands } from "./commands.ts";
import { dispatch } from "./frame/dispatch.ts";

const nextSteps = `Plaudit teaches language models from human feedback. Three ways to begin:

  plaudit quickstart                           the whole pipeline before your eyes, in minutes
  plaudit pretrain --data YOUR.txt --dry-run   what training on your own text would take
  plaudit help                                 every command; each has --help`;

/** The program. `bin/plaudit.js` calls it with the words of the command line and exits with what it returns. */
export function main(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  quietWhenPipeCloses();
  const { stdout, stderr, env } = process;
  const shell = { stdout, stderr, env, now: Date.now, on, off, exit };
  return dispatch({ commands, version, nextSteps }, argv, shell);
}

const on = process.on.bind(process);
const off = process.off.bind(process);
const exit = process.exit.bind(process);

/** `plaudit … | head` closes our stdout early; that is no error of ours. */
function quietWhenPipeCloses() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (stream === process.stdout) process.exit(0);
    });
  }
}
