/** A chart with its title and a legend of buttons that say the values under the pointer, else the last ones. */
import { lazy, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Series, short, valueAt } from "./series.ts";
import "./chart.css";

const Plot = lazy(() => import("./plot.tsx"));

interface ChartProps {
  readonly title: string;
  readonly series: readonly Series[];
  readonly sync?: string | undefined;
  readonly points?: boolean;
  readonly height?: number;
  /** What the x axis counts. Default: steps. */
  readonly across?: string;
  /** Stands beside the title. */
  readonly note?: string;
}

export function Chart({ title, series, sync, points, height = 168, across, note = "" }: ChartProps) {
  const { t } = useTranslation();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<number>();
  const id = useId();
  const toggle = (label: string) =>
    setHidden((held) => {
      const next = new Set(held);
      if (!next.delete(label)) next.add(label);
      return next;
    });
  const shownValue = (one: Series) => short(at === undefined ? one.y.at(-1) : valueAt(one, at));
  /** A single curve has its name in the title and nothing to be told apart from. */
  const only = series.length === 1 && series[0]!.label === title ? series[0] : undefined;
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>
        <span>
          <strong>{title}</strong> {only && <b className="value">{shownValue(only)}</b>}
        </span>
        <span className="quiet">{at === undefined ? note : `${across ?? t("curves.step")} ${short(at)}`}</span>
      </figcaption>
      <div role="img" aria-label={t("curves.drawn", { title })} style={{ minHeight: height }}>
        <Suspense fallback={null}>
          <Plot series={series} hidden={hidden} onPoint={setAt} sync={sync} points={points} height={height} />
        </Suspense>
      </div>
      {!only && (
        <ul className="legend">
          {series.map((one, i) => (
            <li key={one.label}>
              <button
                type="button"
                className="plain"
                aria-pressed={!hidden.has(one.label)}
                onClick={() => toggle(one.label)}
              >
                <svg width="18" height="8" aria-hidden="true">
                  <line x1="0" y1="4" x2="18" y2="4" className={`line-${(i % 6) + 1}`} />
                </svg>
                {one.label} <b>{shownValue(one)}</b>
              </button>
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
