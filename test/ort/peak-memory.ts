/**
 * Prints what the first run of a training graph adds to the resident memory, in MiB, and a hash of all its outputs. A
 * process of its own, because the highest value that the system reports never falls.
 *
 * Usage: node --import tsx --conditions=source peak-memory.ts whole|checkpoints|logits
 */
import { createHash } from "node:crypto";
import { stream } from "../../src/base/index.ts";
import {
  compile,
  crossEntropy,
  type Executable,
  gradients,
  ints,
  matmul,
  mean,
  type Specs,
  square,
  type Tensor,
  tanh,
} from "../../src/engine/index.ts";
import { fill } from "./against-interpreter.ts";
import { peakMebibytes } from "./peak.ts";

const [layers, width, rows] = [16, 512, 2048]; // an activation is 4 MiB, all weights are 16 MiB
const every = 4;

/** A deep network with the gradients by its weights; with checkpoints every fourth activation is kept. */
function network(checkpointing: boolean): Executable<Specs, string> {
  const names = Array.from({ length: layers }, (_, l) => `w${l}`);
  const specs = { x: [rows, width], ...Object.fromEntries(names.map((name) => [name, [width, width]])) };
  return compile((x: Readonly<Record<string, Tensor>>) => {
    const kept: Tensor[] = [];
    let h = x.x!;
    for (const [l, name] of names.entries()) {
      if (l % every === 0) kept.push(h);
      h = tanh(matmul(h, x[name]!));
    }
    const weights = names.map((name) => x[name]!);
    const loss = mean(square(h));
    const slopes = gradients(loss, weights, checkpointing ? { checkpoints: kept } : {});
    return { loss, ...Object.fromEntries(names.map((name, l) => [`d${name}`, slopes[l]!])) };
  }, specs);
}

/** An output layer over 16,000 tokens with its cross-entropy and gradients: logits of 39 MiB. */
function outputLayer(): Executable<Specs, string> {
  const step = compile(
    ({ hidden, table, targets }) => {
      const loss = mean(crossEntropy(matmul(hidden, table, { transposeB: true }), targets));
      const [dHidden, dTable] = gradients(loss, [hidden, table]);
      return { loss, dHidden: dHidden!, dTable: dTable! };
    },
    { hidden: [640, 32], table: [16_000, 32], targets: ints(640) },
  );
  return step as unknown as Executable<Specs, string>;
}

const variant = process.argv[2];
using step = variant === "logits" ? outputLayer() : network(variant === "checkpoints");
const rng = stream(1, "inputs");
for (const [name, data] of Object.entries(step.inputs)) {
  if (name !== "targets") fill(data, () => rng.normal() / Math.sqrt(width));
}
for (const output of Object.values(step.outputs)) output.fill(1 as never); // touched, so that they count as there before

const before = process.memoryUsage.rss() / 2 ** 20;
step.run();
const mebibytes = peakMebibytes() - before;
const hash = createHash("sha256");
for (const output of Object.values(step.outputs)) hash.update(output);
process.stdout.write(JSON.stringify({ mebibytes, outputs: hash.digest("hex") }));
