import { PlauditError } from "../../src/base/index.ts";
import { crossEntropy, mul, sideBySide, sum } from "../../src/engine/index.ts";
import { type GptConfig, newModel } from "../../src/models/index.ts";
import { adamw } from "../../src/optim/index.ts";
import { planDecoder } from "../../src/plan/index.ts";
import { type Batch, defaultMicroBatch, type Learner, type Loss, learner, ndarray } from "../../src/train/index.ts";
import type { Case } from "../case.ts";
import { gemm, gemmShapes } from "../gemm.ts";
import { alone, type Contestant, compare, inTurn, seconds } from "../measure.ts";
import { gpt2Small, gptTiny, randomTokens, writeModel } from "../models.ts";
import type { Peer } from "../peer.ts";

interface TrainStep {
  readonly name: string;
  readonly config: GptConfig;
  readonly rows: number;
  readonly length: number;
  /** Optimizer steps in one sample. */
  readonly steps: number;
}

const settings = { learningRate: 3e-4, weightDecay: 0.1 };

/** Torch's modes, and how far their losses may lie from ours (bfloat16 has 8 bits of precision). */
const modes = { eager: 1e-3, compile: 1e-3, bf16: 3e-2 } as const;
type Mode = keyof typeof modes;

const trainStep = ({ name, config, rows, length, steps }: TrainStep): Case =>
  async function* ({ folder, rounds, startPeer }) {
    const model = newModel(config, 1);
    const windows = randomTokens(rows, length + 1, config.vocabSize);
    const inputs = windows.map((ids) => ids.slice(0, -1));
    const targets = windows.map((ids) => ids.slice(1));
    const loss: Loss = (p, { ids, targets }) => {
      const logits = model.network.logits(p, model.network.hidden(p, ids!));
      return { loss: mul(sum(crossEntropy(logits, targets!)), 1 / (rows * length)) };
    };

    await using peer = await startPeer("train.py");
    if (peer !== undefined) {
      writeModel(model, folder);
      await peer.ask("open", { folder, inputs, targets, ...settings });
    }
    const ours = learner({ weights: model.weights, optimizer: adamw() });
    // As the trainers do: micro-batches of the size that they choose, side by side where the network is small.
    const size = defaultMicroBatch(rows, length, ours.lanes);
    if (rows % size !== 0) throw new PlauditError(`${rows} rows are not whole passes of ${size}`);
    const batches = Array.from({ length: rows / size }, (_, i): Batch => {
      const part = <T>(of: readonly T[][]) => of.slice(i * size, (i + 1) * size).flat();
      return {
        ids: ndarray("int32", [size, length], part(inputs)),
        targets: ndarray("int32", [size * length], part(targets)),
      };
    });
    const oneStep = () => step(ours, loss, batches);
    const losses = [await oneStep(), await oneStep(), await oneStep()];
    if (peer !== undefined) await requireEqualLosses(peer, losses);

    const tokens = rows * length * steps;
    const ourSteps: Contestant = {
      async run() {
        const time = await seconds(async () => {
          for (let i = 0; i < steps; i++) await oneStep();
        });
        return tokens / time;
      },
    };
    const torch = (mode: Mode): Contestant => ({
      run: async () => tokens / (await peer!.ask<{ seconds: number }>("train", { mode, steps })).seconds,
    });
    const products = gemmShapes.map(gemm);
    const peak: Contestant = {
      async run() {
        const speeds: number[] = [];
        for (const product of products) speeds.push(await product.run());
        return Math.max(...speeds);
      },
    };
    const all = { ours: ourSteps, peak, eager: torch("eager"), compile: torch("compile"), bf16: torch("bf16") };
    if (peer === undefined) {
      const speeds = await inTurn({ ours: ourSteps, peak }, rounds);
      yield alone(name, "tokens/s", speeds.ours);
      yield shareOfPeak(speeds.ours, speeds.peak);
    } else {
      const speeds = await inTurn(all, rounds);
      for (const mode of Object.keys(modes) as Mode[]) {
        yield compare(`${name}/torch-${mode}`, "tokens/s", speeds.ours, speeds[mode]);
      }
      yield shareOfPeak(speeds.ours, speeds.peak);
    }
    for (const product of products) product.dispose();
    ours.dispose();

    /** Our step against our own fastest product: the operations are those of all matrix products of a step. */
    function shareOfPeak(tokensPerSecond: readonly number[], peak: readonly number[]) {
      const { layers, heads, dim, feedForward: ff, vocabSize: vocab } = config;
      const decoder = { architecture: "gpt2", layers, heads, kvHeads: heads, dim, ff, vocab, tied: true } as const;
      const plan = planDecoder({ ...decoder, context: length }, { batch: rows, optimizer: "adamw" });
      const giga = (values: readonly number[], factor: number) => values.map((x) => (x * factor) / 1e9);
      return compare(`${name}/gemm-peak`, "GFLOP/s", giga(tokensPerSecond, plan.flops.training), giga(peak, 1));
    }
  };

async function step(ours: Learner, loss: Loss, batches: readonly Batch[]): Promise<number> {
  const outputs = await sideBySide(ours, batches, (batch) => ours.forwardBackward(loss, batch));
  await ours.optimStep(settings);
  return outputs.reduce((total, { loss }) => total + loss![0]!, 0);
}

/** The same weights, tokens and updates must give the same losses, step by step. Leaves the peer warm. */
async function requireEqualLosses(peer: Peer, ours: readonly number[]): Promise<void> {
  for (const [mode, tolerance] of Object.entries(modes)) {
    await peer.ask("restart");
    const { losses } = await peer.ask<{ losses: number[] }>("train", { mode, steps: ours.length });
    const apart = Math.max(...ours.map((x, i) => Math.abs(x - losses[i]!)));
    if (apart <= tolerance) continue;
    throw new PlauditError(`torch (${mode}) has the losses ${losses.join(", ")}, ours are ${ours.join(", ")}`, {
      code: "bench-disagreement",
      help: "the two sides do not train the same model, so their times mean nothing",
    });
  }
}

export const trainStepCase = trainStep({ name: "gpt2-124m", config: gpt2Small, rows: 4, length: 128, steps: 1 });

export const trainStepSmallCase = trainStep({
  name: "gpt-0.87m",
  config: gptTiny(64),
  rows: 8,
  length: 64,
  steps: 30,
});
