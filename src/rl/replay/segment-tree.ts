/**
 * A complete binary tree over numbers, each node the combination of its two children: one number changed, and the
 * combination of all, in O(log n).
 */
export interface SegmentTree {
  get(i: number): number;
  set(i: number, value: number): void;
  /** Of all numbers. */
  readonly all: number;
}

interface Nodes extends SegmentTree {
  /** Node k has the children 2k and 2k + 1; the root is 1, number i is node leaves + i. */
  readonly nodes: Float64Array;
  readonly leaves: number;
}

function segmentTree(capacity: number, neutral: number, combine: (a: number, b: number) => number): Nodes {
  const leaves = 2 ** Math.ceil(Math.log2(capacity));
  const nodes = new Float64Array(2 * leaves).fill(neutral);
  return {
    nodes,
    leaves,
    get: (i) => nodes[leaves + i]!,
    set(i, value) {
      nodes[leaves + i] = value;
      for (let k = (leaves + i) >> 1; k >= 1; k >>= 1) nodes[k] = combine(nodes[2 * k]!, nodes[2 * k + 1]!);
    },
    get all() {
      return nodes[1]!;
    },
  };
}

/** Least of the numbers; those not set count as infinite. */
export const minTree = (capacity: number): SegmentTree =>
  segmentTree(capacity, Number.POSITIVE_INFINITY, (a, b) => Math.min(a, b));

export interface SumTree extends SegmentTree {
  /** The place where the running sum of the numbers, all ≥ 0, first exceeds `mass`, 0 ≤ mass < all. Never a number that is 0. */
  find(mass: number): number;
}

/** Sum of the numbers; those not set count as 0. */
export function sumTree(capacity: number): SumTree {
  const tree = segmentTree(capacity, 0, (a, b) => a + b);
  const { nodes, leaves } = tree;
  return Object.assign(tree, {
    find(mass: number) {
      let k = 1;
      while (k < leaves) {
        const left = nodes[2 * k]!;
        // A mass that rounding has carried past the last number belongs to that number.
        if (mass < left || nodes[2 * k + 1] === 0) k = 2 * k;
        else {
          mass -= left;
          k = 2 * k + 1;
        }
      }
      return k - leaves;
    },
  });
}
