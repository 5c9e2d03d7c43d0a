import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { metricsReader } from "./metrics.ts";
import { samplesReader } from "./samples.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plaudit-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const row = (step: number, loss: number | null) => `${JSON.stringify({ step, loss, learning_rate: 0.1 })}\n`;
const lossOf = ({ metrics }: Awaited<ReturnType<ReturnType<typeof metricsReader>["read"]>>) =>
  metrics.find(({ name }) => name === "loss");

describe("metrics.jsonl while it grows", () => {
  it("is read on from where it was, and a half-written last line is passed over until it is whole", async () => {
    const { read } = metricsReader();
    const path = join(folder, "metrics.jsonl");
    writeFileSync(path, row(1, 3) + row(2, null) + row(3, 2).slice(0, 9));
    expect(lossOf(await read(folder))).toMatchObject({ steps: [1, 2], values: [3, null], better: "lower" });
    appendFileSync(path, row(3, 2).slice(9) + row(4, 1));
    expect(await read(folder, { after: 2, names: ["loss"] })).toEqual({
      metrics: [{ name: "loss", label: { en: "loss", zh: "损失" }, better: "lower", steps: [3, 4], values: [2, 1] }],
      rows: 4,
      last: 4,
    });
  });

  it("is read anew after a resumed run has cut it back and written on", async () => {
    const { read } = metricsReader();
    const path = join(folder, "metrics.jsonl");
    writeFileSync(path, row(1, 3) + row(2, 2.5) + row(3, 2));
    await read(folder);
    truncateSync(path, row(1, 3).length);
    appendFileSync(path, row(2, 7) + row(3, 8) + row(4, 9));
    expect(lossOf(await read(folder))).toMatchObject({ steps: [1, 2, 3, 4], values: [3, 7, 8, 9] });
  });

  it("has no metrics before the first step", async () => {
    expect(await metricsReader().read(folder)).toEqual({ metrics: [], rows: 0, last: null });
  });

  it("holds lines longer than the pieces in which it is read", async () => {
    const long = `${JSON.stringify({ step: 1, loss: 1, text: "字".repeat(1 << 20) })}\n`;
    writeFileSync(join(folder, "metrics.jsonl"), long + row(2, 5));
    expect(lossOf(await metricsReader().read(folder))).toMatchObject({ steps: [1, 2], values: [1, 5] });
  });
});

describe("samples.jsonl", () => {
  it("gives the rows of one step, by default the last, and drops columns that are no lists of numbers", async () => {
    const sample = (step: number, completion: string, rest = {}) =>
      `${JSON.stringify({ step, prompt: "p", completion, ...rest })}\n`;
    writeFileSync(
      join(folder, "samples.jsonl"),
      sample(0, "小") + sample(10, "a", { values: [0.5] }) + sample(10, "b", { values: "many" }),
    );
    const read = samplesReader();
    expect(await read(folder)).toEqual({
      step: 10,
      steps: [0, 10],
      rows: [
        { step: 10, prompt: "p", completion: "a", values: [0.5] },
        { step: 10, prompt: "p", completion: "b" },
      ],
    });
    expect((await read(folder, 0)).rows).toMatchObject([{ completion: "小" }]);
    expect((await read(folder, 5)).rows).toEqual([]);
  });
});
