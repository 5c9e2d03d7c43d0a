/**
 * Prints what the first step of a deep, narrow GPT-2 adds to the resident memory, in MiB, and a hash of the weights after
 * it. A process of its own, because the highest value that the system reports never falls.
 *
 * Usage: node --import tsx --conditions=source peak-memory-of-step.ts whole|checkpoints
 */
import { createHash } from "node:crypto";
import { crossEntropy, mean } from "../../src/engine/index.ts";
import { newModel } from "../../src/models/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { type Loss, learner, ndarray } from "../../src/train/index.ts";
import { peakMebibytes } from "./peak.ts";

const [B, T] = [4, 128];
const { network, weights } = newModel(
  {
    ...{ architecture: "gpt2", vocabSize: 32, context: T, layers: 24, heads: 4, dim: 64, feedForward: 256 },
    ...{ epsilon: 1e-5, initializerRange: 0.1, window: 0 },
    ...{ residualDropout: 0.1, attentionDropout: 0.1, embeddingDropout: 0.1 },
  },
  1,
);
const loss: Loss = (params, { ids, targets }, dropout) => ({
  loss: mean(crossEntropy(network.logits(params, network.hidden(params, ids!, dropout)), targets!)),
});
const tokens = Array.from({ length: B * T }, (_, i) => (i * i) % 31);
const batch = { ids: ndarray("int32", [B, T], tokens), targets: ndarray("int32", [B * T], tokens) };

const trained = learner({
  weights,
  optimizer: sgd(),
  seed: 2,
  gradientCheckpointing: process.argv[2] === "checkpoints",
});
const before = process.memoryUsage.rss() / 2 ** 20;
await trained.forwardBackward(loss, batch);
const mebibytes = peakMebibytes() - before;
await trained.optimStep({ learningRate: 1 });
trained.dispose();
const hash = createHash("sha256").update(weights.flat).digest("hex");
process.stdout.write(JSON.stringify({ mebibytes, weights: hash }));
