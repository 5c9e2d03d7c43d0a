/** Reward against √KL: what is gained by going away from the reference, and where more of it gains nothing (Gao et al. 2023). */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useReloadAt } from "../api/use-reload.ts";
import { useReply } from "../api/use-reply.ts";
import { Await } from "../ui/states.tsx";
import { Chart } from "./chart.tsx";

export function OverChart({ runs, turn = 0 }: { runs: readonly string[]; turn?: number }) {
  const { t } = useTranslation();
  const reply = useReply("GET /api/overoptimisation", { query: { runs: runs.join(",") } });
  useReloadAt(turn, reply.reload);
  const value = reply.state === "ready" ? reply.value : undefined;
  const series = useMemo(
    () =>
      (value ?? [])
        .filter(({ points }) => points.length > 0)
        .map(({ run, points }) => {
          const sorted = [...points].sort((a, b) => a.rootKl - b.rootKl);
          return { label: run, x: sorted.map(({ rootKl }) => rootKl), y: sorted.map(({ reward }) => reward) };
        }),
    [value],
  );
  return (
    <section className="stack tight">
      <h2>{t("over.title")}</h2>
      <p className="quiet">{t("over.help")}</p>
      <Await of={reply}>
        {() =>
          series.length === 0 ? (
            <p className="quiet">{t("over.none")}</p>
          ) : (
            <Chart title={t("over.axes")} series={series} points height={240} across="√KL" />
          )
        }
      </Await>
    </section>
  );
}
