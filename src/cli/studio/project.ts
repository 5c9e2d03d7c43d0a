import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../frame/index.ts";
import { requireProject } from "../project/require-project.ts";
import { answerTo } from "../terminal/confirm.ts";

/** Nothing is made into a project by accident: the person is asked where one can be. Throws `no-project`. */
export async function projectOrAsk(
  { json }: Context,
  { project, init }: { readonly project: string; readonly init: boolean },
): Promise<void> {
  if (init || existsSync(join(project, "journal.jsonl"))) return;
  const name = project === "." ? "this folder" : project;
  const canAsk = !json && process.stdin.isTTY && process.stderr.isTTY;
  if (canAsk && /^(y(es)?)?$/i.test(await answerTo(`${name} is no project yet: make it one? [Y/n] `))) return;
  requireProject(project, "or add --init here");
}
