/**
 * Prints what the first run of a training graph adds to the resident memory, in MiB, and a hash of all gradients. A
 * process of its own, because the highest value that the system reports never falls.
 *
 * Usage: node --import tsx --conditions=source peak-memory.ts whole|checkpoints
 */
import { createHash } from "node:crypto";
import { stream } from "../../src/base/index.ts";
import {
  compile,
  type Executable,
  gradients,
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

const specs: Record<string, readonly number[]> = { x: [rows, width] };
for (let l = 0; l < layers; l++) specs[`w${l}`] = [width, width];

using step: Executable<Specs, string> = compile((x: Readonly<Record<string, Tensor>>) => {
  const kept: Tensor[] = [];
  let h = x.x!;
  for (let l = 0; l < layers; l++) {
    if (l % every === 0) kept.push(h);
    h = tanh(matmul(h, x[`w${l}`]!));
  }
  const loss = mean(square(h));
  const weights = Array.from({ length: layers }, (_, l) => x[`w${l}`]!);
  const slopes = gradients(loss, weights, process.argv[2] === "checkpoints" ? { checkpoints: kept } : {});
  return { loss, ...Object.fromEntries(slopes.map((g, l) => [`dw${l}`, g])) };
}, specs);

const rng = stream(1, "weights");
fill(step.inputs.x!, () => rng.normal());
for (let l = 0; l < layers; l++) fill(step.inputs[`w${l}`]!, () => rng.normal() / Math.sqrt(width));
for (const output of Object.values(step.outputs)) output.fill(1 as never); // touched, so that they count as there before

const before = process.memoryUsage.rss() / 2 ** 20;
step.run();
const mebibytes = peakMebibytes() - before;
const hash = createHash("sha256");
for (const output of Object.values(step.outputs)) hash.update(output);
process.stdout.write(JSON.stringify({ mebibytes, gradients: hash.digest("hex") }));
