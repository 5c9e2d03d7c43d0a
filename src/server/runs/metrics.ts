/** metrics.jsonl as curves, kept in memory while somebody looks and read on as it grows. */
import { join } from "node:path";
import { betterOf, metricLabel, metricNames } from "../../run/index.ts";
import type { Metrics } from "../protocol-runs.ts";
import { recent } from "../recent.ts";
import { type Curve, downsample } from "./downsample.ts";
import { tail } from "./tail.ts";

export interface MetricsQuery {
  /** Default: all. */
  readonly names?: readonly string[];
  /** At most so many points a metric. Default 1000. */
  readonly points?: number;
  /** Only steps after this one. */
  readonly after?: number | undefined;
}

/** Curves of a run by the names of its metrics. */
interface Log {
  readonly curves: ReadonlyMap<string, { readonly x: number[]; readonly y: (number | null)[] }>;
  readonly rows: number;
  readonly last: number | null;
}

export interface MetricsReader {
  /** The whole curves of a run's folder, as they are now. */
  curves(folder: string): Promise<Log>;
  read(folder: string, query?: MetricsQuery): Promise<Metrics>;
}

/** Keeps the curves of the eight runs that were looked at last. */
export function metricsReader(): MetricsReader {
  const logs = recent(8, (folder: string) => follow(join(folder, "metrics.jsonl")));
  const curves = (folder: string) => logs(folder)();
  return {
    curves,
    async read(folder, { names, points = 1000, after = -1 } = {}) {
      const log = await curves(folder);
      const wanted = metricNames([Object.fromEntries([...log.curves].map(([name]) => [name, 0]))]);
      const metrics = wanted
        .filter((name) => names === undefined || names.includes(name))
        .map((name) => {
          const better = betterOf(name);
          const { x: steps, y: values } = downsample(later(log.curves.get(name)!, after), points);
          const label = { en: metricLabel(name, "en"), zh: metricLabel(name, "zh") };
          return { name, label, ...(better && { better }), steps: [...steps], values: [...values] };
        });
      return { metrics, rows: log.rows, last: log.last };
    },
  };
}

function follow(path: string): () => Promise<Log> {
  const curves = new Map<string, { x: number[]; y: (number | null)[] }>();
  let [rows, last]: [number, number | null] = [0, null];
  const update = tail(path, {
    line(text) {
      const row = parse(text);
      if (row === undefined) return;
      const { step, ...values } = row;
      for (const [name, value] of Object.entries(values)) {
        if (typeof value !== "number" && value !== null) continue;
        const curve = curves.get(name) ?? { x: [], y: [] };
        curves.set(name, curve);
        curve.x.push(step);
        curve.y.push(value);
      }
      rows++;
      last = step;
    },
    reset() {
      curves.clear();
      [rows, last] = [0, null];
    },
  });
  return async () => {
    await update();
    return { curves, rows, last };
  };
}

/** A line that is no row of metrics belongs to a file that a person has mended; the others still count. */
function parse(text: string): ({ step: number } & Record<string, unknown>) | undefined {
  try {
    const row = JSON.parse(text) as { step?: unknown } | null;
    return typeof row?.step === "number" ? (row as { step: number }) : undefined;
  } catch {
    return undefined;
  }
}

/** The end of a curve behind a step; steps ascend. */
function later({ x, y }: Curve, after: number): Curve {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! > after) high = middle;
    else low = middle + 1;
  }
  return low === 0 ? { x, y } : { x: x.slice(low), y: y.slice(low) };
}
