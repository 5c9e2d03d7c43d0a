import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { newestSample } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the sample that changes while a model learns", () => {
  const row = (step: number, prompt: unknown, completion: unknown) =>
    `${JSON.stringify({ step, prompt, completion })}\n`;
  const ask = (content: string) => [{ role: "user", content }];

  it("is the newest answer, to the same question where that was asked again", () => {
    expect(newestSample(folder, undefined)).toBeUndefined();
    const rows = [row(1, "When?", " now"), row(5, ask("Who?"), "Mia"), row(5, "When?", " at eight\n")];
    writeFileSync(join(folder, "samples.jsonl"), `${rows.join("")}{"step":6,"prom`);
    expect(newestSample(folder, "When?")).toEqual({ prompt: "When?", answer: "at eight" });
    expect(newestSample(folder, "Where?")).toEqual({ prompt: "Who?", answer: "Mia" });
  });

  it("is none where a run logs rankings", () => {
    writeFileSync(join(folder, "samples.jsonl"), '{"step":1,"prompt":"a","completions":["b"],"scores":[1]}\n');
    expect(newestSample(folder, undefined)).toBeUndefined();
  });
});
