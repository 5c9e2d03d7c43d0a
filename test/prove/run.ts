/**
 * `npm run prove -- NAME [--seeds N] [--from SEED] [--set SIZE=NUMBER]`: runs one experiment and rewrites docs/results/NAME.json with what it found, the
 * command, the commit, the machine, the seeds and the time. Tables in docs are made from these files.
 */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeAtomic } from "../../src/files/index.ts";
import type { Proof } from "./proof.ts";

const proofs: Readonly<Record<string, () => Promise<Proof>>> = {
  a3c: async () => (await import("./a3c.ts")).a3cThreads,
  clips: async () => (await import("./clips.ts")).clips,
  fuzz: async () => (await import("./fuzz.ts")).fuzzing,
  kills: async () => (await import("./kills.ts")).kills,
  load: async () => (await import("./load.ts")).load,
  nanogpt: async () => (await import("./nanogpt.ts")).nanogpt,
  quickstart: async () => (await import("./quickstart.ts")).quickstart,
  "policy-gradient-variance": async () => (await import("./policy-gradient-variance.ts")).policyGradientVariance,
  rainbow: async () => (await import("./rainbow.ts")).rainbow,
  "real-text": async () => (await import("./real-text.ts")).realText,
  resume: async () => (await import("./resume.ts")).resume,
  rl: async () => (await import("./rl.ts")).rl,
  tabular: async () => (await import("./tabular.ts")).tabular,
  studio: async () => (await import("./studio.ts")).studio,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1" },
    from: { type: "string", default: "1" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const [name = ""] = positionals;
const count = Number(values.seeds);
const from = Number(values.from);
const set = values.set.map((pair) => pair.split("="));
const settings = Object.fromEntries(set.map(([key, value]) => [key, Number(value)] as const));
if (
  !Object.hasOwn(proofs, name) ||
  !Number.isInteger(count) ||
  count < 1 ||
  !Number.isInteger(from) ||
  Object.values(settings).some(Number.isNaN)
) {
  process.stderr.write(
    `usage: npm run prove -- NAME [--seeds N] [--from SEED] [--set SIZE=NUMBER]\nNAME is one of ${Object.keys(proofs).join(", ")}\n`,
  );
  process.exit(2);
}

const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
const proof = await proofs[name]!();
const seeds = Array.from({ length: count }, (_, i) => from + i);
const start = performance.now();
const { passed, results, table } = await proof.run({
  seeds,
  settings,
  note: (line) => process.stderr.write(`${line}\n`),
});
const file = fileURLToPath(new URL(`../../docs/results/${name}.json`, import.meta.url));
const found = {
  name,
  question: proof.question,
  passed,
  command: `npm run prove -- ${name} --seeds ${count} --from ${from}${values.set.map((pair) => ` --set ${pair}`).join("")}`,
  commit: git("rev-parse", "HEAD") + (git("status", "--porcelain", "src") === "" ? "" : " with changes"),
  machine: { processor: cpus()[0]?.model.trim(), cores: cpus().length, memory: totalmem(), node: process.version },
  seeds,
  seconds: Math.round((performance.now() - start) / 1000),
  results,
};
const numbers = /\[[\s\d.,e+-]+\]/g;
writeAtomic(file, `${JSON.stringify(found, null, 2).replace(numbers, (list) => list.replace(/\s+/g, " "))}\n`);
if (table !== undefined) process.stdout.write(`${table}\n`);
process.stdout.write(`${name}: ${passed ? "holds" : "DOES NOT HOLD"}; docs/results/${name}.json is written\n`);
process.exitCode = passed ? 0 : 1;
