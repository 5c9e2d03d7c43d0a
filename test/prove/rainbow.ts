/**
 * Which of DQN's tips helps how much: Rainbow's ablation (Hessel et al. 2018, figure 3) by `plaudit rl dqn --ablate`, where
 * the pole is easy and where the reward comes once, at the top of the hill. `--set cartpole=1` or `--set mountaincar=1` runs
 * one of them and keeps what the file says of the other.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

interface Case {
  readonly env: string;
  /** Bounds of discounted returns, and rl-zoo's number of quantiles, for what learns their distribution. */
  readonly bounds: readonly [vMin: number, vMax: number];
  readonly quantiles: number;
  /** Mean return over the seeds that Rainbow must reach. */
  readonly wanted: number;
}
const cases: Readonly<Record<string, Case>> = {
  cartpole: { env: "CartPole-v1", bounds: [0, 100], quantiles: 10, wanted: 475 },
  mountaincar: { env: "MountainCar-v0", bounds: [-50, 0], quantiles: 25, wanted: -115 },
};
/** On top of rl-zoo's settings: smaller networks, and a falling rate, so that the last policy is no lottery. */
const calm = ["--net-arch", 64, "--net-arch", 64, "--lr-scheduler-type", "linear", "--adam-epsilon", 1e-5];

interface Ablated {
  readonly rows: readonly {
    readonly name: string;
    readonly seed: number;
    readonly trainReturn: number | null;
    readonly return: { readonly mean: number; readonly std: number; readonly episodes: number };
  }[];
  readonly seconds: number;
}
interface Found extends Ablated {
  readonly name: string;
  readonly command: string;
  readonly commit: string;
  readonly wanted: number;
  readonly holds: boolean;
}

export const rainbow: Proof = {
  question: "Does Rainbow reach on CartPole and MountainCar what is known of DQN, and which of its parts matters?",
  async run({ seeds, settings, note }) {
    const found = new Map(before().map((one) => [one.name, one]));
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    const folder = mkdtempSync(join(tmpdir(), "plaudit-rainbow-"));
    try {
      for (const [name, { env, bounds, quantiles, wanted }] of Object.entries(cases)) {
        if (Object.keys(settings).length > 0 && settings[name] !== 1) continue;
        const words = ["rl", "dqn", "--env", env, "--preset", "zoo", ...calm];
        const distributions = ["--v-min", bounds[0], "--v-max", bounds[1], "--n-quantiles", quantiles];
        const asked = [...words, ...distributions, "--ablate", ...seeds.flatMap((seed) => ["--seeds", seed])];
        const { rows, seconds } = await plaudit<Ablated>(folder, [...asked, "--out", name]);
        const holds = mean(returnsOf(rows, "rainbow")) >= wanted;
        found.set(name, { name, command: `plaudit ${asked.join(" ")}`, commit, wanted, holds, rows, seconds });
        note(`${name}: ${rows.length} rows in ${seconds} s`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const results = Object.keys(cases).flatMap((name) => found.get(name) ?? []);
    return { passed: results.every(({ holds }) => holds), results, table: results.map(tableOf).join("\n\n") };
  },
};

/** What the file says. */
function before(): readonly Found[] {
  const file = fileURLToPath(new URL("../../docs/results/rainbow.json", import.meta.url));
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { results: Found[] }).results : [];
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const returnsOf = (rows: Ablated["rows"], name: string) =>
  rows.filter((row) => row.name === name).map((row) => row.return.mean);

function tableOf({ command, rows }: Found): string {
  const names = [...new Set(rows.map(({ name }) => name))];
  const line = (name: string) => {
    const returns = returnsOf(rows, name);
    const trained = rows.filter((row) => row.name === name).map((row) => row.trainReturn?.toFixed(0) ?? "–");
    return `| ${name} | ${returns.map((r) => r.toFixed(0)).join(" · ")} | ${mean(returns).toFixed(0)} | ${trained.join(" · ")} |`;
  };
  const head = ["| | return of each seed | mean | last 100 training episodes |", "|---|---|---|---|"];
  return [`\`${command}\``, "", ...head, ...names.map(line)].join("\n");
}
