import {
  argmax,
  type Backend,
  compileOn,
  type Executable,
  floats,
  ints,
  max,
  mul,
  type Spec,
  type Specs,
  softmax,
  type Tensor,
} from "../engine/index.ts";
import type { Network } from "../models/index.ts";
import type { Weights } from "../nn/index.ts";
import { type Cache, rowSize } from "./cache.ts";

/**
 * What a step hands out: only caches (for prompts), the most probable token of each row with its probability, all
 * probabilities, or all probabilities and the logits they came from.
 */
export type Wanted = "caches" | "best" | "probabilities" | "logits";

export interface StepShape {
  /** Rows B. */
  readonly rows: number;
  /** New tokens a row: S. */
  readonly tokens: number;
  /** Room for tokens in each row of the cache: M. */
  readonly length: number;
  /** Weights as constants that the kernels repack once, instead of inputs that may change between runs. */
  readonly packed: boolean;
}

export type Step = Executable<Specs, string>;

/**
 * New tokens `ids` [B, S] at `positions` [B, S], whose last one stands at `lengths` [B] of its row; `total` = 1 + the largest of them.
 * The caches are updated in place.
 */
export function compileStep(
  backend: Backend,
  { network, weights }: { readonly network: Network; readonly weights: Weights },
  { rows, tokens, length, packed }: StepShape,
  cache: Cache,
  wanted: Wanted,
): Step {
  const { layers, kvHeads, headDim } = network.cache;
  const specs: Record<string, Spec> = {
    ids: ints(rows, tokens),
    positions: ints(rows, tokens),
    lengths: ints(rows),
    total: ints(),
    ...(wanted === "caches" ? {} : { inverseTemperature: floats() }),
  };
  const buffers: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const [name, { shape, data }] of weights.arrays) {
    specs[name] = { shape, dtype: "float32" };
    buffers[name] = data;
  }
  const past = cache.arrays.map((_, i) => (i < layers ? `past key ${i}` : `past value ${i - layers}`));
  for (const [i, name] of past.entries()) {
    specs[name] = floats(rows, kvHeads, length, headDim);
    buffers[name] = cache.arrays[i]!.subarray(0, rows * rowSize(network.cache, length));
  }
  const present = past.map((name) => name.replace("past", "present"));
  return compileOn(
    backend,
    (x) => {
      const of = (names: readonly string[]) => names.map((name) => x[name]!);
      const params = Object.fromEntries([...weights.arrays.keys()].map((name) => [name, x[name]!]));
      const step = network.cachedStep(params, {
        ids: x.ids!,
        positions: x.positions!,
        lengths: x.lengths!,
        total: x.total!,
        keys: of(past.slice(0, layers)),
        values: of(past.slice(layers)),
      });
      const outputs: Record<string, Tensor> = {};
      for (const [i, t] of [...step.keys, ...step.values].entries()) outputs[present[i]!] = t;
      if (wanted === "caches") return outputs;
      const logits = network.logits(params, step.hidden);
      const probabilities = softmax(mul(logits, x.inverseTemperature!));
      if (wanted === "best") return { ...outputs, best: argmax(logits), probability: max(probabilities, { axis: -1 }) };
      return wanted === "logits" ? { ...outputs, probabilities, logits } : { ...outputs, probabilities };
    },
    specs,
    {
      buffers,
      update: Object.fromEntries(present.map((name, i) => [name, past[i]!])),
      frozen: packed ? [...weights.arrays.keys()] : [],
    },
  );
}

/** The next larger of 1, 2, 3, 4, 6, 8, 12, 16, 24 …: at most a third is padding, and few shapes occur. */
export function bucket(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power >= 4 && power * 0.75 >= n ? power * 0.75 : power;
}
