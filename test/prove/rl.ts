/**
 * The deep rungs with the settings of rl-zoo reach the returns that are known of them. Slow: `--set NAME=1` (again for
 * further ones) runs these cases only, and keeps what the file says of the others.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "../../src/files/index.ts";
import { readMetrics } from "../../src/run/index.ts";
import { curvesSvg } from "./curves.ts";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

interface Case {
  /** `plaudit rl` … */
  readonly words: readonly string[];
  /** What the mean over the seeds must be at least, or how close to it. */
  readonly wanted: number;
  readonly within?: number;
  /** Of the finished policy without exploration (default), or of the last 100 training episodes. */
  readonly of?: "trainReturn";
}

const zoo = (algorithm: string, env: string, wanted: number): Case => ({
  words: [algorithm, "--env", env, "--preset", "zoo"],
  wanted,
});
const [pole, car, lander] = ["CartPole-v1", "MountainCar-v0", "LunarLander-v3"];
const [arm, continuous, swing] = ["Acrobot-v1", "MountainCarContinuous-v0", "Pendulum-v1"];

/** DQN's settings with every switch on: rl-zoo has none of Rainbow. */
const allTips = [
  "--double",
  "--dueling",
  "--prioritized",
  "--n-step",
  "3",
  "--exploration",
  "noisy",
  "--returns",
  "c51",
];

const cases: Readonly<Record<string, Case>> = {
  "ppo-cartpole": zoo("ppo", pole, 490),
  "trpo-cartpole": zoo("trpo", pole, 475),
  "a2c-cartpole": zoo("a2c", pole, 475),
  "dqn-cartpole": zoo("dqn", pole, 475),
  "ppo-acrobot": zoo("ppo", arm, -90),
  "ppo-pendulum": zoo("ppo", swing, -220),
  "sac-pendulum": zoo("sac", swing, -170),
  "ppo-mountaincarcontinuous": zoo("ppo", continuous, 88),
  "sac-mountaincarcontinuous": zoo("sac", continuous, 88),
  "dqn-mountaincar": zoo("dqn", car, -115),
  "qr-dqn-mountaincar": zoo("qr-dqn", car, -115),
  "rainbow-mountaincar": {
    words: ["dqn", "--env", car, "--preset", "zoo", ...allTips, "--v-min", "-50", "--v-max", "0"],
    wanted: -115,
  },
  "ppo-lunarlander": zoo("ppo", lander, 200),
  "recurrent-ppo-cartpole-no-velocity": zoo("recurrent-ppo", "CartPoleNoVelocity-v1", 475),
  "ppo-cartpole-cleanrl": {
    words: ["ppo", "--env", pole, "--preset", "cleanrl"],
    ...{ wanted: 490, within: 15, of: "trainReturn" },
  },
};

interface Learnt {
  readonly steps: number;
  readonly return: { readonly mean: number; readonly std: number; readonly episodes: number };
  readonly trainReturn: number;
  readonly kept?: { readonly timesteps: number; readonly mean: number; readonly last: number };
  readonly seconds: number;
  readonly run: string;
}

interface Run extends Omit<Learnt, "run"> {
  readonly seed: number;
  /** Environment steps and the mean return of the last 100 training episodes then; thinned. */
  readonly curve: readonly (readonly [steps: number, trainReturn: number])[];
}

interface Row {
  readonly name: string;
  readonly command: string;
  readonly commit: string;
  readonly wanted: number;
  readonly mean: number;
  readonly holds: boolean;
  readonly runs: readonly Run[];
}

const docs = (path: string) => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const curvePoints = 60;

export const rl: Proof = {
  question:
    "Do the deep algorithms with rl-zoo's settings reach, on the mean over the seeds, the returns known of them?",
  async run({ seeds, settings, note }) {
    const asked = Object.keys(cases).filter((name) => Object.keys(settings).length === 0 || settings[name] === 1);
    const before = rowsBefore();
    const folder = mkdtempSync(join(tmpdir(), "plaudit-rl-"));
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    try {
      for (const name of asked) {
        const { words, wanted, within, of } = cases[name]!;
        const runs: Run[] = [];
        for (const seed of seeds) {
          const out = `${name}-${seed}`;
          const learnt = await plaudit<Learnt>(folder, ["rl", ...words, "--seed", seed, "--out", out]);
          const { run: _, ...kept } = learnt;
          runs.push({ seed, ...kept, curve: curveOf(join(folder, out)) });
          note(`${name}, seed ${seed}: ${learnt.return.mean} (in training ${learnt.trainReturn}), ${learnt.seconds} s`);
        }
        const means = runs.map((run) => (of === "trainReturn" ? run.trainReturn : run.return.mean));
        const mean = means.reduce((a, b) => a + b, 0) / means.length;
        const holds = within === undefined ? mean >= wanted : Math.abs(mean - wanted) <= within;
        before.set(name, {
          name,
          command: `plaudit rl ${words.join(" ")}`,
          commit,
          wanted,
          mean: Number(mean.toFixed(2)),
          holds,
          runs,
        });
        mkdirSync(docs("images/rl"), { recursive: true });
        writeAtomic(docs(`images/rl/${name}.svg`), curvesSvg({ title: words.join(" "), runs, wanted }));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const results = Object.keys(cases).flatMap((name) => before.get(name) ?? []);
    return { passed: results.every(({ holds }) => holds), results, table: tableOf(results) };
  },
};

/** What the file says. */
function rowsBefore(): Map<string, Row> {
  const file = docs("results/rl.json");
  const { results } = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { results: Row[] })
    : { results: [] };
  return new Map(results.map((row) => [row.name, row]));
}

function curveOf(run: string): Run["curve"] {
  const points = readMetrics(run).flatMap((row) => {
    const [steps, value] = [row["time/total_timesteps"], row["rollout/ep_rew_mean"]];
    return typeof steps === "number" && typeof value === "number"
      ? [[steps, Math.round(10 * value) / 10] as const]
      : [];
  });
  const every = Math.max(1, (points.length - 1) / (curvePoints - 1));
  return Array.from({ length: Math.min(points.length, curvePoints) }, (_, i) => points[Math.round(i * every)]!);
}

function tableOf(rows: readonly Row[]): string {
  const cell = ({ return: { mean, std } }: Run) => `${mean.toFixed(0)} ± ${std.toFixed(0)}`;
  const line = ({ command, wanted, mean, runs, holds }: Row) =>
    `| \`${command}\` | ${runs.map(cell).join(" · ")} | ${runs.map((run) => run.trainReturn.toFixed(0)).join(" · ")} | ${mean.toFixed(1)} | ${wanted} | ${holds ? "yes" : "**no**"} |`;
  return [
    "| | return of each seed | last 100 training episodes | mean | wanted | holds |",
    "|---|---|---|---|---|---|",
    ...rows.map(line),
  ].join("\n");
}
