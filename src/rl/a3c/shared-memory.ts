/** What the threads of A3C have in common. Nothing orders what they write to weights and squares: that is Hogwild. */
export interface Memory {
  readonly weights: SharedArrayBuffer;
  readonly squares: SharedArrayBuffer;
  /** Environment steps of all threads; whether they are to stop. */
  readonly counters: SharedArrayBuffer;
}

/** New memory for these weights. RMSProp's squares begin at 1. */
export function sharedMemory(weights: Float32Array) {
  const shared = viewMemory({
    weights: new SharedArrayBuffer(weights.byteLength),
    squares: new SharedArrayBuffer(weights.byteLength),
    counters: new SharedArrayBuffer(8),
  });
  shared.weights.set(weights);
  shared.squares.fill(1);
  return shared;
}

export function viewMemory(memory: Memory) {
  const counters = new Int32Array(memory.counters);
  return {
    memory,
    weights: new Float32Array(memory.weights),
    squares: new Float32Array(memory.squares),
    steps: () => Atomics.load(counters, 0),
    /** Counts environment steps; says how many there were before. */
    took: (steps: number) => Atomics.add(counters, 0, steps),
    stop: () => Atomics.store(counters, 1, 1),
    isStopped: () => Atomics.load(counters, 1) === 1,
  };
}

/** A thread's own copy, in which it computes a step. */
export function ownCopy(shared: Float32Array, own: Float32Array) {
  const taken = new Float32Array(own.length);
  return {
    take() {
      own.set(shared);
      taken.set(own);
    },
    /** Adds what has changed since, in place, while others do the same. Alone, it leaves the very bits of `own`. */
    giveBack() {
      for (let i = 0; i < own.length; i++) shared[i] = shared[i]! + (own[i]! - taken[i]!);
    },
  };
}
