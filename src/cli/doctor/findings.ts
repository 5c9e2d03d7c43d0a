/** What `doctor data`, `doctor model` and `doctor run` print. */
import { z } from "zod";
import type { Finding } from "../../doctor/index.ts";
import { NotedFinding } from "../../run/index.ts";
import type { Context, Outcome } from "../frame/index.ts";
import { findingText } from "./examine.ts";

export const Findings = z.strictObject({
  /** The file, model or run. */
  examined: z.string(),
  findings: z.array(NotedFinding),
});

/** Exit code 5 when one of them would stop a run. */
export function emitFindings(
  context: Context<z.infer<typeof Findings>>,
  examined: string,
  findings: readonly Finding[],
): Outcome {
  const lines = findings.map((finding) =>
    finding.step === undefined ? findingText(finding) : `step ${finding.step}: ${findingText(finding)}`,
  );
  context.emit(lines.join("\n") || `${examined}: nothing found`, { examined, findings: [...findings] });
  return findings.some(({ level }) => level === "stop") ? { exitCode: 5 } : {};
}
