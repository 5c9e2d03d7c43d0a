import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, relative, sep } from "node:path";
import type { Problem } from "../base/index.ts";

/** Settings that a resumed run may change: they decide when it stops, saves or where it computes, not what it learns. */
const mayChange = new Set(["maxSteps", "numTrainEpochs", "saveSteps", "sampleSteps", "threads", "device"]);

/**
 * A config as `run.json` keeps it: plain JSON, without settings that are undefined, and without absolute paths, which
 * would tell a stranger who made the run: below the working folder they become relative to it, elsewhere in the home
 * folder they begin with `~`.
 */
export function portableConfig(config: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(config, (_, value) => (typeof value === "string" ? portablePath(value) : value)));
}

/** Only what exists is taken for a path: a setting may be any text that begins with a slash. */
export function portablePath(path: string, home = homedir(), cwd = process.cwd(), exists = existsSync): string {
  if (!isAbsolute(path) || path === sep || !exists(path)) return path;
  const inHome = relative(home, path);
  const fromHere = relative(cwd, path);
  const leavesHere = fromHere.startsWith("..") || isAbsolute(fromHere);
  const result =
    leavesHere && inHome !== "" && !inHome.startsWith("..") && !isAbsolute(inHome) ? `~/${inHome}` : fromHere;
  return result.split(sep).join("/") || ".";
}

/** A message without the folders that would tell who made the run. */
export const portableText = (text: string): string =>
  text.replaceAll(process.cwd() + sep, "").replaceAll(homedir(), "~");

/**
 * One line per setting that differs, with both values. Passed over are settings that a resumed run may change, and those
 * of `defaults` that the run lacks: they came with a newer version, and nobody asked for another value.
 */
export function configDifferences(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  defaults: ReadonlySet<string> = new Set(),
): Problem[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const isNew = (key: string) => defaults.has(key) && !Object.hasOwn(before, key);
  return keys
    .filter((key) => !mayChange.has(key) && !isNew(key) && canonical(before[key]) !== canonical(now[key]))
    .map((key) => ({
      code: "resume-differs",
      where: `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      message: `the run has ${shown(before[key])}, now it is ${shown(now[key])}`,
    }));
}

const shown = (value: unknown) => (value === undefined ? "none" : JSON.stringify(value));

/** JSON with sorted keys: equal exactly when two settings mean the same. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, v: unknown) =>
    typeof v === "object" && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
