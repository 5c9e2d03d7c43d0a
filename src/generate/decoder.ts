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
import { stream as randomStream } from "../base/index.ts";
import { type Backend, inLane } from "../engine/index.ts";
import type { Network } from "../models/index.ts";
import type { Weights } from "../nn/index.ts";
import { copyRow, newCache, rowBytes, rowSize } from "./cache.ts";
import { bucket, type Step } from "./graphs.ts";
import type { Completion, DrawnToken, SamplingOptions } from "./options.ts";
import { distinct, prefill } from "./prefill.ts";
import { admit, cached, compact, type Places, type Row } from "./rows.ts";
import { sample, wantedFor } from "./sample.ts";
import { reserve, stepsOf } from "./steps.ts";

export interface DecoderOptions {
  readonly maxBatch?: number | undefined;
  readonly packed?: boolean | undefined;
  readonly backend: Backend;
}

/** A prompt with its place in the call. */
export interface Asked {
  readonly index: number;
  readonly prompt: readonly number[];
}

/** Caches and compiled steps, and what decodes with them: one call at a time. */
export interface Decoder {
  /**
   * Yields the tokens of each step, returns the completions in the order asked for. Steps run in `lane`, beside those of
   * other decoders; undefined: alone.
   */
  decode(
    asked: readonly Asked[],
    options: SamplingOptions,
    signal: AbortSignal | undefined,
    lane?: number,
  ): AsyncGenerator<DrawnToken[], Completion[]>;
  /** The weights have changed in place. */
  refresh(): void;
  dispose(): void;
}

const mostRows = 128;
const cacheBytes = 512 * 2 ** 20;
/** New tokens of a call from which on packing the weights pays. */
const packingPays = 128;
/** Products of a step (rows · weights) from which on it leaves the event loop: a thread switch costs 0.1 ms. */
const longStep = 1e8;

export function decoder(
  model: { readonly network: Network; readonly weights: Weights },
  { maxBatch, packed: packing, backend }: DecoderOptions,
): Decoder {
  const { network, weights } = model;
  const shape = network.cache;
  const steps = stepsOf(model, backend);
  let decodeCache = newCache(shape, 0);
  let prefillCache = newCache(shape, 0);

  async function* decode(
    asked: readonly Asked[],
    options: SamplingOptions,
    signal: AbortSignal | undefined,
    lane?: number,
  ): AsyncGenerator<DrawnToken[], Completion[]> {
    const { maxNewTokens, seed = 0, streamKey = (index) => [index] } = options;
    const packed = packing ?? maxNewTokens >= packingPays;
    const rows = asked.map(({ index, prompt }): Row => {
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
      if (lane !== undefined) await inLane(lane, () => step.runAsync());
      else if (places.length * weights.flat.length > longStep) await step.runAsync();
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

  return {
    decode,
    refresh: () => steps.forget(({ packed }) => packed),
    dispose: () => steps.forget(() => true),
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
