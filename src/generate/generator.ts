/**
 * Decoding with a key/value cache: ids in, ids out.
 *
 * All tokens of a prompt but the last are put into the cache in one pass (equal prompts once); the last one is the input
 * of the first decoding step, so every drawn token comes out of the same kind of graph. Rows stand left-aligned in the
 * cache, each at its own length: there are no pads to mask. When a row ends, a waiting prompt takes its place; when none
 * waits and half of the rows are done, the others move together and go on in a smaller graph.
 */
import { stream as randomStream } from "../base/index.ts";
import { type Backend, onnxRuntime } from "../engine/index.ts";
import type { Network } from "../models/index.ts";
import type { Weights } from "../nn/index.ts";
import { type Cache, copyRow, newCache, rowSize } from "./cache.ts";
import { argmax, draw, penalize, softmax, threshold } from "./choose.ts";
import { bucket, compileStep, type Step, type StepShape, type Wanted } from "./graphs.ts";
import { type Completion, checkRequest, type DrawnToken, type SamplingOptions } from "./options.ts";

export interface GeneratorOptions {
  /** Rows that are decoded at once. Default: up to 128, as many as fit into 512 MB of cache. */
  readonly maxBatch?: number;
  /** Default ONNX Runtime on the CPU. */
  readonly backend?: Backend;
}

