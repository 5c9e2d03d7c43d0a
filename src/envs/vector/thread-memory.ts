/** What the program and its threads of environments have in common: the memory's layout, and the words on it. */
import type { CarriedError } from "../../base/index.ts";
import type { Json } from "../env.ts";
import { batchSpace, emptyBatch, type Room } from "../spaces/batch.ts";
import type { AnyBatch, Space } from "../spaces/space.ts";
import { newRows } from "./answers.ts";
import type { Rows } from "./rows.ts";
import type { Autoreset } from "./vector-env.ts";

/** Where a thread finds the function that makes an environment: in the registry or in a module of one's own. */
export type EnvSource =
  | { readonly id: string; readonly options?: Readonly<Record<string, unknown>> | undefined }
  | {
      /** Address of a module (`new URL("./mine.js", import.meta.url).href`). */
      readonly module: string;
      /** Name of the exported function, default `default`. */
      readonly export?: string | undefined;
      /** Its argument. */
      readonly options?: Readonly<Record<string, unknown>> | undefined;
    };

/** What a thread is begun with. */
export interface ThreadData {
  readonly source: EnvSource;
  readonly autoreset: Autoreset;
  /** Its environments: rows first … first + count − 1 of n. */
  readonly first: number;
  readonly count: number;
  readonly n: number;
  readonly index: number;
  readonly control: Int32Array;
}

/** Sent once, when its environments are made. */
export type Ready =
  | { readonly spaces: readonly [observation: Space, action: Space] }
  | { readonly error: CarriedError };

/** What is asked of a thread by message; a step is asked by `control` alone. */
export type Asked =
  | {
      readonly reset: readonly { readonly i: number; readonly seed?: number | undefined }[];
      readonly options?: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly snapshot: true }
  | { readonly restore: readonly Json[] };

/** What came of it, when there is anything to say. */
export interface Told {
  readonly infos: readonly { readonly i: number; readonly info: object; readonly final?: object | undefined }[];
  readonly snapshot?: readonly Json[] | undefined;
  readonly error?: CarriedError | undefined;
}

/** Values of `control`, one a thread. */
export const word = { rest: 0, step: 1, message: 2, end: 3, told: 4 } as const;

export interface ThreadMemory {
  readonly rows: Rows;
  readonly actions: AnyBatch;
}

/** The arrays of n environments in shared memory, laid out alike in every thread. @throws UsageError `bad-space` */
export function threadMemory(observation: Space, action: Space, n: number, room: Room): ThreadMemory {
  batchSpace(observation, n); // refuses what has no fixed size
  batchSpace(action, n);
  return { rows: newRows(observation, n, room), actions: emptyBatch(action, n, room) };
}

/** Room in one piece of memory, each array at a multiple of 8. */
export function roomIn(buffer: SharedArrayBuffer): Room {
  let used = 0;
  return (bytes) => {
    const at = used;
    used += (bytes + 7) & ~7;
    return { buffer, at };
  };
}

/** How much such arrays need. */
export function bytesNeeded(observation: Space, action: Space, n: number): number {
  let total = 0;
  threadMemory(observation, action, n, (bytes) => {
    total += (bytes + 7) & ~7;
    return { buffer: new ArrayBuffer(bytes), at: 0 };
  });
  return total;
}
