/** Where a run came from and what came of it, as one line: pretrain → sft → reward → *ppo*. */
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "../app/router.tsx";
import { lineageOf } from "./lineage.ts";
import type { RunRow } from "./status.tsx";

export const pathOfRun = (run: string): string => `/runs/${encodeURIComponent(run)}`;

/** `whole`: with the run itself and what came of it; else only what it came from. */
export function LineageLine({ rows, run, whole = true }: { rows: readonly RunRow[]; run: string; whole?: boolean }) {
  const { t } = useTranslation();
  const lineage = lineageOf(rows, run);
  const known = new Set(rows.map((row) => row.run));
  const generations = whole ? [...lineage.before, [run], ...lineage.after] : lineage.before;
  if (generations.length === 0) return <span className="quiet">–</span>;
  if (whole && generations.length === 1) return <span className="quiet">{t("runs.alone")}</span>;
  return (
    <span className="lineage">
      {generations.map((generation, i) => (
        <Fragment key={generation.join()}>
          {i > 0 && <span aria-hidden="true">→</span>}
          <span className="generation">
            {generation.map((one) =>
              one === run ? (
                <strong key={one}>{one}</strong>
              ) : known.has(one) ? (
                <Link key={one} href={pathOfRun(one)}>
                  {one}
                </Link>
              ) : (
                <span key={one}>{one}</span>
              ),
            )}
          </span>
        </Fragment>
      ))}
    </span>
  );
}
