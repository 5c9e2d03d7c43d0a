/** What an off-policy learner remembers: steps put together to n-step transitions, kept in a ring, drawn alike or by rank. */
import type { NDArray, Rng } from "../../base/index.ts";
import { type Assembled, type Column, nStep, prioritized, ring, type Transition } from "../replay/index.ts";

export interface ExperienceOptions {
  readonly capacity: number;
  readonly batchSize: number;
  readonly n: number;
  readonly gamma: number;
  readonly numEnvs: number;
  readonly observation: Column;
  readonly action: Column;
  /** Draws by TD error with this α (Schaul et al. 2016); absent: all alike. */
  readonly alpha?: number | undefined;
}

/** Where a batch is written to: inputs of a graph. */
export interface Batch {
  readonly observation: Float32Array;
  readonly nextObservation: Float32Array;
  readonly reward: Float32Array;
  readonly discount: Float32Array;
  /** Left out where nobody asks. */
  readonly action?: Float32Array | Int32Array;
  /** Where rows are drawn by rank. */
  readonly weight?: Float32Array;
}

export interface Experience {
  readonly size: number;
  add(env: number, step: Transition): void;
  /** @param beta how far importance weights undo that the drawing was by rank */
  draw(rng: Rng, into: Batch, beta: number): void;
  /** The TD errors of the batch that was drawn last. */
  rank(errors: ArrayLike<number>): void;
  /** Views: to be written before the next `add`. */
  snapshot(): ReadonlyMap<string, NDArray>;
  restore(saved: ReadonlyMap<string, NDArray>): void;
}

export function experience(options: ExperienceOptions): Experience {
  const { capacity, batchSize, observation, action, alpha } = options;
  const one: Column = { dtype: "float32", width: 1 };
  const columns = { observation, action, reward: one, nextObservation: observation, discount: one };
  const rows = ring<keyof Assembled>(capacity, columns);
  const ranks = alpha === undefined ? undefined : prioritized({ capacity, alpha, normalize: "batch" });
  const steps = nStep(options);
  const places = new Int32Array(batchSize);
  const keep = (row: Assembled) => {
    const place = rows.add(row as Readonly<Record<keyof Assembled, ArrayLike<number>>>);
    ranks?.add(place);
  };
  const parts = { rows, steps, ...(ranks && { ranks }) };
  return {
    get size() {
      return rows.size;
    },
    add: (env, step) => steps.push(env, step, keep),
    draw(rng, into, beta) {
      if (ranks) ranks.draw(rng, { places, weights: into.weight!, beta });
      else rows.draw(rng, places);
      rows.take(places, into);
    },
    rank: (errors) => ranks?.update(places, errors),
    snapshot: () =>
      new Map(
        Object.entries(parts).flatMap(([part, { snapshot }]) =>
          Object.entries(snapshot()).map(([name, array]) => [`${part}.${name}`, array] as const),
        ),
      ),
    restore(saved) {
      for (const [part, { restore }] of Object.entries(parts)) {
        const own = [...saved].filter(([name]) => name.startsWith(`${part}.`));
        restore(Object.fromEntries(own.map(([name, array]) => [name.slice(part.length + 1), array])));
      }
    },
  };
}
