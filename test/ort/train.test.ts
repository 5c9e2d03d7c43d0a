import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/index.ts";
import {
  add,
  crossEntropy,
  gather,
  logSoftmax,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
} from "../../src/engine/index.ts";
import { copyModel, type GptConfig, type Model, newModel } from "../../src/models/index.ts";
import { adamw, sgd } from "../../src/optim/index.ts";
import {
  type Batch,
  evaluator,
  type HeadedLoss,
  headInChunks,
  type Learner,
  type Loss,
  learner,
  ndarray,
} from "../../src/train/index.ts";

const small: GptConfig = {
  ...{ architecture: "gpt2", vocabSize: 40, context: 24, layers: 2, heads: 2, dim: 16, feedForward: 64 },
  ...{ epsilon: 1e-5, initializerRange: 0.3, window: 0 },
  ...{ residualDropout: 0, attentionDropout: 0, embeddingDropout: 0 },
};
const withDropout = { ...small, residualDropout: 0.2, attentionDropout: 0.1, embeddingDropout: 0.15 };

/** Σ w·(−log p) with weights that make it the mean over all `total` tokens of a step. */
const languageModel =
  ({ network }: Model): Loss =>
  (params, { ids, targets, weights }, dropout) => {
    const each = crossEntropy(network.logits(params, network.hidden(params, ids!, dropout)), targets!);
    return { loss: sum(mul(each, weights!)), each };
  };

/** Rows `from` … `to` of random tokens, each row from its own stream. */
function tokens({ from, to, T, total }: { from: number; to: number; T: number; total: number }): Batch {
  const rows = Array.from({ length: to - from }, (_, r) => {
    const rng = stream(3, "tokens", from + r);
    return Array.from({ length: T + 1 }, () => rng.integer(small.vocabSize));
  });
  const B = rows.length;
  return {
    ids: ndarray(
      "int32",
      [B, T],
      rows.flatMap((row) => row.slice(0, -1)),
    ),
    targets: ndarray(
      "int32",
      [B * T],
      rows.flatMap((row) => row.slice(1)),
    ),
    weights: ndarray("float32", [B * T], new Float32Array(B * T).fill(1 / (total * T))),
  };
}

/** The gradient of the micro-batches [from, to): what one step of plain descent with rate 1 subtracts. */
async function gradientOf(
  config: GptConfig,
  parts: readonly (readonly [from: number, to: number])[],
): Promise<Float64Array> {
  const model = newModel(config, 1);
  const before = Float64Array.from(model.weights.flat);
  using trained = disposable(learner({ weights: model.weights, optimizer: sgd(), seed: 9 }));
  const loss = languageModel(model);
  for (const [from, to] of parts)
    await trained.it.forwardBackward(loss, tokens({ from, to, T: 12, total: 6 }), { firstRow: from });
  await trained.it.optimStep({ learningRate: 1 });
  return before.map((w, i) => w - model.weights.flat[i]!);
}
const disposable = <T extends { dispose(): void }>(it: T) => ({ it, [Symbol.dispose]: () => it.dispose() });

const partitions = [
  [
    [0, 3],
    [3, 6],
  ],
  [
    [0, 2],
    [2, 4],
    [4, 6],
  ],
  [
    [0, 5],
    [5, 6],
  ],
] as const;

describe("gradients gathered over micro-batches equal the whole batch's", () => {
  it.each(partitions.map((parts) => ({ parts })))("$parts", async ({ parts }) => {
    expect(await gradientOf(small, parts)).toBeCloseToAll(await gradientOf(small, [[0, 6]]), 1e-6);
  });

  it.each(partitions.map((parts) => ({ parts })))("$parts with dropout: masks belong to rows", async ({ parts }) => {
    const whole = await gradientOf(withDropout, [[0, 6]]);
    expect(await gradientOf(withDropout, parts)).toBeCloseToAll(whole, 1e-6);
    expect(whole).not.toBeCloseToAll(await gradientOf(small, [[0, 6]]), 1e-3);
  });
});

/** Trains `from` … `to` (exclusive) steps of two micro-batches each, with shapes that change. */
async function train(model: Model, it: Learner, from: number, to: number): Promise<number[]> {
  const loss = languageModel(model);
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const T = step % 2 === 0 ? 12 : 8;
    const batches = [
      tokens({ from: step, to: step + 2, T, total: 3 }),
      tokens({ from: step + 2, to: step + 3, T, total: 3 }),
    ];
    for (const [i, batch] of batches.entries()) {
      const outputs = await it.forwardBackward(loss, batch, { firstRow: 2 * i });
      losses.push(outputs.loss![0]!);
    }
    losses.push(await it.optimStep({ learningRate: 1e-2, weightDecay: 0.1, maxGradNorm: 1 }));
  }
  return losses;
}
const started = (model: Model) => disposable(learner({ weights: model.weights, optimizer: adamw(), seed: 4 }));

