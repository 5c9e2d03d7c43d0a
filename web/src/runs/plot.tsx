/** One chart with uPlot. The only file that loads it, and itself loaded only where there is something to draw. */
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type Series, short } from "./series.ts";
import { useThemeTurn } from "./theme-turn.ts";

export interface PlotProps {
  readonly series: readonly Series[];
  readonly hidden: ReadonlySet<string>;
  /** Where the pointer is on the x axis; undefined: elsewhere. */
  readonly onPoint: (x: number | undefined) => void;
  /** Charts of one key show their pointers together. */
  readonly sync?: string | undefined;
  /** Points too, for curves that are not measured at every step. */
  readonly points?: boolean | undefined;
  readonly height: number;
}

const colours = 6;
const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3], [12, 4], [4, 2]];

export default function Plot({ series, hidden, onPoint, sync, points = false, height }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const told = useRef(onPoint);
  told.current = onPoint;
  const turn = useThemeTurn();
  const labels = series.map(({ label }) => label).join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot only for other curves or colours; data follow below
  useEffect(() => {
    const at = box.current!;
    const colour = (token: string) => {
      at.style.color = `var(${token})`; // resolves light-dark(), which a canvas does not know
      const resolved = getComputedStyle(at).color;
      at.style.color = "";
      return resolved;
    };
    const axis = { stroke: colour("--muted"), font: "11px system-ui", ticks: { show: false } };
    const grid = { stroke: colour("--line"), width: 1 };
    const lines = series.map(({ label }, i) => {
      const stroke = colour(`--series-${(i % colours) + 1}`);
      return {
        ...{ label, stroke, width: 1.5, dash: dashes[i % dashes.length]!, show: !hidden.has(label) },
        points: { show: points, size: 5, fill: stroke },
      };
    });
    const made = new UPlot(
      {
        ...{ width: at.clientWidth, height, series: [{}, ...lines], scales: { x: { time: false } } },
        padding: [8, 12, 0, 0],
        legend: { show: false },
        cursor: {
          ...{ y: false, points: { size: 6 }, drag: { x: true, y: false } },
          ...(sync && { sync: { key: sync } }),
        },
        axes: [
          { ...axis, grid: { show: false }, size: 24, values: (_, ticks) => ticks.map(short) },
          { ...axis, grid, size: 56, values: (_, ticks) => ticks.map(short) },
        ],
        hooks: {
          setCursor: [
            ({ cursor: { idx, left }, data }) => {
              const there = typeof idx === "number" && left !== undefined && left >= 0;
              told.current(there ? data[0][idx] : undefined);
            },
          ],
        },
      },
      alignedOf(series),
      at,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: at.clientWidth, height }));
    observer.observe(at);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [labels, turn, sync, points, height]);

  useEffect(() => plot.current?.setData(alignedOf(series)), [series]);
  useEffect(() => {
    for (const [i, { label }] of series.entries()) plot.current?.setSeries(i + 1, { show: !hidden.has(label) });
  }, [series, hidden]);

  return <div ref={box} className="plot" />;
}

/** Curves over one list of steps. What one of them was not measured at is no gap, what was not finite is. */
function alignedOf(series: readonly Series[]): UPlot.AlignedData {
  if (series.length === 0) return [[]];
  return UPlot.join(series.map(({ x, y }): UPlot.AlignedData => [[...x], [...y]]));
}
