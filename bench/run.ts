/** `npm run bench -- NAME… [--peer PYTHON] [--rounds N] [--threads N] [--json] [--write]`; README.md says how it measures. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nearest, PlauditError, UsageError } from "../src/base/index.ts";
import { configureThreads } from "../src/engine/index.ts";
import { writeJson } from "../src/files/index.ts";
import type { CaseContext, Settings } from "./case.ts";
import { cases } from "./cases/index.ts";
import type { Row } from "./measure.ts";
import { Peer } from "./peer.ts";
import { heading, line } from "./table.ts";

interface Options extends Settings {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly write: boolean;
}

const usage = `usage: npm run bench -- NAME… [--peer PYTHON] [--rounds N] [--threads N] [--json] [--write]
names: ${Object.keys(cases).join(" ")}`;

async function main(options: Options): Promise<void> {
  configureThreads(options.threads);
  if (!options.json) console.log(heading);
  for (const name of options.names) {
    const { rows, versions } = await runCase(name, options);
    if (options.write) writeResult(name, options, rows, versions);
  }
}

async function runCase(name: string, options: Options) {
  const folder = mkdtempSync(join(tmpdir(), "plaudit-bench-"));
  const versions: Record<string, string> = {};
  const rows: Row[] = [];
  const startPeer: CaseContext["startPeer"] = async (script, { optional } = { optional: false }) => {
    if (options.python === undefined) return undefined;
    try {
      const peer = await Peer.start(options.python, script, options.threads);
      Object.assign(versions, peer.versions);
      return peer;
    } catch (error) {
      if (!optional || !(error instanceof UsageError)) throw error;
      console.error(`${script} is skipped: ${error.message}`);
      return undefined;
    }
  };
  try {
    for await (const row of cases[name]!({ ...options, folder, startPeer })) {
      console.log(options.json ? JSON.stringify(row) : line(row));
      rows.push(row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { rows, versions };
}

function writeResult(name: string, { rounds, threads }: Options, rows: readonly Row[], versions: object): void {
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const machine = { processor: cpus()[0]?.model.trim(), platform: platform(), threads };
  const at = new Date().toISOString();
  writeJson(join(results, `${name}.json`), {
    name,
    commit,
    at,
    machine,
    versions: { node: process.version, ...versions },
    rounds,
    rows,
  });
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = parseArguments(args);
  const names = [...new Set(positionals)];
  if (names.length === 0) throw new UsageError("which benchmark?", { code: "usage", help: usage });
  for (const name of names) {
    if (name in cases) continue;
    const near = nearest(name, Object.keys(cases));
    const help = near === undefined ? usage : `did you mean ${near}?`;
    throw new UsageError(`there is no benchmark ${name}`, { code: "usage", help });
  }
  return {
    names,
    python: values.peer,
    rounds: wholeNumber("rounds", values.rounds ?? "7"),
    threads: wholeNumber("threads", values.threads ?? String(availableParallelism())),
    json: values.json ?? false,
    write: values.write ?? false,
  };
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        peer: { type: "string" },
        rounds: { type: "string" },
        threads: { type: "string" },
        json: { type: "boolean" },
        write: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { code: "usage", help: usage });
  }
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`--${flag} takes a whole number from 1, not ${text}`, { code: "usage" });
}

try {
  await main(parse(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof PlauditError)) throw error;
  const { code, message, help } = error;
  if (process.argv.includes("--json")) console.log(JSON.stringify({ error: { code, message, help } }));
  console.error(help === undefined ? `error: ${message}` : `error: ${message}\n${help}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
