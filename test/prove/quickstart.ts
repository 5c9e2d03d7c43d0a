/** The whole quickstart, in both languages and with several seeds: every number that an honest report must show. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/cli/quickstart/evaluate.ts";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

/** What each run must show. The thresholds were fixed before these seeds were run. */
const demands: Readonly<Record<string, (r: Result) => boolean>> = {
  "at most 5 minutes": (r) => r.seconds <= 300,
  "at most 2 GB": (r) => r.peakMemoryMb <= 2048,
  "reward model against annotators ≥ 0.68": (r) => r.rewardModel.accuracyAnnotators >= 0.68,
  "reward model against gold ≥ 0.78": (r) => r.rewardModel.accuracyGold >= 0.78,
  "greedy win rate ≥ 0.70": (r) => r.winRate.value >= 0.7,
  "its interval above 0.60": (r) => r.winRate.low > 0.6,
  "sampled win rate ≥ 0.66": (r) => r.winRateSampled.value >= 0.66,
  "shuffled labels ≤ 0.50": (r) => r.controls.shuffledLabels <= 0.5,
  "always refusing ≤ 0.50": (r) => r.controls.alwaysRefuse <= 0.5,
  "truth not below SFT's": (r) => r.truth.final >= r.truth.sft,
  "text loss at most 0.01 above SFT's": (r) => r.textLoss.final <= r.textLoss.sft + 0.01,
};

export const quickstart: Proof = {
  question: "Does the quickstart show what it promises, in English and Chinese, with every seed?",
  async run({ seeds, note }) {
    // Runs stay in runs/prove-quickstart: a proof that was stopped goes on where it was.
    const folder = join("runs", "prove-quickstart");
    mkdirSync(folder, { recursive: true });
    const results: Measured[] = [];
    for (const seed of seeds) {
      for (const language of ["en", "zh"] as const) {
        const out = join(folder, `${language}-${seed}`);
        const where = existsSync(out) ? ["--resume", out] : ["--out", out];
        const { run: _, ...result } = await plaudit<Result>(process.cwd(), [
          "quickstart",
          "--language",
          language,
          "--seed",
          seed,
          ...where,
        ]);
        const failed = Object.keys(demands).filter((name) => !demands[name]!({ ...result, run: out }));
        note(`${language} ${seed}: ${failed.length === 0 ? "holds" : `fails: ${failed.join(", ")}`}`);
        results.push({ language, seed, ...result, failed });
      }
    }
    const table = tableOf(results);
    return { passed: results.every(({ failed }) => failed.length === 0), results, table };
  },
};

interface Measured extends Omit<Result, "run"> {
  readonly language: string;
  readonly seed: number;
  readonly failed: readonly string[];
}

const columns: Readonly<Record<string, (r: Measured) => string>> = {
  town: (r) => `${r.language} ${r.seed}`,
  "s / MB": (r) => `${Math.round(r.seconds)} / ${r.peakMemoryMb}`,
  "RM annotators": (r) => r.rewardModel.accuracyAnnotators.toFixed(3),
  "RM gold": (r) => r.rewardModel.accuracyGold.toFixed(3),
  "greedy win rate [95 %]": (r) =>
    `${r.winRate.value.toFixed(3)} [${r.winRate.low.toFixed(3)}, ${r.winRate.high.toFixed(3)}]`,
  sampled: (r) => r.winRateSampled.value.toFixed(3),
  shuffled: (r) => r.controls.shuffledLabels.toFixed(3),
  refusing: (r) => r.controls.alwaysRefuse.toFixed(3),
  "greedy SFT": (r) => r.controls.greedySft.toFixed(3),
  "truth SFT → PPO": (r) => `${r.truth.sft.toFixed(3)} → ${r.truth.final.toFixed(3)}`,
  KL: (r) => r.kl.toFixed(2),
  "text loss SFT → PPO": (r) => `${r.textLoss.sft.toFixed(3)} → ${r.textLoss.final.toFixed(3)}`,
  fails: (r) => r.failed.join("; ") || "–",
};

function tableOf(results: readonly Measured[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const names = Object.keys(columns);
  const rows = results.map((r) => line(Object.values(columns).map((cell) => cell(r))));
  return [line(names), line(names.map(() => "---")), ...rows].join("\n");
}
