/** What the threads of A3C have in common. Nothing orders what they write to weights and squares: that is Hogwild. */
export interface Memory {
  readonly weights: SharedArrayBuffer;
  readonly squares: SharedArrayBuffer;
  /** Environment steps of all threads; whether they are to stop. */
  readonly counters: SharedArrayBuffer;
}

export interface RmspropStep {
  readonly learningRate: number;
  readonly decay: number;
  /** Under the root. */
  readonly epsilon: number;
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
  const weights = new Float32Array(memory.weights);
  const squares = new Float32Array(memory.squares);
  const counters = new Int32Array(memory.counters);
  return {
    ...{ memory, weights, squares },
    steps: () => Atomics.load(counters, 0),
    /** Counts environment steps; says how many there were before. */
    took: (steps: number) => Atomics.add(counters, 0, steps),
    stop: () => Atomics.store(counters, 1, 1),
    isStopped: () => Atomics.load(counters, 1) === 1,
    /** g ← α g + (1 − α) Δθ², θ ← θ − η Δθ / √(g + ε) (Mnih et al. 2016, eq. S2 and S3), in place, while others do the same. */
    descend(gradient: Float32Array, { learningRate, decay, epsilon }: RmspropStep) {
      for (let i = 0; i < weights.length; i++) {
        const slope = gradient[i]!;
        const square = decay * squares[i]! + (1 - decay) * slope * slope;
        squares[i] = square;
        weights[i] = weights[i]! - (learningRate * slope) / Math.sqrt(square + epsilon);
      }
    },
  };
}
