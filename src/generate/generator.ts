/**
 * Decoding with a key/value cache: ids in, ids out.
 *
 * All tokens of a prompt but the last are put into the cache in one pass (equal prompts once); the last one is the input
 * of the first decoding step, so every drawn token comes out of the same kind of graph. Rows stand left-aligned in the
 * cache, each at its own length: there are no pads to mask. When half of the rows have ended, waiting prompts take their
 * places; when none waits, the rows that are left move together and go on in a smaller graph.
 *
 * A completion depends on its prompt, the options and its own random stream, not on the other prompts of the call: the
 * kernels of matrix products give the same bits for two rows and more, and for any number of rows once weights are
 * packed, so a single row is decoded as one of two where weights are not packed. (Measured with ONNX Runtime 1.30 on x64.)
 */
import { setImmediate } from "node:timers/promises";
import { stream as randomStream, UsageError } from "../base/index.ts";
import { type Backend, onnxRuntime } from "../engine/index.ts";
import type { Network } from "../models/index.ts";
import type { Weights } from "../nn/index.ts";
import { copyRow, newCache, rowBytes, rowSize } from "./cache.ts";
import { bucket, type Step } from "./graphs.ts";
import { type Completion, checkRequest, type DrawnToken, type SamplingOptions } from "./options.ts";
import { distinct, prefill } from "./prefill.ts";
import { admit, cached, compact, type Places, type Row } from "./rows.ts";
import { sample, wantedFor } from "./sample.ts";
import { reserve, stepsOf } from "./steps.ts";

export interface GeneratorOptions {
  /** Rows that are decoded at once. Default: as many of 128 as fit into 512 MB of cache. */
  readonly maxBatch?: number;
  /**
   * Packed weights make a step 1.1 to 2.8 times as fast; packing costs what 30 to 150 steps gain by it, and again after
   * each `refresh` and for each batch size. Default: in calls for 128 new tokens or more.
   */
  readonly packed?: boolean;
  /** Default ONNX Runtime on the CPU. */
  readonly backend?: Backend;
}

