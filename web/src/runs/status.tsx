/** How a run stands, in words with a sign before them, and how far it is. */
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "../../../src/server/protocol.ts";

export type RunRow = ReplyOf<"GET /api/runs">[number];
type Status = RunRow["status"];

const signs: Readonly<Record<Status, string>> = {
  ...{ queued: "◷", starting: "◔", running: "▶", interrupted: "⏸", stopped: "■", failed: "✕", finished: "✓" },
};
const tones: Readonly<Partial<Record<Status, string>>> = {
  ...{ running: "good", finished: "good", failed: "bad", stopped: "warn", interrupted: "warn" },
};

/** Whether something may still happen by itself. */
export const isAlive = (status: Status): boolean => ["queued", "starting", "running"].includes(status);
export const canGoOn = (status: Status): boolean => ["interrupted", "stopped", "failed"].includes(status);

export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation();
  return (
    <span className={`badge ${tones[status] ?? ""}`} title={t(`runStatusHelp.${status}`)}>
      <span aria-hidden="true">{signs[status]}</span> {t(`runStatus.${status}`)}
    </span>
  );
}

export function Progress({ step, total, status }: Pick<RunRow, "step" | "total" | "status">) {
  const { t } = useTranslation();
  const words = total === null ? t("runs.steps", { count: step }) : `${step} / ${total}`;
  return (
    <span className="run-progress">
      <span>{words}</span>
      {total !== null && isAlive(status) && <progress max={total} value={step} aria-label={t("runs.progress")} />}
    </span>
  );
}
