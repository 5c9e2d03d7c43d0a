import { describe, expect, it } from "vitest";
import { tinyModel } from "../../test/e2e/tiny.ts";
import type { Checkpoint } from "../run/index.ts";
import { type ClassificationOptions, classify } from "./classification.ts";
import type { ClassifiedRow } from "./classifier-passes.ts";

const context = 12;
/** The class is whether token 40 stands among others. */
const rows = (S: number): ClassifiedRow[] =>
  Array.from({ length: 24 }, (_, i) => ({
    sequences: Array.from({ length: S }, (_, s) => [1, 30 + (i % 7), (i + s) % 2 ? 40 : 41, ...(i % 3 ? [50] : []), 2]),
    label: i % 2,
  }));
const settings = { model: tinyModel({ context }), batchSize: 6, learningRate: 5e-3, maxSteps: 8, seed: 5 };

/** Runs to the end, or takes the snapshot after a step. */
async function run(options: Partial<ClassificationOptions>, from?: Checkpoint, snapshotAt?: number) {
  const metrics: Record<string, number>[] = [];
  const trainer = classify({ ...settings, data: rows(1), labels: ["a", "b"], ...options }, { from });
  for (;;) {
    const { done, value } = await trainer.next();
    if (done) return { metrics, ended: value, checkpoint: undefined };
    metrics.push({ ...value.metrics });
    if (value.step !== snapshotAt) continue;
    const { step, files } = value.snapshot();
    const copied = structuredClone({ step, files });
    await trainer.return(undefined as never);
    return { metrics, ended: undefined, checkpoint: copied };
  }
}

describe("fine-tuning to classify", () => {
  it.each([
    ["classes", { labels: ["a", "b"], data: rows(1) }],
    [
      "pairs in both orders",
      {
        labels: ["a", "b"],
        data: rows(2).map((row) => ({ ...row, sequences: [row.sequences[0]!, row.sequences[0]!] })),
      },
    ],
    ["choices", { labels: undefined, data: rows(2) }],
  ])("learns %s", async (_, task) => {
    const { metrics, ended } = await run({ ...task, validation: task.data, maxSteps: 40 });
    expect(metrics.at(-1)!.loss).toBeLessThan(0.2 * metrics[0]!.loss!);
    expect(metrics.at(-1)!["loss/lm"]).toBeLessThan(metrics[0]!["loss/lm"]!);
    expect(ended!.result).toMatchObject({ steps: 40, accuracy: 1, majorityBaseline: 0.5 });
    expect(ended!.model.network.labels).toEqual(task.labels);
  });

  it("has the same mean over rows and over tokens, however rows are put into passes", async () => {
    const [whole, parts] = [
      await run({ microBatchSize: 6, classifierDropout: 0 }),
      await run({ microBatchSize: 4, classifierDropout: 0 }),
    ];
    for (const [i, { loss, "loss/lm": lm }] of whole.metrics.entries()) {
      expect(parts.metrics[i]!.loss).toBeCloseTo(loss!, 4);
      expect(parts.metrics[i]!["loss/lm"]).toBeCloseTo(lm!, 4);
    }
  });

  it("leaves the language-modelling loss away when its weight is 0", async () => {
    const { metrics } = await run({ lmCoef: 0, maxSteps: 1 });
    expect(metrics[0]).not.toHaveProperty("loss/lm");
  });

  it("goes on from a checkpoint as if it had never stopped, dropout included", async () => {
    const options = { microBatchSize: 4, model: tinyModel({ context }) };
    const unbroken = await run(options);
    const { checkpoint } = await run(options, undefined, 3);
    const resumed = await run(options, checkpoint);
    expect(resumed.metrics).toEqual(unbroken.metrics.slice(3));
    expect(resumed.ended!.model.weights.flat).toEqual(unbroken.ended!.model.weights.flat);
  });

  it("does not change the model that it starts from", async () => {
    const model = tinyModel({ context });
    const before = model.weights.flat.slice();
    await run({ model, maxSteps: 2 });
    expect(model.weights.flat).toEqual(before);
  });
});