export interface Generator extends Disposable {
  /**
   * One completion per prompt, in the order given. Throws a UsageError for an empty prompt, one that fills the context
   * or holds unknown ids. Calls wait for each other.
   */
  generate(
    prompts: readonly (readonly number[])[],
    options: SamplingOptions,
    signal?: AbortSignal,
  ): Promise<Completion[]>;
  /** The tokens of one completion as they are drawn; the same ones that `generate([prompt], options)` returns. */
  stream(
    prompt: readonly number[],
    options: SamplingOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<DrawnToken, Completion>;
  /** To be called after the weights changed in place. */
  refresh(): void;
  dispose(): void;
}

/** A completion in the making. */
interface Row {
  readonly index: number;
  readonly prompt: readonly number[];
  readonly completion: { ids: number[]; logprobs: number[]; finish: Completion["finish"] };
  /** Longest completion. */
  readonly limit: number;
}

/** Tokens of a pass over prompts: larger ones leave the processor's cache. */
const prefillTokens = 512;
const cacheBytes = 512 * 2 ** 20;
const graphsKept = 16;

export function generator(
  { network, weights }: { readonly network: Network; readonly weights: Weights },
  { maxBatch, backend = onnxRuntime() }: GeneratorOptions = {},
): Generator {
  const shape = network.cache;
  let decodeCache = newCache(shape, 0);
  let prefillCache = newCache(shape, 0);
  const steps = new Map<string, Step>();
  let busy: Promise<unknown> = Promise.resolve();

  const disposeSteps = () => {
    for (const step of steps.values()) step.dispose();
    steps.clear();
  };

  /** The compiled step of this shape; the one unused for longest makes room. */
  const stepFor = (at: StepShape, cache: Cache, wanted: Wanted | "caches"): Step => {
    const key = [at.rows, at.tokens, at.length, wanted].join();
    const step = steps.get(key) ?? compileStep(backend, { network, weights }, at, cache, wanted, false);
    steps.delete(key);
    steps.set(key, step);
    if (steps.size > graphsKept) {
      const [oldest, unused] = steps.entries().next().value!;
      steps.delete(oldest);
      unused.dispose();
    }
    return step;
  };

  const reserve = (cache: Cache, capacity: number): Cache => {
    if (cache.capacity >= capacity) return cache;
    disposeSteps(); // they hold the old memory
    return newCache(shape, capacity);
  };

  /** Fills the cache with all but the last token of each row's prompt. */
  async function prefill(slots: readonly (Row | undefined)[], added: readonly number[], length: number): Promise<void> {
    const groups = new Map<string, number[]>();
    for (const slot of added) {
      const { prompt } = slots[slot]!;
      if (prompt.length === 1) continue;
      const key = prompt.join();
      groups.set(key, [...(groups.get(key) ?? []), slot]);
    }
    const waiting = [...groups.values()];
    const tokensOf = (group: readonly number[]) => slots[group[0]!]!.prompt.slice(0, -1);
    while (waiting.length > 0) {
      const tokens = Math.min(network.context, bucket(Math.max(8, ...waiting.map((g) => tokensOf(g).length))));
      const pass = waiting.splice(0, Math.max(1, Math.floor(prefillTokens / tokens)));
      const rows = bucket(pass.length);
      prefillCache = reserve(prefillCache, rows * rowSize(shape, tokens));
      const step = stepFor({ rows, tokens, length: tokens }, prefillCache, "caches");
      const { ids, positions, lengths, total } = step.inputs as Record<string, Int32Array>;
      ids!.fill(0);
      positions!.fill(0);
      lengths!.fill(0);
      total![0] = tokens;
      for (const [row, group] of pass.entries()) {
        const prompt = tokensOf(group);
        ids!.set(prompt, row * tokens);
        for (let t = 0; t < prompt.length; t++) positions![row * tokens + t] = t;
        lengths![row] = prompt.length - 1;
      }
      await step.runAsync();
      for (const [row, group] of pass.entries()) {
        const from = { cache: prefillCache, row, length: tokens };
        for (const slot of group)
          copyRow(shape, from, { cache: decodeCache, row: slot, length }, tokensOf(group).length);
      }
    }
  }

  async function* decode(
    prompts: readonly (readonly number[])[],
    options: SamplingOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<DrawnToken, Completion[]> {
    checkRequest(prompts, options, network);
    const wanted = wantedBy(options);
    const rows = prompts.map((prompt, index): Row => {
      const limit = Math.min(options.maxNewTokens, network.context - prompt.length);
      return { index, prompt, limit, completion: { ids: [], logprobs: [], finish: "length" } };
    });
    const longest = Math.max(1, ...rows.map(({ prompt, limit }) => prompt.length + limit));
    const length = Math.min(network.context, bucket(Math.max(64, longest)));
    const most = maxBatch ?? Math.min(128, Math.max(1, Math.floor(cacheBytes / rowBytes(network, length))));
    const waiting = rows.toSorted((a, b) => a.prompt.length - b.prompt.length || a.index - b.index);
    const slots: (Row | undefined)[] = [];
    decodeCache = reserve(decodeCache, bucket(Math.min(most, rows.length)) * rowSize(shape, length));

    for (;;) {
      signal?.throwIfAborted();
      const added = admit(slots, waiting, most);
      await prefill(slots, added, length);
      compact(slots, ([from, to]) => {
        const at = (row: number) => ({ cache: decodeCache, row, length });
        copyRow(shape, at(from), at(to), fed(slots[from]!));
      });
      if (slots.length === 0) break;

      const step = stepFor({ rows: bucket(slots.length), tokens: 1, length }, decodeCache, wanted);
      fillInputs(step, slots, options);
      await step.runAsync();
      for (const [slot, row] of slots.entries()) {
        if (row === undefined) continue;
        const token = choose(step, slot, row, options, network.vocabSize);
        row.completion.ids.push(token.id);
        row.completion.logprobs.push(token.logprob);
        if (options.stopIds?.includes(token.id) || options.stop?.(row.completion.ids)) row.completion.finish = "stop";
        else if (row.completion.ids.length < row.limit) {
          yield token;
          continue;
        }
        slots[slot] = undefined;
        yield token;
      }
    }
    return rows.map(({ completion }) => completion);
  }

  /** Runs one request after the other: they share caches and graphs. */
  async function* exclusively<T, R>(work: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
    const before = busy;
    let done = () => {};
    busy = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      await before;
      return yield* work;
    } finally {
      done();
    }
  }

  return {
    async generate(prompts, options, signal) {
      const work = exclusively(decode(prompts, options, signal));
      for (;;) {
        const { done, value } = await work.next();
        if (done) return value;
      }
    },
    async *stream(prompt, options, signal) {
      const [completion] = yield* exclusively(decode([prompt], options, signal));
      return completion!;
    },
    refresh() {},
    dispose: disposeSteps,
    [Symbol.dispose]: disposeSteps,
  };
}

const rowBytes = ({ cache }: Network, length: number): number => 2 * cache.layers * rowSize(cache, length) * 4;

/** Tokens of a row that are in its cache: all but the last. */
const fed = ({ prompt, completion }: Row): number => prompt.length + completion.ids.length - 1;

/** Puts waiting rows into free places once half of the places are free, and returns which. */
function admit(slots: (Row | undefined)[], waiting: Row[], most: number): number[] {
  const active = slots.filter((row) => row !== undefined).length;
  if (waiting.length === 0 || active > most / 2) return [];
  const added: number[] = [];
  for (let slot = 0; slot < most && waiting.length > 0; slot++) {
    if (slots[slot] !== undefined) continue;
    slots[slot] = waiting.shift()!;
    added.push(slot);
  }
  return added;
}

/** Moves rows to the front when that makes a graph of at most half the rows do. */
function compact(slots: (Row | undefined)[], move: (places: [from: number, to: number]) => void): void {
  const active = slots.filter((row) => row !== undefined).length;
  if (bucket(active) > bucket(slots.length) / 2 && active > 0) return;
  for (let to = 0; to < active; to++) {
    if (slots[to] !== undefined) continue;
    const from = slots.findLastIndex((row) => row !== undefined);
    move([from, to]);
    slots[to] = slots[from];
    slots[from] = undefined;
  }
  slots.length = active;
}

function wantedBy({ temperature = 1, repetitionPenalty = 1 }: SamplingOptions): Wanted {
  return repetitionPenalty !== 1 ? "logits" : temperature === 0 ? "best" : "probabilities";
}

function fillInputs(step: Step, slots: readonly (Row | undefined)[], { temperature = 1 }: SamplingOptions): void {
  const { ids, positions, lengths, total } = step.inputs as Record<string, Int32Array>;
  ids!.fill(0);
  positions!.fill(0);
  for (const [slot, row] of slots.entries()) {
    if (row === undefined) continue;
    ids![slot] = row.completion.ids.at(-1) ?? row.prompt.at(-1)!;
    positions![slot] = fed(row);
  }
  lengths!.set(positions!);
  total![0] = Math.max(...positions!) + 1;
  (step.inputs.inverseTemperature as Float32Array)[0] = temperature === 0 ? 1 : 1 / temperature;
}

function choose(step: Step, slot: number, row: Row, options: SamplingOptions, vocabSize: number): DrawnToken {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  if (wantedBy(options) === "best") {
    return { id: step.outputs.best![slot] as number, logprob: Math.log(step.float("probability")[slot]!) };
  }
  const of = (output: string) => step.float(output).subarray(slot * vocabSize, (slot + 1) * vocabSize);
  const probabilities = of("probabilities");
  let p = probabilities;
  if (repetitionPenalty !== 1) {
    p = of("logits");
    penalize(p, new Set([...row.prompt, ...row.completion.ids]), repetitionPenalty);
    if (temperature > 0) softmax(p, temperature);
  }
  const logprob = (id: number): DrawnToken => ({ id, logprob: Math.log(probabilities[id]!) });
  if (temperature === 0) return logprob(argmax(p));
  const { seed = 0, streamKey = (index) => [index] } = options;
  const u = randomStream(seed, "sample", ...streamKey(row.index), row.completion.ids.length).uniform();
  return logprob(draw(p, u, threshold(p, { topK, topP, minP })));
}
