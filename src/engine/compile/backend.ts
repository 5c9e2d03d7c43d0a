import type { DType, TypedArray } from "../../base/index.ts";
import type { Shape, Tensor } from "../graph/index.ts";

/** Memory bound to one input or output. */
export interface BoundArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** What a backend has to run. */
export interface Program {
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Outputs (keys) that are to stand in the memory of an input (values) after the run. */
  readonly updates: ReadonlyMap<string, string>;
  /** Inputs whose contents will not change any more: a backend may copy and repack them. */
  readonly frozen: ReadonlySet<string>;
  /** Only inputs that the graph uses. */
  readonly inputs: Readonly<Record<string, BoundArray>>;
  /** One array per output; that of an update is the input's own. */
  readonly results: Readonly<Record<string, BoundArray>>;
  /** False forbids updating in place: results are copied over the inputs afterwards (slower; for tests). */
  readonly inPlace: boolean;
}

/** A program tied to its memory: each run reads the inputs and writes the results. */
export interface Prepared {
  run(): void;
  /** The same off the event loop. The memory is not to be touched until it is done. */
  runAsync(): Promise<void>;
  /** The same program over other memory (of the same shapes); frozen inputs stay as they were. */
  over(inputs: Program["inputs"], results: Program["results"]): Prepared;
  dispose(): void;
}

/** Something that can run graphs. The interpreter and ONNX Runtime are the two there are. */
export interface Backend {
  readonly name: string;
  prepare(program: Program): Prepared;
}
