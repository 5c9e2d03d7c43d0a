import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../../base/index.ts";
import type { Context } from "../frame/index.ts";

/** Nothing is made into a project by accident: the person is asked where one can be. Throws `not-a-project`. */
export async function requireProject(
  { json }: Context,
  { project, init }: { readonly project: string; readonly init: boolean },
): Promise<void> {
  if (init || existsSync(join(project, "journal.jsonl"))) return;
  const name = project === "." ? "this folder" : project;
  const canAsk = !json && process.stdin.isTTY && process.stderr.isTTY;
  if (canAsk && (await agreed(`${name} is no project yet: make it one? [Y/n] `))) return;
  throw new UsageError(`${name} is no project: it has no journal.jsonl`, {
    code: "not-a-project",
    where: project,
    help: `plaudit init ${project === "." ? "DIR" : project} makes one, or add --init here`,
  });
}

async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y(es)?)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
