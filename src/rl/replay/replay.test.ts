import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { type Assembled, nStep, prioritized, ring, type Transition } from "./index.ts";
import { minTree, sumTree } from "./segment-tree.ts";

const columns = {
  observation: { dtype: "float32", width: 2 },
  action: { dtype: "int32", width: 1 },
  done: { dtype: "bool", width: 1 },
} as const;
const row = (i: number) => ({ observation: [i, i + 0.5], action: [i], done: [i % 2] });
const filled = (capacity: number, rows: number) => {
  const memory = ring(capacity, columns);
  for (let i = 0; i < rows; i++) memory.add(row(i));
  return memory;
};
const taken = (memory: ReturnType<typeof filled>, places: number[]) => {
  const into = { observation: new Float32Array(2 * places.length), action: new Int32Array(places.length) };
  memory.take(places, into);
  return { observation: [...into.observation], action: [...into.action] };
};

describe("ring", () => {
  it("writes over the oldest row when it is full", () => {
    const memory = filled(3, 5);
    expect(memory.size).toBe(3);
    expect(taken(memory, [0, 1, 2])).toEqual({ observation: [3, 3.5, 4, 4.5, 2, 2.5], action: [3, 4, 2] });
  });

  it("draws every row equally often", () => {
    const memory = filled(8, 5);
    const counts = Array(5).fill(0);
    const places = new Int32Array(8);
    const rng = stream(1, "draw");
    for (let i = 0; i < 2500; i++) {
      memory.draw(rng, places);
      for (const place of places) counts[place]++;
    }
    expect(counts.map((n) => n / 20_000)).toBeCloseToAll(Array(5).fill(0.2), 0.01);
  });

  it("goes on from its snapshot as if nothing had happened", () => {
    for (const rows of [2, 5]) {
      const before = filled(3, rows);
      const after = ring(3, columns);
      after.restore(structuredClone(before.snapshot()));
      for (const memory of [before, after]) memory.add(row(9));
      expect(after.snapshot()).toEqual(before.snapshot());
      expect(after.size).toBe(3);
    }
  });

  it("refuses to draw from nothing, to draw more than it can hold, and rows of another width", () => {
    expect(() => filled(3, 0).draw(stream(1), new Int32Array(1))).toThrow(/the replay buffer is empty/);
    expect(() => filled(3, 3).draw(stream(1), new Int32Array(4))).toThrow(/a batch of 4 rows is more .* \(3\)/);
    const memory = filled(3, 1);
    expect(() => memory.add({ ...row(1), action: [1, 2] })).toThrow(/the column action .* 1 numbers a row, got 2/);
    expect(memory.size).toBe(1);
  });
});

describe("n-step transitions", () => {
  const shape = { observation: { dtype: "float32", width: 1 }, action: { dtype: "int32", width: 1 } } as const;
  type Plain = { readonly [K in keyof Assembled]: number };
  const plain = (row: Assembled): Plain => ({
    observation: row.observation[0]!,
    action: row.action[0]!,
    reward: row.reward[0]!,
    nextObservation: row.nextObservation[0]!,
    discount: row.discount[0]!,
  });
  const step = (i: number, reward: number, end: "terminated" | "truncated" | "none"): Transition => ({
    observation: [i],
    action: [i],
    reward,
    nextObservation: [i + 0.5],
    terminated: end === "terminated",
    truncated: end === "truncated",
  });
  const ends = fc.constantFrom("none", "none", "none", "terminated", "truncated" as const);

  it("are those that looking ahead from each step finds, in each environment", () => {
    const episode = fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), ends), { maxLength: 12 });
    fc.assert(
      fc.property(episode, fc.integer({ min: 1, max: 4 }), (steps, n) => {
        const transitions = steps.map(([reward, end], i) => step(i, reward, end));
        const wanted = transitions.flatMap((_, start): Plain[] => {
          let reward = 0;
          for (let k = 0; start + k < transitions.length; k++) {
            const { terminated, truncated, ...last } = transitions[start + k]!;
            reward += 0.5 ** k * last.reward;
            if (!terminated && !truncated && k < n - 1) continue;
            const discount = terminated ? 0 : 0.5 ** (k + 1);
            const nextObservation = last.nextObservation[0]!;
            return [{ observation: start, action: start, reward, nextObservation, discount }];
          }
          return []; // the rest of its steps are still to come
        });
        const rows: Plain[] = [];
        const assembler = nStep({ n, gamma: 0.5, numEnvs: 2, ...shape });
        for (const transition of transitions) {
          assembler.push(1, transition, (row) => rows.push(plain(row)));
          assembler.push(0, step(99, 99, "none"), () => {}); // the neighbour goes on without an end
        }
        const order = (a: Plain, b: Plain) => a.observation - b.observation;
        expect(rows.sort(order)).toEqual(wanted);
      }),
    );
  });

  it("go on from a snapshot in the middle of an episode", () => {
    const make = () => nStep({ n: 3, gamma: 0.9, numEnvs: 1, ...shape });
    const [before, after] = [make(), make()];
    for (let i = 0; i < 5; i++) before.push(0, step(i, i, "none"), () => {});
    after.restore(structuredClone(before.snapshot()));
    const [a, b]: [Plain[], Plain[]] = [[], []];
    before.push(0, step(5, 1, "truncated"), (row) => a.push(plain(row)));
    after.push(0, step(5, 1, "truncated"), (row) => b.push(plain(row)));
    expect(a.map(({ observation }) => observation)).toEqual([3, 4, 5]);
    expect(b).toEqual(a);
  });
});

