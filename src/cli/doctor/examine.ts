/** The doctor beside a trainer: what it finds is said once, kept in run.json, and ends the run where it must. */
import { PlauditError } from "../../base/index.ts";
import { examination, type Finding, findingOfFailure, type MetricsRow, type Watch } from "../../doctor/index.ts";
import { type Run, readMetrics, writeRunPage } from "../../run/index.ts";
import type { Context } from "../frame/index.ts";

/** The doctor stopped the run. Exit code 5. */
export class Stopped extends PlauditError {
  override readonly name = "Stopped";
  override readonly exitCode = 5;
}

/** A warning for people; a stop has its text from the error that it becomes. */
export const findingText = ({ code, level, message, cause, fix }: Finding): string =>
  `${level === "stop" ? "stop" : "warning"} ${message} [${code}]\n  cause: ${cause}\n  → ${fix}`;

/**
 * Prints warnings. Throws {@link Stopped} for the first finding that must stop the run in `folder`: what was found
 * between two steps is said once, so a resumed run goes on.
 */
export function heed({ note }: Pick<Context, "note">, findings: readonly Finding[], folder?: string): void {
  for (const finding of findings) if (finding.level === "warn") note(findingText(finding));
  const stop = findings.find(({ level }) => level === "stop");
  if (stop === undefined) return;
  const goOn = folder === undefined ? "" : `; --resume ${folder} goes on all the same`;
  throw stopped({ ...stop, fix: stop.fix + goOn }, folder);
}

const stopped = ({ code, message, cause, fix }: Finding, where: string | undefined): Stopped =>
  new Stopped(`${message}: ${cause}`, { code, where, help: fix });

/** Follows a run that has been opened. `known` was found in its data and has been heeded. */
export function examined<R>(run: Run, watch: Watch<R>, known: readonly Finding[], context: Pick<Context, "note">) {
  const past = run.info.findings ?? [];
  const keep = (findings: readonly Finding[]) => {
    if (findings.length > 0) run.update({ findings: [...(run.info.findings ?? []), ...findings] });
  };
  keep(known.filter(({ code }) => !past.some((finding) => finding.code === code)));
  const rows = run.state === "resumed" ? readMetrics(run.folder) : [];
  const doctor = examination(watch, { rows, findings: past });
  const tell = (findings: readonly Finding[]) => {
    keep(findings);
    heed(context, findings, run.folder);
  };
  return {
    /** Throws {@link Stopped}. */
    row: (row: MetricsRow) => tell(doctor.row(row)),
    result(result: R) {
      const findings = doctor.result(result);
      keep(findings);
      if (findings.length > 0) writeRunPage(run.folder); // record wrote it before anything was said of the result
      heed(context, findings, run.folder);
    },
    /**
     * What a run ended with: a stop also where the trainer itself found something that the doctor knows. `kept` says
     * whether there still is a folder to note it in.
     */
    failure(cause: unknown, kept: boolean): unknown {
      const finding = cause instanceof PlauditError ? findingOfFailure(cause) : undefined;
      if (finding && kept) keep([finding]);
      const end = finding ? stopped(finding, kept ? run.folder : undefined) : cause;
      if (end instanceof Stopped && kept) {
        run.update({ status: "failed", error: { code: end.code, message: end.message } });
        writeRunPage(run.folder);
      }
      return end;
    },
  };
}
