import { allocate, type TypedArray } from "../base/index.ts";
import { compile, type Executable, type Specs, sideBySide, type Tensor, threads } from "../engine/index.ts";

/** Elements an elementwise pass works on at a time: arrays and temporaries stay in a core's cache (docs/log.md). */
const pieceSize = 1 << 16;

/** Pieces that one call goes through at most: calls cost time, long graphs memory. */
const mostPieces = 16;

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Parts of so many elements; the last one may have fewer. */
function split({ start, end }: Range, size: number): Range[] {
  const parts: Range[] = [];
  for (let at = start; at < end; at += size) parts.push({ start: at, end: Math.min(at + size, end) });
  return parts;
}

/** An elementwise graph over flat arrays, piece by piece. */
export interface Pass {
  run(): Promise<void>;
  /** Per piece, the value of an output that is not written back. */
  outputs(name: string): Float32Array[];
  dispose(): void;
}

export interface PassOptions {
  /** Long arrays of equal length, by input name. */
  readonly arrays: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  /** One number each, shared by all pieces: write into the array before `run`. */
  readonly scalars: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly range: Range;
  /** Output name → input name. */
  readonly update?: Readonly<Record<string, string>>;
}

type Tensors = Readonly<Record<string, Tensor>>;

export function pass(fn: (x: Tensors) => Tensors, { arrays, scalars, range, update = {} }: PassOptions): Pass {
  // Each core takes its share in as few calls as may be.
  const share = Math.ceil((range.end - range.start) / pieceSize / threads());
  const callSize = pieceSize * Math.min(mostPieces, Math.max(1, share));
  const compiled = new Map<number, Executable<Specs, string>>();
  const calls = split(range, callSize).map((call) => {
    const pieces = split(call, pieceSize);
    const buffers: Record<string, TypedArray> = { ...scalars };
    for (const [i, { start, end }] of pieces.entries()) {
      for (const [name, array] of Object.entries(arrays)) buffers[nameOf(name, i)] = array.subarray(start, end);
    }
    const known = compiled.get(call.end - call.start);
    const executable = known?.over(buffers) ?? compilePieces(fn, pieces, { arrays, scalars, update, buffers });
    if (known === undefined) compiled.set(call.end - call.start, executable);
    return { executable, pieces };
  });
  return {
    async run() {
      // A single call is done sooner by this thread than handed to another.
      if (calls.length === 1) calls[0]!.executable.run();
      else await sideBySide({ lanes: threads() }, calls, ({ executable }) => executable.runAsync());
    },
    outputs: (name) =>
      calls.flatMap(({ executable, pieces }) => pieces.map((_, i) => executable.float(nameOf(name, i)))),
    dispose: () => {
      for (const { executable } of calls) executable.dispose();
    },
  };
}

const nameOf = (name: string, piece: number) => `${name} ${piece}`;

/** `fn` of one piece after the other, in one graph for one core. */
function compilePieces(
  fn: (x: Tensors) => Tensors,
  pieces: readonly Range[],
  {
    arrays,
    scalars,
    update,
    buffers,
  }: Required<Omit<PassOptions, "range">> & { readonly buffers: Record<string, TypedArray> },
): Executable<Specs, string> {
  const specs: Record<string, readonly number[]> = {};
  for (const [name, { length }] of Object.entries(buffers)) specs[name] = Object.hasOwn(scalars, name) ? [] : [length];
  const ofPieces = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(pieces.flatMap((_, i) => Object.entries(names).map(([a, b]) => [nameOf(a, i), nameOf(b, i)])));
  const all = (x: Tensors): Tensors => {
    const outputs: Record<string, Tensor> = {};
    for (const i of pieces.keys()) {
      const mine: Record<string, Tensor> = {};
      for (const name of Object.keys(arrays)) mine[name] = x[nameOf(name, i)]!;
      for (const name of Object.keys(scalars)) mine[name] = x[name]!;
      for (const [name, value] of Object.entries(fn(mine))) outputs[nameOf(name, i)] = value;
    }
    return outputs;
  };
  return compile(all, specs, { buffers, update: ofPieces(update), threads: 1 });
}

export const scalar = (value = 0): Float32Array<ArrayBuffer> => {
  const array = allocate("float32", 1);
  array[0] = value;
  return array;
};