describe("trees", () => {
  const priorities = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 9, noNaN: true })), {
    minLength: 1,
    maxLength: 11,
  });

  it("have the sum and the least of what was set, and find where a mass falls", () => {
    fc.assert(
      fc.property(priorities, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (p, share) => {
        fc.pre(p.some((x) => x > 0));
        const [sums, least] = [sumTree(p.length), minTree(p.length)];
        for (const [i, x] of [...p.entries(), ...p.entries()]) {
          sums.set(i, x);
          least.set(i, x);
        }
        const total = p.reduce((a, b) => a + b, 0);
        expect(sums.all).toBeCloseTo(total, 9);
        expect(least.all).toBe(Math.min(...p));
        const found = sums.find(share * sums.all);
        const before = p.slice(0, found).reduce((a, b) => a + b, 0);
        expect(p[found]).toBeGreaterThan(0);
        expect(before).toBeLessThanOrEqual(share * total + 1e-9);
        expect(before + p[found]!).toBeGreaterThanOrEqual(share * total - 1e-9);
      }),
    );
  });

  it("give a mass that rounding carried past the end to the last number", () => {
    const sums = sumTree(8);
    for (const i of [0, 1, 2]) sums.set(i, 0.1);
    expect(sums.find(sums.all)).toBe(2);
  });
});

describe("prioritised replay", () => {
  const made = (options: Partial<Parameters<typeof prioritized>[0]> = {}) => {
    const ranks = prioritized({ capacity: 5, alpha: 0.7, epsilon: 0.01, ...options });
    for (let i = 0; i < 4; i++) ranks.add(i);
    ranks.update([0, 1, 2, 3], [0.5, -2, 0, 1]);
    return ranks;
  };
  const priorities = [0.51, 2.01, 0.01, 1.01].map((x) => x ** 0.7);
  const total = priorities.reduce((a, b) => a + b);

  it("draws rows as often as their priorities say", () => {
    const ranks = made();
    const counts = Array(4).fill(0);
    const rng = stream(3, "prioritised");
    const draw = { places: new Int32Array(4), weights: new Float32Array(4), beta: 0 };
    for (let i = 0; i < 5000; i++) {
      ranks.draw(rng, draw);
      for (const place of draw.places) counts[place]++;
    }
    expect(counts.map((n) => n / 20_000)).toBeCloseToAll(
      priorities.map((p) => p / total),
      0.01,
    );
  });

  it("weighs by (N P)^−β over the largest of the buffer or of the batch", () => {
    for (const normalize of ["buffer", "batch"] as const) {
      const draw = { places: new Int32Array(2), weights: new Float64Array(2), beta: 0.4 };
      made({ normalize }).draw(stream(4, "weights"), draw);
      const raw = priorities.map((p) => ((4 * p) / total) ** -0.4);
      const largest = Math.max(...(normalize === "buffer" ? raw : [...draw.places].map((i) => raw[i]!)));
      expect([...draw.weights]).toBeCloseToAll(
        [...draw.places].map((i) => raw[i]! / largest),
        1e-6,
      );
    }
  });

  it("gives new rows the largest priority so far", () => {
    const ranks = made();
    ranks.add(4);
    expect(ranks.priority(4)).toBe(ranks.priority(1));
    ranks.update([1], [0]);
    ranks.add(0);
    expect(ranks.priority(0)).toBe(ranks.priority(4));
  });

  it("goes on from its snapshot to the bit", () => {
    const before = made();
    const after = prioritized({ capacity: 5, alpha: 0.7, epsilon: 0.01 });
    after.restore(structuredClone(before.snapshot()));
    const drawn = [before, after].map((ranks) => {
      ranks.add(4);
      const draw = { places: new Int32Array(5), weights: new Float64Array(5), beta: 0.5 };
      ranks.draw(stream(5, "resumed"), draw);
      return [...draw.places, ...draw.weights, ranks.total];
    });
    expect(drawn[1]).toEqual(drawn[0]);
  });

  it("refuses an error that is no number, and to draw from nothing", () => {
    const ranks = made();
    expect(() => ranks.update([2], [Number.NaN])).toThrow(/the TD error of row 2 is NaN/);
    expect(ranks.total).toBeCloseTo(total, 5);
    const draw = { places: new Int32Array(1), weights: new Float32Array(1), beta: 1 };
    expect(() => prioritized({ capacity: 2 }).draw(stream(1), draw)).toThrow(/the replay buffer is empty/);
  });
});
