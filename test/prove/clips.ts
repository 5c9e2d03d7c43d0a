/** Learning from preferences over clips does as well as learning from the reward itself, with our defaults and no flags. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeVec } from "../../src/envs/index.ts";
import { agentPreset, evaluate, PpoConfig, ppo } from "../../src/rl/index.ts";
import { plaudit } from "./program.ts";
import type { Proof } from "./proof.ts";

const envs = ["Pendulum-v1", "CartPoleFixedHorizon-v1"] as const;
/** Share of the return by which learning from labels may fall behind, with every seed. */
const allowed = 0.15;

interface Learnt {
  readonly steps: number;
  readonly return: { readonly mean: number; readonly std: number; readonly episodes: number };
  readonly asked: number;
  readonly answered: number;
}

interface Row {
  readonly env: string;
  readonly seed: number;
  /** Steps of the agent; with labels it has no other. */
  readonly steps: number;
  readonly fromReward: Learnt["return"];
  readonly fromLabels: Learnt["return"];
  readonly labels: number;
}

export const clips: Proof = {
  question:
    "Does an agent that learns from at most 400 synthetic labels come within 15 % of the same agent with the true reward, with every seed, on Pendulum and a fixed-horizon CartPole?",
  async run({ seeds, note }) {
    const folder = mkdtempSync(join(tmpdir(), "plaudit-clips-"));
    const results: Row[] = [];
    try {
      for (const env of envs) {
        for (const seed of seeds) {
          const out = `${env}-${seed}`;
          const { asked, return: fromLabels } = await plaudit<Learnt>(folder, [
            ...["clips", "--env", env, "--seed", seed, "--out", out, "--save-steps", 1000],
          ]);
          const { steps, return: fromReward } = await withReward(env, seed);
          note(`${env}, seed ${seed}: ${fromReward.mean} from the reward, ${fromLabels.mean} from ${asked} labels`);
          results.push({ env, seed, steps, fromReward, fromLabels, labels: asked });
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const summary = envs.map((env) => {
      const rows = results.filter((row) => row.env === env);
      const [reward, labels] = [mean(rows.map((r) => r.fromReward.mean)), mean(rows.map((r) => r.fromLabels.mean))];
      return {
        env,
        reward,
        labels,
        behind: behind(reward, labels),
        worst: Math.max(...rows.map((r) => behind(r.fromReward.mean, r.fromLabels.mean))),
        most: Math.max(...rows.map((r) => r.labels)),
      };
    });
    const table = [
      "| | seed | from the reward | from labels | labels |",
      "|---|---|---|---|---|",
      ...results.map((r) => `| ${r.env} | ${r.seed} | ${shown(r.fromReward)} | ${shown(r.fromLabels)} | ${r.labels} |`),
      ...summary.map(
        (s) =>
          `| ${s.env} | mean | ${s.reward.toFixed(1)} | ${s.labels.toFixed(1)}, ${inWords(s.behind)}; worst seed ${inWords(s.worst)} | ≤ ${s.most} |`,
      ),
    ].join("\n");
    return { passed: summary.every(({ worst, most }) => worst <= allowed && most <= 400), results, table };
  },
};

/** The same agent with the same settings, steps and seed, and the reward of the environment. */
async function withReward(name: string, seed: number): Promise<Pick<Learnt, "steps" | "return">> {
  const { numEnvs, ...settings } = agentPreset("ppo", name);
  const vector = (n: number) => makeVec(name as (typeof envs)[number], n, { autoreset: "same-step", copy: false });
  const trainer = ppo({ ...PpoConfig.parse(settings), env: vector(numEnvs), seed });
  for (;;) {
    const next = await trainer.next();
    if (!next.done) continue;
    const { policy, result } = next.value;
    const episodes = 100;
    const got = evaluate(policy, { env: vector(16), episodes, seed: seed + 1_000_000 });
    return { steps: result.steps, return: { mean: got.mean, std: got.std, episodes } };
  }
}

const behind = (reward: number, labels: number) => (reward - labels) / Math.abs(reward);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const shown = ({ mean, std }: Learnt["return"]) => `${mean.toFixed(1)} ± ${std.toFixed(1)}`;
const inWords = (behind: number) => `${Math.abs(100 * behind).toFixed(1)} % ${behind > 0 ? "behind" : "ahead"}`;
