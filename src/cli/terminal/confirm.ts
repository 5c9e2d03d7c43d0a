import { createInterface } from "node:readline/promises";
import { UsageError } from "../../base/index.ts";

/** Asks before something is done for good. Throws `needs-yes` where nobody can be asked. */
export async function confirmed({ json }: { readonly json: boolean }, question: string): Promise<boolean> {
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError("this is for good, and here is no terminal to ask in", {
      code: "needs-yes",
      help: "say --yes",
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
