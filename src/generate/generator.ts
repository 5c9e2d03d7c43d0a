/** Ids in, ids out: calls to the decoders in turn, each call's prompts shared among the cores. */
import { UsageError } from "../base/index.ts";
import { type Backend, type Device, lanesFor, onnxRuntime } from "../engine/index.ts";
import type { Network } from "../models/index.ts";
import type { Weights } from "../nn/index.ts";
import { type Asked, type Decoder, decoder } from "./decoder.ts";
import { type Completion, checkRequest, type DrawnToken, type SamplingOptions } from "./options.ts";

export interface GeneratorOptions {
  /** Rows that are decoded at once, by each core where a small network's cores decode apart. Default: as many of 128 as fit into 512 MB of cache. */
  readonly maxBatch?: number;
  /**
   * Packed weights make a step 1.1 to 2.8 times as fast; packing costs what 30 to 150 steps gain by it, and again after
   * each `refresh` and for each batch size. Default: in calls for 128 new tokens or more.
   */
  readonly packed?: boolean;
  /** Default `cpu`. */
  readonly device?: Device | undefined;
  /** In place of ONNX Runtime on `device`. */
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

/** Rows from which on another core is worth its caches and graphs. */
const rowsPerLane = 8;

export function generator(
  model: { readonly network: Network; readonly weights: Weights },
  { maxBatch, packed, device = "cpu", backend }: GeneratorOptions = {},
): Generator {
  if (maxBatch !== undefined && !(Number.isInteger(maxBatch) && maxBatch > 0)) {
    throw new UsageError(`maxBatch must be a positive integer, got ${maxBatch}`);
  }
  const { network, weights } = model;
  const lanes = backend === undefined && device === "cpu" ? lanesFor(weights.flat.length) : 1;
  const runtime = backend ?? onnxRuntime({ device, threads: lanes > 1 ? 1 : undefined });
  const newDecoder = () => decoder(model, { maxBatch, packed, backend: runtime });
  /** One a lane; the first works alone when there is little to do. */
  const first = newDecoder();
  const decoders: Decoder[] = [first];
  let busy: Promise<void> = Promise.resolve();

  async function decodeAll(
    prompts: readonly (readonly number[])[],
    options: SamplingOptions,
    signal: AbortSignal | undefined,
  ): Promise<Completion[]> {
    const wanted = Math.min(lanes, Math.ceil(prompts.length / rowsPerLane));
    const asked = prompts.map((prompt, index) => ({ index, prompt }));
    if (wanted < 2) return lastOf(first.decode(asked, options, signal));
    while (decoders.length < wanted) decoders.push(newDecoder());
    const shares = dealt(asked, wanted);
    // All end before an error is passed on: the next call uses their caches.
    const parts = await Promise.allSettled(
      shares.map((share, lane) => lastOf(decoders[lane]!.decode(share, options, signal, lane))),
    );
    const completions = new Array<Completion>(prompts.length);
    for (const [i, part] of parts.entries()) {
      if (part.status === "rejected") throw part.reason;
      for (const [j, { index }] of shares[i]!.entries()) completions[index] = part.value[j]!;
    }
    return completions;
  }

  /** Calls share caches and graphs: each waits for the one before it. Resolves to what lets the next one in. */
  async function turn(): Promise<() => void> {
    const before = busy;
    let done = () => {};
    busy = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    return done;
  }

  const dispose = () => {
    for (const one of decoders) one.dispose();
  };
  return {
    async generate(prompts, options, signal) {
      const done = await turn();
      try {
        checkRequest(prompts, options, network);
        return await decodeAll(prompts, options, signal);
      } finally {
        done();
      }
    },
    async *stream(prompt, options, signal) {
      const done = await turn();
      try {
        checkRequest([prompt], options, network);
        const tokens = first.decode([{ index: 0, prompt }], options, signal);
        for (;;) {
          const { done: ended, value } = await tokens.next();
          if (ended) return value[0]!;
          yield* value;
        }
      } finally {
        done(); // also when the reader leaves early
      }
    },
    refresh() {
      for (const one of decoders) one.refresh();
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** What a generator returns at its end. */
async function lastOf<R>(steps: AsyncGenerator<unknown, R>): Promise<R> {
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value as R;
  }
}

/** Longest first, in turn to each, so that all have as much to do. */
function dealt(asked: readonly Asked[], parts: number): Asked[][] {
  const sorted = asked.toSorted((a, b) => b.prompt.length - a.prompt.length || a.index - b.index);
  return Array.from({ length: parts }, (_, part) => sorted.filter((_, i) => i % parts === part));
}