describe("training repeats to the last bit", () => {
  it("whether micro-batches are waited for or given at once", async () => {
    const gradients = await Promise.all(
      [true, false].map(async (oneByOne) => {
        const model = newModel(withDropout, 1);
        using l = disposable(learner({ weights: model.weights, optimizer: sgd(), seed: 9 }));
        const loss = languageModel(model);
        const running: Promise<number>[] = [];
        for (const from of [0, 1, 2, 3, 4]) {
          const batch = tokens({ from, to: from + 1, T: 12, total: 5 });
          const outputs = l.it.forwardBackward(loss, batch, { firstRow: from });
          running.push(outputs.then(({ loss }) => loss![0]!));
          if (oneByOne) await outputs;
        }
        const losses = await Promise.all(running);
        await l.it.optimStep({ learningRate: 1 });
        return { losses, weights: model.weights.flat };
      }),
    );
    expect(gradients[1]).toEqual(gradients[0]);
    expect(new Set(gradients[0]!.losses).size).toBe(5); // each call's outputs are its own
  });

  it("in two runs", async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const model = newModel(withDropout, 1);
        using l = started(model);
        return { losses: await train(model, l.it, 0, 5), weights: model.weights.flat };
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0]!.losses.at(-2)).toBeLessThan(runs[0]!.losses[1]!);
  });

  it("when it is stopped, saved and restored in a new learner", async () => {
    const unbroken = newModel(withDropout, 1);
    using whole = started(unbroken);
    const losses = await train(unbroken, whole.it, 0, 6);

    const first = newModel(withDropout, 1);
    using early = started(first);
    const before = await train(first, early.it, 0, 3);
    const second = copyModel(first);
    const saved = structuredClone(early.it.state);
    await train(first, early.it, 3, 4); // what happens after the copy does not matter
    using late = started(second);
    late.it.restore(saved);
    expect(late.it.step).toBe(3);
    expect([...before, ...(await train(second, late.it, 3, 6))]).toEqual(losses);
    expect(second.weights.flat).toEqual(unbroken.weights.flat);
    expect(late.it.state).toEqual(whole.it.state);
  });

  it("while more shapes pass through than graphs are kept", async () => {
    const [plain, busy] = [newModel(small, 1), newModel(small, 1)];
    using a = started(plain);
    using b = started(busy);
    const loss = languageModel(busy);
    const first = await train(plain, a.it, 0, 2);
    expect(await train(busy, b.it, 0, 2)).toEqual(first);
    for (let T = 1; T <= 24; T++)
      for (const rows of [1, 2]) await b.it.forward(loss, tokens({ from: 0, to: rows, T, total: rows }));
    expect(await train(busy, b.it, 2, 4)).toEqual(await train(plain, a.it, 2, 4));
    expect(busy.weights.flat).toEqual(plain.weights.flat);
  });
});

describe("a step that cannot be taken", () => {
  it("is refused before any gradient, and when the saved state is another model's", async () => {
    using l = started(newModel(small, 1));
    await expect(l.it.optimStep({ learningRate: 1 })).rejects.toThrow(/before any forwardBackward/);
    using other = started(newModel({ ...small, layers: 1 }, 1));
    expect(() => l.it.restore(other.it.state)).toThrow(expect.objectContaining({ code: "misshapen-tensor" }));
  });

  it("leaves weights and optimizer as they are when the gradient is not finite", async () => {
    const model = newModel(small, 1);
    using l = started(model);
    await train(model, l.it, 0, 1);
    const [weights, state] = [model.weights.flat.slice(), structuredClone(l.it.state)];
    const batch = tokens({ from: 0, to: 1, T: 8, total: 1 });
    (batch.weights!.data as Float32Array)[3] = Number.NaN;
    await l.it.forwardBackward(languageModel(model), batch);
    await expect(l.it.optimStep({ learningRate: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "non-finite", message: "the gradient of step 2 is not finite" }),
    );
    expect(model.weights.flat).toEqual(weights);
    expect(l.it.state).toEqual(state);
  });
});

