/** The arithmetic of a run before it starts: what `plaudit … --dry-run --json` says, word for word. */
import { z } from "zod";
import { PlauditError, type Problem } from "../../base/index.ts";
import { Plan } from "../protocol-runs.ts";
import { ask, type Program } from "./processes.ts";

const Planned = Plan.omit({ notes: true, commandLine: true });
const Failure = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    help: z.string().optional(),
    problems: z.array(z.custom<Problem>()).optional(),
  }),
});

/** Reading a large file takes a while; more than this is a mistake. */
const limitMs = 5 * 60_000;

/** Throws what the command finds wrong, with the command's own code and problems. */
export async function planRun(
  program: Program,
  command: string,
  args: readonly string[],
  project: string,
): Promise<Omit<Plan, "commandLine">> {
  const answer = await ask(program, [command, ...args, "--dry-run", "--json"], project, AbortSignal.timeout(limitMs));
  const line = answer.out.trimEnd().split("\n").at(-1) ?? "";
  const value = parse(line);
  const failed = Failure.safeParse(value).data?.error;
  if (failed) {
    const { code, message, help, problems } = failed;
    throw new PlauditError(message, { code, help, problems });
  }
  const planned = Planned.safeParse(value).data;
  if (planned === undefined) {
    throw new PlauditError("the dry run ended without an answer", { code: "no-plan", help: answer.err.slice(-500) });
  }
  // A note may have lines that are indented; warnings are among the notes too.
  const said = answer.err.split(/\n(?! )/).filter((note) => note.trim() !== "");
  const notes = said.filter((note) => !planned.findings.some(({ code }) => note.includes(`[${code}]`)));
  return { ...planned, notes };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
