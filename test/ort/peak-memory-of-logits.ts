/**
 * Prints what the first run of an output layer with its cross-entropy and gradients adds to the resident memory, as a
 * multiple of the logits [N, V].
 *
 * Usage: node --import tsx --conditions=source peak-memory-of-logits.ts
 */
import { compile, crossEntropy, gradients, ints, matmul, mean } from "../../src/engine/index.ts";
import { peakMebibytes } from "./peak.ts";

const [N, D, V] = [640, 32, 16_000];
using step = compile(
  ({ hidden, table, targets }) => {
    const loss = mean(crossEntropy(matmul(hidden, table, { transposeB: true }), targets));
    const [dHidden, dTable] = gradients(loss, [hidden, table]);
    return { loss, dHidden: dHidden!, dTable: dTable! };
  },
  { hidden: [N, D], table: [V, D], targets: ints(N) },
);
for (const array of [...Object.values(step.inputs), ...Object.values(step.outputs)]) array.fill(0 as never);
const before = process.memoryUsage.rss() / 2 ** 20;
step.run();
process.stdout.write(JSON.stringify({ times: ((peakMebibytes() - before) * 2 ** 20) / (N * V * 4) }));
