import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { crossEntropy, mul, sum } from "../../src/engine/index.ts";
import { type GptConfig, newModel } from "../../src/models/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { type Loss, learner, ndarray } from "../../src/train/index.ts";

const config: GptConfig = {
  ...{ architecture: "gpt2", vocabSize: 40, context: 12, layers: 3, heads: 2, dim: 16, feedForward: 64 },
  ...{ epsilon: 1e-5, initializerRange: 0.3, window: 0 },
  ...{ residualDropout: 0.2, attentionDropout: 0.1, embeddingDropout: 0.15 },
};
const [B, T] = [3, 12];

/** Losses of two steps of two micro-batches each, and the weights after them. */
async function train(change: Partial<GptConfig>, gradientCheckpointing: boolean) {
  const { network, weights } = newModel({ ...config, ...change }, 1);
  const loss: Loss = (params, { ids, targets, weight }, dropout) => {
    const each = crossEntropy(network.logits(params, network.hidden(params, ids!, dropout)), targets!);
    return { loss: sum(mul(each, weight!)) };
  };
  const trained = learner({ weights, optimizer: sgd(), seed: 2, gradientCheckpointing });
  const losses: number[] = [];
  for (let step = 0; step < 2; step++) {
    for (let part = 0; part < 2; part++) {
      const tokens = Array.from({ length: B * T }, (_, i) => (i * i + step + 5 * part) % 39);
      const batch = {
        ids: ndarray("int32", [B, T], tokens),
        targets: ndarray("int32", [B * T], tokens),
        weight: ndarray("float32", [B * T], new Float32Array(B * T).fill(1 / (2 * B * T))),
      };
      losses.push((await trained.forwardBackward(loss, batch, { firstRow: B * part })).loss![0]!);
    }
    await trained.optimStep({ learningRate: 0.5 });
  }
  trained.dispose();
  return { losses, weights: weights.flat };
}

describe("gradient checkpointing", () => {
  it.each([
    ["GPT-1", { architecture: "gpt1" }],
    ["GPT-2", {}],
    ["GPT-3 with banded layers", { architecture: "gpt3", window: 4 }],
    ["one block without dropout", { layers: 1, residualDropout: 0, attentionDropout: 0, embeddingDropout: 0 }],
  ] as const)("changes no bit of %s", async (_, change) => {
    expect(await train(change, true)).toEqual(await train(change, false));
  });

  it.runIf(process.platform === "linux")("makes a deep network's step fit into less memory", async () => {
    const script = join(import.meta.dirname, "peak-memory-of-step.ts");
    const measured = async (variant: string) => {
      // The arena grows in powers of two and now and then by one more than is needed: the least of three is the need.
      const runs: { mebibytes: number; weights: string }[] = [];
      for (let i = 0; i < 3; i++) {
        const words = ["--import", "tsx", "--conditions=source", script, variant];
        runs.push(JSON.parse((await promisify(execFile)(process.execPath, words)).stdout));
      }
      return { weights: runs[0]!.weights, mebibytes: Math.min(...runs.map((run) => run.mebibytes)) };
    };
    const [whole, kept] = await Promise.all(["whole", "checkpoints"].map(measured)); // each in a process of its own
    expect(kept!.weights).toBe(whole!.weights);
    expect(kept!.mebibytes).toBeLessThan(0.6 * whole!.mebibytes); // 75 of 194 MiB here
  });
});