export interface Generator extends Disposable {
  /**
   * One completion per prompt, in the order given. Throws a UsageError for an option out of range, an empty prompt, one
   * that fills the context or holds unknown ids; the signal's reason when it is aborted. Calls wait for each other.
   */
  generate(
    prompts: readonly (readonly number[])[],
    options: SamplingOptions,
    signal?: AbortSignal,
  ): Promise<Completion[]>;
  /**
   * The tokens of one completion as they are drawn: those that `generate([prompt], options)` returns. Other calls wait
   * until it is read to its end or left by `break` or `return`.
   */
  stream(
    prompt: readonly number[],
    options: SamplingOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<DrawnToken, Completion>;
  /** To be called after the weights changed in place. */
  refresh(): void;
  dispose(): void;
}

const mostRows = 128;
const cacheBytes = 512 * 2 ** 20;
/** New tokens of a call from which on packing the weights pays. */
const packingPays = 128;
/** Products of a step (rows · weights) from which on it leaves the event loop: a thread switch costs 0.1 ms. */
const longStep = 1e8;

export function generator(
  model: { readonly network: Network; readonly weights: Weights },
  { maxBatch, packed: packing, backend = onnxRuntime() }: GeneratorOptions = {},
): Generator {
  if (maxBatch !== undefined && !(Number.isInteger(maxBatch) && maxBatch > 0)) {
    throw new UsageError(`maxBatch must be a positive integer, got ${maxBatch}`);
  }
  const { network, weights } = model;
  const shape = network.cache;
  const steps = stepsOf(model, backend);
  let decodeCache = newCache(shape, 0);
  let prefillCache = newCache(shape, 0);
  let busy: Promise<void> = Promise.resolve();

  /** Yields the tokens of each step. */
  async function* decode(
    prompts: readonly (readonly number[])[],
    options: SamplingOptions,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DrawnToken[], Completion[]> {
    checkRequest(prompts, options, network);
    const { maxNewTokens, seed = 0, streamKey = (index) => [index] } = options;
    const packed = packing ?? maxNewTokens >= packingPays;
    const rows = prompts.map((prompt, index): Row => {
      const limit = Math.min(maxNewTokens, network.context - prompt.length);
      const random = randomStream(seed, "sample", ...streamKey(index));
      return { index, prompt, random, limit, completion: { ids: [], logprobs: [], finish: "length" } };
    });
    const longest = Math.max(64, ...rows.map(({ prompt, limit }) => prompt.length + limit));
    const length = Math.min(network.context, bucket(longest));
    const most = maxBatch ?? Math.min(mostRows, Math.max(1, Math.floor(cacheBytes / rowBytes(shape, length))));
    const graphRows = (count: number) => bucket(packed ? count : Math.max(2, count));
    decodeCache = reserve(shape, decodeCache, graphRows(Math.min(most, rows.length)) * rowSize(shape, length), steps);

    const at = (row: number) => ({ cache: decodeCache, row, length });
    const waiting = rows.toSorted((a, b) => a.prompt.length - b.prompt.length || a.index - b.index);
    const places: Places = [];
    for (;;) {
      signal?.throwIfAborted();
      const entering = admit(places, waiting, most).map((place) => {
        return { ids: places[place]!.prompt.slice(0, -1), place: at(place) };
      });
      prefillCache = await prefill(network, steps, prefillCache, distinct(entering));
      compact(places, packed ? 4 : 2, (from, to) => copyRow(shape, at(from), at(to), cached(places[from]!)));
      if (places.length === 0) return rows.map(({ completion }) => completion);

      const step = steps.get(
        { rows: graphRows(places.length), tokens: 1, length, packed },
        decodeCache,
        wantedFor(options),
      );
      feed(step, places, options);
      if (places.length * weights.flat.length > longStep) await step.runAsync();
      else {
        step.run();
        await setImmediate();
      }
      const tokens: DrawnToken[] = [];
      for (const [place, row] of places.entries()) {
        if (row === undefined) continue;
        const token = sample(step, place, row, options, network.vocabSize);
        if (append(row, token, options)) places[place] = undefined;
        tokens.push(token);
      }
      yield tokens;
    }
  }

  /** Requests share caches and graphs: each waits for the one before it. */
  async function* inTurn<T, R>(request: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
    const before = busy;
    let done = () => {};
    busy = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      return yield* request;
    } finally {
      done();
    }
  }

  const dispose = () => steps.forget(() => true);
  return {
    async generate(prompts, options, signal) {
      const request = inTurn(decode(prompts, options, signal));
      for (;;) {
        const { done, value } = await request.next();
        if (done) return value;
      }
    },
    async *stream(prompt, options, signal) {
      const request = inTurn(decode([prompt], options, signal));
      try {
        for (;;) {
          const { done, value } = await request.next();
          if (done) return value[0]!;
          yield* value;
        }
      } finally {
        await request.return([]); // when the reader leaves early, the next call's turn comes
      }
    },
    refresh: () => steps.forget(({ packed }) => packed),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** Each row's last token at its own place; empty places are given token 0 at position 0. */
function feed(step: Step, places: Places, { temperature = 1 }: SamplingOptions): void {
  const { ids, positions, lengths, total } = step.inputs as Record<string, Int32Array>;
  ids!.fill(0);
  positions!.fill(0);
  for (const [place, row] of places.entries()) {
    if (row === undefined) continue;
    ids![place] = row.completion.ids.at(-1) ?? row.prompt.at(-1)!;
    positions![place] = cached(row);
  }
  lengths!.set(positions!);
  total![0] = Math.max(...positions!) + 1;
  (step.inputs.inverseTemperature as Float32Array)[0] = temperature === 0 ? 1 : 1 / temperature;
}

/** Adds the token to its row and says whether the row has ended. */
function append({ completion, limit }: Row, { id, logprob }: DrawnToken, { stopIds, stop }: SamplingOptions): boolean {
  completion.ids.push(id);
  completion.logprobs.push(logprob);
  if (stopIds?.includes(id) || stop?.(completion.ids)) completion.finish = "stop";
  return completion.finish === "stop" || completion.ids.length === limit;
}
