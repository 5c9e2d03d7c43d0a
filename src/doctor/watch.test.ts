import { describe, expect, it } from "vitest";
import { examination, type Finding, findingOfFailure, type MetricsRow, type Watch } from "./index.ts";

const high: Finding = { code: "high", level: "warn", number: 1, message: "m", cause: "c", fix: "f" };
const twoHigh: Watch = {
  window: 2,
  checks: [(rows) => (rows.length === 2 && rows.every(({ x }) => x === 1) ? high : undefined)],
};
const row = (step: number, x: number): MetricsRow => ({ step, x });

describe("an examination", () => {
  it("shows the checks the last rows only, and says each finding once, with its step", () => {
    const doctor = examination(twoHigh);
    const found = [0, 1, 1, 1, 0, 1, 1].map((x, i) => doctor.row(row(i + 1, x)));
    expect(found).toEqual([[], [], [{ ...high, step: 3 }], [], [], [], []]);
  });

  it("that is resumed knows the rows before, and what was said", () => {
    expect(examination(twoHigh, { rows: [row(1, 0), row(2, 1)] }).row(row(3, 1))).toHaveLength(1);
    expect(examination(twoHigh, { rows: [row(2, 1)], findings: [high] }).row(row(3, 1))).toEqual([]);
    const stop: Finding = { ...high, level: "stop" };
    expect(examination(twoHigh, { rows: [row(2, 1)], findings: [stop] }).row(row(3, 1))).toHaveLength(1);
  });
});

describe("an error in the middle of a step", () => {
  it("is a stop when the doctor knows it, with the trainer's own words", () => {
    const nan = {
      code: "non-finite",
      message: "the gradient of step 3 is not finite",
      help: "lower the learning rate",
    };
    const { help: fix, ...rest } = nan;
    expect(findingOfFailure(nan)).toMatchObject({ ...rest, fix, level: "stop", number: null });
    expect(findingOfFailure({ code: "ratio-not-one", message: "m" })).toMatchObject({ level: "stop", message: "m" });
  });

  it("is none of the doctor's business otherwise", () => {
    expect(findingOfFailure({ code: "disk-full", message: "full" })).toBeUndefined();
  });
});
