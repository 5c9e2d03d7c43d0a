import { allocate, type TypedArray } from "../base/index.ts";
import { compile, type Executable, type Specs, type Tensor, threads } from "../engine/index.ts";

/** Elements an elementwise pass works on at a time: its temporaries stay in a core's cache (docs/log.md). */
const chunkSize = 1 << 17;

/** So few are done sooner by this thread than sent to others, which would have to fetch the memory first (docs/log.md). */
const fewChunks = 16;

export interface Range {
  readonly start: number;
  readonly end: number;
}

export function chunked({ start, end }: Range): Range[] {
  const chunks: Range[] = [];
  for (let at = start; at < end; at += chunkSize) chunks.push({ start: at, end: Math.min(at + chunkSize, end) });
  return chunks;
}

/** An elementwise graph over flat arrays, compiled once per chunk length and bound to every chunk. */
export interface Pass {
  run(): Promise<void>;
  /** Per chunk, the value of an output that is not written back. */
  outputs(name: string): Float32Array[];
  dispose(): void;
}

export interface PassOptions {
  /** Long arrays of equal length, by input name. */
  readonly arrays: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  /** One number each, shared by all chunks: write into the array before `run`. */
  readonly scalars: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly ranges: readonly Range[];
  /** Output name → input name. */
  readonly update?: Readonly<Record<string, string>>;
}

export function pass(
  fn: (x: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  { arrays, scalars, ranges, update = {} }: PassOptions,
): Pass {
  const compiled = new Map<number, Executable<Specs, string>>();
  const executables = ranges.flatMap(chunked).map(({ start, end }) => {
    const buffers: Record<string, TypedArray> = { ...scalars };
    for (const [name, array] of Object.entries(arrays)) buffers[name] = array.subarray(start, end);
    const known = compiled.get(end - start);
    if (known !== undefined) return known.over(buffers);
    const specs: Record<string, readonly number[]> = {};
    for (const name of Object.keys(arrays)) specs[name] = [end - start];
    for (const name of Object.keys(scalars)) specs[name] = [];
    const made: Executable<Specs, string> = compile(fn, specs, { buffers, update, threads: 1 });
    compiled.set(end - start, made);
    return made;
  });
  return {
    async run() {
      if (executables.length <= fewChunks) {
        for (const executable of executables) executable.run();
        return;
      }
      // One lane a core: chunks are too small to be shared by several.
      const lanes = threads();
      await Promise.all(
        Array.from({ length: lanes }, async (_, lane) => {
          for (let i = lane; i < executables.length; i += lanes) await executables[i]!.runAsync();
        }),
      );
    },
    outputs: (name) => executables.map((executable) => executable.float(name)),
    dispose: () => {
      for (const executable of executables) executable.dispose();
    },
  };
}

export const scalar = (value = 0): Float32Array<ArrayBuffer> => {
  const array = allocate("float32", 1);
  array[0] = value;
  return array;
};
