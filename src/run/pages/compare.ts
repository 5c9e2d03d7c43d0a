/** Runs side by side: the settings in which they differ, and what each metric came to. */
import { basename } from "node:path";
import { canonical } from "../config.ts";
import { type RunInfo, type RunStatus, readRunInfo, runStatus } from "../info.ts";
import { readMetrics } from "../list.ts";
import { kebab } from "./command-line.ts";
import { betterOf, metricNames } from "./metrics.ts";

/** Every list has one entry a run, in the order asked for; null where a run has none. */
export interface Comparison {
  readonly runs: readonly {
    readonly name: string;
    readonly folder: string;
    readonly command: string;
    readonly status: RunStatus;
    readonly step: number;
  }[];
  /** Only settings, data and models that differ. */
  readonly settings: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  /** What the trainers returned. */
  readonly results: readonly Measured[];
  readonly metrics: readonly (Measured & {
    /** The best of all steps, for metrics of which one way is up. */
    readonly best?: readonly (number | null)[];
  })[];
}
export interface Measured {
  readonly name: string;
  /** Of the last step. */
  readonly values: readonly (number | null)[];
}

/** Compares finished and unfinished runs alike. Throws `not-a-run`, as every reader of run.json. */
export function compareRuns(folders: readonly string[]): Comparison {
  const infos = folders.map(readRunInfo);
  const rows = folders.map(readMetrics);
  return {
    runs: infos.map(({ command, step }, i) => {
      const folder = folders[i]!;
      return { name: basename(folder), folder, command, status: runStatus(folder, infos[i]!), step };
    }),
    settings: differing(infos.map(settingsOf)),
    results: measured(infos.map(({ result = {} }) => [result])),
    metrics: measured(rows).map((metric) => {
      const better = betterOf(metric.name);
      if (better === undefined) return metric;
      const extreme = better === "lower" ? Math.min : Math.max;
      const best = rows.map((run) =>
        numbersOf(run, metric.name).reduce<number | null>((b, y) => (b === null ? y : extreme(b, y)), null),
      );
      return { ...metric, best };
    }),
  };
}

/** Command, settings, data and models of a run under the names of their flags. */
function settingsOf({ command, seed, config, datasets, parents }: RunInfo): Record<string, unknown> {
  const flags = Object.entries(config).map(([key, value]) => [`--${kebab(key)}`, value] as const);
  const stamped = ({ path, hash }: { path: string; hash?: string | undefined }) =>
    hash ? `${path} @${hash.slice(0, 8)}` : path;
  return {
    command,
    ...(seed !== undefined && { "--seed": seed }),
    ...Object.fromEntries(flags),
    data: datasets.map(stamped).join(", "),
    ...Object.fromEntries(parents.map((parent) => [`${parent.role} from`, stamped(parent)])),
  };
}

function differing(runs: readonly Readonly<Record<string, unknown>>[]): Comparison["settings"] {
  const names = [...new Set(runs.flatMap((settings) => Object.keys(settings)))];
  return names
    .filter((name) => new Set(runs.map((settings) => canonical(settings[name]))).size > 1)
    .map((name) => ({ name, values: runs.map((settings) => settings[name] ?? null) }));
}

/** The last number of every name that any run has one of: validation losses are not there at every step. */
function measured(runs: readonly (readonly Readonly<Record<string, unknown>>[])[]): Measured[] {
  return metricNames(runs.flat()).flatMap((name) => {
    const values = runs.map((rows) => numbersOf(rows, name).at(-1) ?? null);
    return values.every((value) => value === null) ? [] : [{ name, values }];
  });
}

const numbersOf = (rows: readonly Readonly<Record<string, unknown>>[], name: string): number[] =>
  rows.map((row) => row[name]).filter((value) => typeof value === "number");

/** Runs of one name in several folders are told apart by their folders. */
export function namesApart(runs: readonly { readonly name: string; readonly folder: string }[]): string[] {
  const count = (name: string) => runs.filter((run) => run.name === name).length;
  return runs.map(({ name, folder }) => (count(name) > 1 ? folder : name));
}
