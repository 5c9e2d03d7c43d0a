// The studio as a process, annotators in another, and somebody who looks at the dashboard: how long each of them waits.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { forms, openStore, type Preset } from "../../src/feedback/index.ts";
import { consoleLink } from "../../src/server/index.ts";
import type { Labelled, Labelling } from "./annotators.ts";
import { type Browser, enter } from "./browser.ts";
import { makeCrowd } from "./crowd.ts";

export interface Load {
  readonly judgements: number;
  readonly tasks: number;
  readonly annotators: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly form: Preset;
  readonly seed: number;
}

/** Milliseconds. */
export interface Waited {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Loaded {
  /** Milliseconds from the program's start to its address, with the tables to be made from the journal, and then without. */
  readonly startMs: { readonly empty: number; readonly kept: number };
  readonly lease: Waited;
  readonly answer: Waited;
  readonly late: number;
  readonly failed: number;
  readonly errors: readonly string[];
  /**
   * Milliseconds of the dashboard: the first ever, one when nothing has changed, all while people answer, one after, the
   * first after another start.
   */
  readonly dashboard: {
    readonly first: number;
    readonly unchanged: number;
    readonly working: Waited;
    readonly after: number;
    readonly restarted: number;
  };
  /** Cores that the studio was busy on while people answered; null where the system does not say. */
  readonly busyCores: number | null;
  /** Of the studio, at the end; null where the system does not say. */
  readonly memoryMiB: number | null;
  /** The machine's load average over a minute, at the start and at the end: other work on it makes all wait longer. */
  readonly loadAverage: readonly [number, number];
}

/** Lets `annotators` work in a project of so many judgements. `folder` is to be empty. */
export async function underLoad(folder: string, load: Load, note: (line: string) => void): Promise<Loaded> {
  const before = loadavg()[0]!;
  makeCrowd(folder, { ...load, form: forms[load.form], people: 50 });
  note("the journal is written");
  const empty = await startStudio(folder);
  await empty.stop();
  note(`tables made from the journal in ${Math.round(empty.ms)} ms`);
  const firstOfStart = async () => {
    const again = await startStudio(folder);
    try {
      const manager = await enter(again.base, (await linksOf(folder, 1))[0]!, "manager");
      const ms = await dashboardMs(manager);
      manager.close();
      return ms;
    } finally {
      await again.stop();
    }
  };
  const studio = await startStudio(folder);
  try {
    const links = await linksOf(folder, load.annotators + 1);
    const manager = await enter(studio.base, links.pop()!, "manager");
    const first = await dashboardMs(manager);
    const unchanged = await dashboardMs(manager);
    const { warmupSeconds, seconds, form, seed } = load;
    const labelling = label({ base: studio.base, links, form: forms[form], warmupSeconds, seconds, seed });
    const busyBefore = cpuSeconds(studio.child);
    const started = performance.now();
    const watched = await watch(manager, labelling);
    const busy = cpuSeconds(studio.child) - busyBefore;
    const took = (performance.now() - started) / 1000;
    const { leases, answers, ...rest } = await labelling;
    const after = await dashboardMs(manager);
    const memory = residentMiB(studio.child);
    manager.close();
    await studio.stop();
    return {
      startMs: { empty: Math.round(empty.ms), kept: Math.round(studio.ms) },
      ...{ lease: waitedOf(leases), answer: waitedOf(answers), ...rest },
      dashboard: { first, unchanged, working: waitedOf(watched), after, restarted: await firstOfStart() },
      busyCores: Number.isNaN(busy) ? null : rounded(busy / took),
      memoryMiB: memory,
      loadAverage: [rounded(before), rounded(loadavg()[0]!)],
    };
  } finally {
    await studio.stop();
  }
}

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));

async function startStudio(folder: string) {
  const started = performance.now();
  const words = [program, "studio", folder, "--json", "--port", "0", "--no-pages"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (data) => {
      out += data;
      if (out.includes("\n")) resolve(JSON.parse(out).port);
    });
    void ended.then(() => reject(new Error("the studio ended")));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { child, base: `http://127.0.0.1:${port}`, ms: performance.now() - started, stop };
}

async function linksOf(folder: string, count: number): Promise<string[]> {
  const store = await openStore(folder, { now: Date.now });
  const services = { store, now: Date.now, random: randomBytes, mode: "local" } as const;
  const links: string[] = [];
  while (links.length < count) links.push(await consoleLink(services));
  await store.close();
  return links;
}

/** The annotators' process. */
function label(labelling: Labelling): Promise<Labelled> {
  const annotators = fileURLToPath(new URL("./annotators.ts", import.meta.url));
  const words = ["--import", "tsx", "--conditions=source", annotators, JSON.stringify(labelling)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (data) => {
      out += data;
    });
    child.once("close", (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error("the annotators failed"))));
  });
}

/** Looks at the dashboard every two seconds until `until`. */
async function watch(manager: Browser, until: Promise<unknown>): Promise<number[]> {
  const waits: number[] = [];
  let over = false;
  const end = () => {
    over = true;
  };
  until.then(end, end);
  while (!over) {
    waits.push(await dashboardMs(manager));
    await Promise.race([pause(2000), until]);
  }
  return waits;
}

async function dashboardMs({ call }: Browser): Promise<number> {
  const asked = performance.now();
  await call("GET /api/dashboard");
  return Math.round(performance.now() - asked);
}

function waitedOf(times: readonly number[]): Waited {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
const rounded = (value: number) => Math.round(value * 100) / 100;

/** Linux only: user and system time in hundredths of a second, proc(5). */
function cpuSeconds({ pid }: ChildProcess): number {
  if (!existsSync(`/proc/${pid}/stat`)) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMiB({ pid }: ChildProcess): number | null {
  if (!existsSync(`/proc/${pid}/status`)) return null;
  return Math.round(Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024);
}