/** log π of chosen tokens as PPO takes it, without dropout whatever the network's rates, and a loss over it. */
const policy =
  ({ network }: Model): Loss =>
  (params, { ids, targets, weights }) => {
    const states = network.hidden(params, ids!);
    const picked = gather(states, targets!); // some of the hidden states, as a completion's
    const logits = network.logits(params, picked);
    const chosen = reshape(takeAlongAxis(logSoftmax(logits), reshape(targets!, [-1, 1])), [-1]);
    const each: Tensor = crossEntropy(logits, targets!);
    return { loss: sum(mul(add(sub(each, chosen), mul(chosen, chosen)), weights!)), each, chosen };
  };

describe("the forward pass of training equals evaluation bit for bit: PPO's first ratio is exactly 1", () => {
  const architectures = [
    { ...withDropout, architecture: "gpt1" },
    { ...withDropout, architecture: "gpt2" },
    { ...withDropout, architecture: "gpt3", window: 4 },
    { ...small, dim: 24, heads: 3, feedForward: 50 },
  ] as const satisfies readonly GptConfig[];
  const shapes = [
    [1, 1],
    [1, 8],
    [2, 12],
    [3, 24],
    [5, 16],
  ] as const;

  const wide: GptConfig = { ...small, vocabSize: 1000, context: 96, dim: 128, heads: 4, feedForward: 512 };
  const cases = [
    ...architectures.flatMap((config) => shapes.map(([B, T]) => ({ config: config as GptConfig, B, T }))),
    { config: wide, B: 12, T: 96 },
    { config: wide, B: 32, T: 40 },
  ];

  it.each(cases)("$config.architecture, $config.dim wide, [$B, $T]", async ({ config, B, T }) => {
    const model = newModel(config, 1);
    const loss = policy(model);
    const batch = tokens({ from: 0, to: B, T, total: B });
    for (let i = 0; i < B * T; i++) (batch.targets!.data as Int32Array)[i]! %= B * T;
    using l = started(model);
    using apart = disposable(evaluator(model.weights));
    const keep = async (outputs: Promise<Readonly<Record<string, Float32Array>>>) => structuredClone(await outputs);
    const evaluated = await keep(apart.it.forward(loss, batch));
    const first = await keep(l.it.forwardBackward(loss, batch));
    const accumulated = await keep(l.it.forwardBackward(loss, batch));
    for (const name of ["loss", "each", "chosen"]) {
      expect(first[name], name).toEqual(evaluated[name]);
      expect(accumulated[name], name).toEqual(evaluated[name]);
    }
    expect(await keep(l.it.forward(loss, batch))).toEqual(evaluated);
  });
});

describe("the head in chunks of tokens gives the whole loss", () => {
  /** Loss, hits and gradient of six rows in micro-batches of two. */
  async function step(config: GptConfig, chunk?: number) {
    const model = newModel(config, 1);
    const before = Float64Array.from(model.weights.flat);
    using l = disposable(learner({ weights: model.weights, optimizer: sgd(), seed: 9 }));
    const { network } = model;
    const parts: HeadedLoss = {
      body: (params, { ids }, dropout) => network.hidden(params, ids!, dropout),
      head(params, { hidden, targets, weights }) {
        const each = crossEntropy(network.logits(params, hidden), targets!);
        return { loss: sum(mul(each, weights!)), weight: sum(weights!) };
      },
      perToken: ["targets", "weights"],
    };
    const whole: Loss = (params, batch, dropout) =>
      parts.head(params, { ...batch, hidden: parts.body(params, batch, dropout) });
    const inChunks = headInChunks(parts, chunk ?? 1);
    const totals = { loss: 0, weight: 0 };
    for (let from = 0; from < 6; from += 2) {
      const batch = tokens({ from, to: from + 2, T: 12, total: 6 });
      const outputs = await (chunk === undefined
        ? l.it.forwardBackward(whole, batch, { firstRow: from })
        : inChunks(l.it, batch, { firstRow: from }));
      totals.loss += outputs.loss![0]!;
      totals.weight += outputs.weight![0]!;
    }
    await l.it.optimStep({ learningRate: 1 });
    return { ...totals, gradient: before.map((w, i) => w - model.weights.flat[i]!) };
  }

  it.each([1, 7, 8, 24, 100])("in chunks of %i, with dropout", async (chunk) => {
    const [whole, chunked] = [await step(withDropout), await step(withDropout, chunk)];
    expect(chunked.loss).toBeCloseTo(whole.loss, 5);
    expect(chunked.weight).toBeCloseTo(1, 5);
    expect(chunked.gradient).toBeCloseToAll(whole.gradient, 1e-6);
  });
});
