import { allocate, PlauditError, type Rng } from "../../base/index.ts";
import { mayDraw, type ReplayState } from "./ring.ts";
import { minTree, sumTree } from "./segment-tree.ts";

export interface PrioritizedOptions {
  /** That of the ring whose rows are ranked. */
  readonly capacity: number;
  /** How much priorities count: 0 = uniform. Default 0.6 (proportional, on Atari); Rainbow has 0.5. */
  readonly alpha?: number;
  /** Added to |δ|, so that what is known well is still seen sometimes. Default 10⁻⁶. */
  readonly epsilon?: number;
  /** The largest importance weight is 1 in the whole `buffer` (OpenAI's baselines) or in each `batch`. Default buffer. */
  readonly normalize?: "buffer" | "batch";
}

export interface PrioritizedDraw {
  readonly places: Int32Array;
  /** Importance weights (N P)^−β over their maximum, for the loss. */
  readonly weights: { [i: number]: number };
  /** How much of the bias of sampling is undone: annealed to 1. */
  readonly beta: number;
}

/** Which rows of a ring to learn from: the probability of row i is pᵢ / Σ p with pᵢ = (|δᵢ| + ε)^α. */
export interface Prioritized {
  readonly size: number;
  /** Σ p */
  readonly total: number;
  priority(place: number): number;
  /** A row was written there: it has the largest priority so far, so that it is soon learnt from. */
  add(place: number): void;
  /**
   * What was learnt from now has these TD errors (or, for distributions, cross entropies).
   *
   * @throws PlauditError `non-finite` when one is no number: it would spoil every later draw
   */
  update(places: ArrayLike<number>, errors: ArrayLike<number>): void;
  /** Stratified: place i is drawn from the i-th of equal parts of the total. Throws as `Ring.draw` does. */
  draw(rng: Rng, draw: PrioritizedDraw): void;
  snapshot(): ReplayState;
  restore(state: ReplayState): void;
}

/** Prioritised experience replay, proportional (Schaul et al. 2016, arXiv:1511.05952, algorithm 1 and section 3.3). */
export function prioritized({
  capacity,
  alpha = 0.6,
  epsilon = 1e-6,
  normalize = "buffer",
}: PrioritizedOptions): Prioritized {
  const sums = sumTree(capacity);
  const least = minTree(capacity);
  let size = 0;
  let largest = 1;
  const set = (place: number, priority: number) => {
    sums.set(place, priority);
    least.set(place, priority);
    size = Math.max(size, place + 1);
  };
  return {
    get size() {
      return size;
    },
    get total() {
      return sums.all;
    },
    priority: (place) => sums.get(place),
    add: (place) => set(place, largest),
    update(places, errors) {
      for (let i = 0; i < places.length; i++) {
        // Rounded as a checkpoint stores it, so that going on from one is the same to the bit.
        const priority = Math.fround((Math.abs(errors[i]!) + epsilon) ** alpha);
        if (!Number.isFinite(priority)) {
          throw new PlauditError(`the TD error of row ${places[i]} is ${errors[i]}`, {
            code: "non-finite",
            help: "lower the learning rate, or look at the rewards and observations of the environment",
          });
        }
        set(places[i]!, priority);
        largest = Math.max(largest, priority);
      }
    },
    draw(rng, { places, weights, beta }) {
      const n = places.length;
      mayDraw(n, size, capacity);
      let smallest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < n; i++) {
        const place = sums.find(((i + rng.uniform()) / n) * sums.all);
        places[i] = place;
        smallest = Math.min(smallest, sums.get(place));
      }
      if (normalize === "buffer") smallest = least.all;
      // (N pᵢ/Σp)^−β over the same of the smallest p: N and Σp cancel
      for (let i = 0; i < n; i++) weights[i] = (sums.get(places[i]!) / smallest) ** -beta;
    },
    snapshot() {
      const priorities = allocate("float32", size);
      for (let i = 0; i < size; i++) priorities[i] = sums.get(i);
      return {
        priorities: { dtype: "float32", shape: [size], data: priorities },
        largest: { dtype: "float32", shape: [], data: Float32Array.of(largest) },
      };
    },
    restore(state) {
      for (const [place, priority] of (state.priorities!.data as Float32Array).entries()) set(place, priority);
      largest = (state.largest!.data as Float32Array)[0]!;
    },
  };
}
