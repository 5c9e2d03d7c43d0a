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
  return /^y(es)?$/i.test(await answerTo(`${question} [y/N] `));
}

/** What the person types. */
export async function answerTo(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
