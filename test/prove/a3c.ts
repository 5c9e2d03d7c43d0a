/** A3C's threads are worth having: two learn faster by the clock than one, without locks; in turn they are reproducible. */
import { makeVec } from "../../src/envs/index.ts";
import { type A3cOptions, a3c, evaluate } from "../../src/rl/index.ts";
import type { Proof } from "./proof.ts";

const id = "CartPole-v1";
const wantedReturn = 475;

interface Row {
  readonly seed: number;
  readonly workers: number;
  readonly steps: number;
  /** From the first line of the log to the last: without loading and evaluation. */
  readonly stepsPerSecond: number;
  readonly trainReturn: number | null;
  readonly return: { readonly mean: number; readonly std: number; readonly episodes: number };
}

export const a3cThreads: Proof = {
  question:
    "Are two threads of A3C faster than one on two cores, do they learn CartPole, and are they reproducible in turn?",
  async run({ seeds, settings, note }) {
    const { steps = 300_000 } = settings;
    const rows: Row[] = [];
    for (const seed of seeds) {
      // One after the other, begun by each in turn: what else the machine does meets both.
      for (const workers of seed % 2 === 1 ? [1, 2] : [2, 1]) {
        const row = await learn(seed, workers, steps);
        rows.push(row);
        note(`seed ${seed}, ${workers} threads: ${row.stepsPerSecond} steps/s, return ${row.return.mean}`);
      }
    }
    const speed = (seed: number, workers: number) =>
      rows.find((row) => row.seed === seed && row.workers === workers)!.stepsPerSecond;
    const ratios = seeds.map((seed) => Number((speed(seed, 2) / speed(seed, 1)).toFixed(2)));
    const ratio = Math.exp(mean(ratios.map(Math.log)));
    const returnOfTwo = mean(rows.filter(({ workers }) => workers === 2).map((row) => row.return.mean));
    const reproducible = await sameTwice(seeds[0]!);
    const table = [
      "| seed | 1 thread, steps/s | 2 threads | ratio | return with 1 | with 2 |",
      "|---|---|---|---|---|---|",
      ...seeds.map((seed, i) => {
        const [one, two] = [1, 2].map((workers) => rows.find((r) => r.seed === seed && r.workers === workers)!.return);
        return `| ${seed} | ${speed(seed, 1)} | ${speed(seed, 2)} | ${ratios[i]} | ${shown(one!)} | ${shown(two!)} |`;
      }),
      `| mean | | | ${ratio.toFixed(2)} | | ${returnOfTwo.toFixed(1)} |`,
      "",
      `In turn, twice with the same seed: ${reproducible ? "the same weights, bit for bit" : "OTHER WEIGHTS"}.`,
    ].join("\n");
    const passed = ratio > 1 && returnOfTwo >= wantedReturn && reproducible;
    return { passed, results: { rows, ratios, ratio: Number(ratio.toFixed(3)), returnOfTwo, reproducible }, table };
  },
};

async function learn(seed: number, workers: number, totalTimesteps: number): Promise<Row> {
  const trainer = a3c({ env: { id }, workers, seed, totalTimesteps });
  const marks: { at: number; steps: number }[] = [];
  for (;;) {
    const next = await trainer.next();
    if (!next.done) {
      marks.push({ at: performance.now(), steps: next.value.metrics["time/total_timesteps"]! });
      continue;
    }
    const { policy, result } = next.value;
    const [first, last] = [marks[0]!, marks.at(-1)!];
    const stepsPerSecond = Math.round((1000 * (last.steps - first.steps)) / (last.at - first.at));
    const { steps, trainReturn } = result;
    const episodes = 100;
    const env = makeVec(id, 16, { autoreset: "same-step" });
    const { mean, std } = evaluate(policy, { env, episodes, seed: seed + 1_000_000 });
    return { seed, workers, steps, stepsPerSecond, trainReturn, return: { mean, std, episodes } };
  }
}

async function sameTwice(seed: number): Promise<boolean> {
  const options: A3cOptions = { env: { id }, workers: 2, seed, schedule: "round-robin", totalTimesteps: 20_000 };
  const weights = async () => {
    const trainer = a3c(options);
    for (;;) {
      const next = await trainer.next();
      if (next.done) return Buffer.from(next.value.policy.weights.flat.slice().buffer);
    }
  };
  return (await weights()).equals(await weights());
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const shown = ({ mean, std }: Row["return"]) => `${mean.toFixed(0)} ± ${std.toFixed(0)}`;
