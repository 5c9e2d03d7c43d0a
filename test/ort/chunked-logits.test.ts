import { expect, it } from "vitest";
import { pretrain, sft } from "../../src/align/index.ts";
import { stream } from "../../src/base/index.ts";
import { tinyModel } from "../e2e/tiny.ts";

/** The losses and gradient norms of a run, step by step. */
async function losses(run: AsyncIterable<{ metrics: Readonly<Record<string, number>> }>): Promise<number[][]> {
  const steps: number[][] = [];
  for await (const { metrics } of run) steps.push([metrics.loss!, metrics.mean_token_accuracy!, metrics.grad_norm!]);
  return steps;
}

const ids = (n: number, key: string) => {
  const rng = stream(1, key);
  return Int32Array.from({ length: n }, () => rng.integer(200));
};

it("pretraining with the logits of few tokens at a time takes the same steps", async () => {
  const run = (more: { chunkedLogits?: number }) =>
    losses(
      pretrain({ model: tinyModel({ context: 24 }), train: ids(600, "text"), batchSize: 4, maxSteps: 4, ...more }),
    );
  expect(await run({ chunkedLogits: 40 })).toBeCloseToAll(await run({}), { atol: 1e-5, rtol: 1e-4 });
});

it("fine-tuning too, of conversations of several lengths", async () => {
  const data = [5, 9, 17, 12, 30, 8].map((n, i) => ({
    ids: ids(n, `row ${i}`),
    mask: Uint8Array.from({ length: n }, (_, t) => Number(t > 3)),
  }));
  const run = (more: { chunkedLogits?: number }) =>
    losses(sft({ model: tinyModel(), data, batchSize: 3, maxSteps: 4, learningRate: 1e-3, ...more }));
  expect(await run({ chunkedLogits: 16 })).toBeCloseToAll(await run({}), { atol: 1e-5, rtol: 1e-4 });
});
