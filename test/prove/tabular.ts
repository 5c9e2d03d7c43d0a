/** Learning with tables reaches what each environment allows, with our defaults and no flags. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

/** What the mean return of the final policy must be at least; of SARSA on the cliff exactly the safe path's. */
const wanted: Readonly<Record<string, number>> = {
  "FrozenLake-v1": 0.72,
  "CliffWalking-v1": -13,
  "Taxi-v4": 7.7,
  "Blackjack-v1": -0.06,
};
/** Those that the wanted numbers are about; the others are shown beside them. */
const promised = ["q-learning", "sarsa"];
const shown = ["expected-sarsa", "double-q-learning", "dyna-q", "monte-carlo"];

interface Learnt {
  readonly steps: number;
  readonly return: { readonly mean: number; readonly std: number; readonly episodes: number };
  readonly trainReturn: number;
  readonly exact: { readonly mean: number } | null;
  readonly optimum: number | null;
  readonly regret: number | null;
}

interface Row extends Learnt {
  readonly env: string;
  readonly algorithm: string;
  readonly seed: number;
  /** Of those that are promised. */
  readonly holds?: boolean;
}

const holds = (env: string, algorithm: string, { return: { mean } }: Learnt): boolean =>
  env === "CliffWalking-v1" ? mean === (algorithm === "sarsa" ? -17 : -13) : mean >= wanted[env]!;

export const tabular: Proof = {
  question:
    "Do Q-learning and SARSA reach 0.72 on FrozenLake, −13 and the safe −17 on CliffWalking, 7.7 on Taxi and −0.06 on Blackjack, without a flag?",
  async run({ seeds, note }) {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-tabular-"));
    const results: Row[] = [];
    try {
      for (const env of Object.keys(wanted)) {
        for (const algorithm of [...promised, ...shown]) {
          for (const seed of seeds) {
            const out = `${env}-${algorithm}-${seed}`;
            const learnt = await plaudit<Learnt>(folder, ["rl", algorithm, "--env", env, "--seed", seed, "--out", out]);
            const { steps, return: got, trainReturn, exact, optimum, regret } = learnt;
            note(`${env}, ${algorithm}, seed ${seed}: ${got.mean} (computed ${exact?.mean}, at best ${optimum})`);
            const kept = promised.includes(algorithm) ? { holds: holds(env, algorithm, learnt) } : {};
            results.push({ env, algorithm, seed, steps, return: got, trainReturn, exact, optimum, regret, ...kept });
          }
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const passed = results.every((one) => one.holds !== false);
    const row = (algorithm: string) => {
      const of = (env: string) => results.filter((one) => one.env === env && one.algorithm === algorithm);
      const cells = Object.keys(wanted).map((env) => range(of(env).map(({ exact }) => exact?.mean ?? Number.NaN)));
      return `| ${algorithm} | ${cells.join(" | ")} |`;
    };
    const optima = Object.keys(wanted).map((env) =>
      number(results.find((one) => one.env === env)?.optimum ?? Number.NaN),
    );
    const table = [
      `| | ${Object.keys(wanted).join(" | ")} |`,
      `|---|${"---|".repeat(Object.keys(wanted).length)}`,
      ...[...promised, ...shown].map(row),
      `| at best | ${optima.join(" | ")} |`,
    ].join("\n");
    return { passed, results, table };
  },
};

const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(4));

/** `0.7402`, or from the worst to the best seed. */
function range(values: readonly number[]): string {
  const [low, high] = [number(Math.min(...values)), number(Math.max(...values))];
  return low === high ? low : `${low} … ${high}`;
}
