import { allocate, type NDArray, type Rng, type TypedArrayOf, UsageError } from "../../base/index.ts";

/** What one column of a row holds: `width` numbers of a type. */
export interface Column {
  readonly dtype: "float32" | "int32" | "bool";
  readonly width: number;
}

type Memory = TypedArrayOf[Column["dtype"]];

/** Arrays by name, as a checkpoint's safetensors file holds them. */
export type ReplayState = Readonly<Record<string, NDArray>>;

/** The last `capacity` rows, in memory that is taken once. */
export interface Ring<N extends string = string> {
  readonly capacity: number;
  /** How many rows there are. */
  readonly size: number;
  /**
   * Writes a row, over the oldest when there is no room left, and returns its place.
   *
   * @throws UsageError `replay-row` when a column has another width
   */
  add(row: Readonly<Record<N, ArrayLike<number>>>): number;
  /**
   * Fills `places` with places of rows, each as likely as the others, with replacement.
   *
   * @throws UsageError `replay-empty` when there is no row, `replay-batch` when the batch is larger than the capacity
   */
  draw(rng: Rng, places: Int32Array): void;
  /** Copies rows: each column into an array [places.length, width]. Columns without an array are left out. */
  take(places: ArrayLike<number>, into: Readonly<Partial<Record<N, { [i: number]: number }>>>): void;
  /** The rows and where the next one goes. Views: to be written before the next `add`. */
  snapshot(): ReplayState;
  restore(state: ReplayState): void;
}

/** Replay memory (Lin 1992) with the given columns. */
export function ring<N extends string>(capacity: number, columns: Readonly<Record<N, Column>>): Ring<N> {
  const names = Object.keys(columns) as N[];
  const memory = Object.fromEntries(
    names.map((name) => [name, allocate(columns[name].dtype, capacity * columns[name].width)]),
  ) as Record<N, Memory>;
  let size = 0;
  let next = 0;
  return {
    capacity,
    get size() {
      return size;
    },
    add(row) {
      for (const name of names) {
        const { width } = columns[name];
        if (row[name].length !== width) {
          throw new UsageError(
            `the column ${name} of the replay buffer has ${width} numbers a row, got ${row[name].length}`,
            {
              code: "replay-row",
              help: "store what the buffer was made for: the environment's observations and actions, flat",
            },
          );
        }
        memory[name].set(row[name], next * width);
      }
      const place = next;
      next = (next + 1) % capacity;
      size = Math.min(size + 1, capacity);
      return place;
    },
    draw(rng, places) {
      mayDraw(places.length, size, capacity);
      for (let i = 0; i < places.length; i++) places[i] = rng.integer(size);
    },
    take(places, into) {
      for (const name of names) {
        const to = into[name];
        if (to === undefined) continue;
        const { width } = columns[name];
        const from = memory[name];
        for (let row = 0; row < places.length; row++) {
          const [start, at] = [places[row]! * width, row * width];
          for (let j = 0; j < width; j++) to[at + j] = from[start + j]!;
        }
      }
    },
    snapshot: () => ({
      ...Object.fromEntries(
        names.map((name) => {
          const { dtype, width } = columns[name];
          return [`rows/${name}`, { dtype, shape: [size, width], data: memory[name].subarray(0, size * width) }];
        }),
      ),
      position: { dtype: "int32", shape: [2], data: Int32Array.of(size, next) },
    }),
    restore(state) {
      [size, next] = state.position!.data as unknown as [number, number];
      for (const name of names) memory[name].set(state[`rows/${name}`]!.data as Memory);
    },
  };
}

/** Refuses to draw a batch from a buffer that has nothing, or that could never hold so much. */
export function mayDraw(batch: number, size: number, capacity: number): void {
  if (batch > capacity) {
    throw new UsageError(`a batch of ${batch} rows is more than the replay buffer can hold (${capacity})`, {
      code: "replay-batch",
      help: "make the batch smaller or the buffer larger",
    });
  }
  if (size === 0) {
    throw new UsageError("the replay buffer is empty", {
      code: "replay-empty",
      help: "let the agent act before it learns (learningStarts)",
    });
  }
}
