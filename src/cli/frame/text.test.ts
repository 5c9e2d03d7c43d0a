import { describe, expect, it } from "vitest";
import { bytes, duration, number, table, truncate, width } from "./text.ts";

describe("text for a terminal", () => {
  it("counts Chinese characters and emoji as two columns", () => {
    expect([width("loss"), width("损失"), width("👨‍👩‍👧")]).toEqual([4, 4, 2]);
  });

  it("is cut by columns, never inside a character", () => {
    expect(truncate("小店几点开门", 7)).toBe("小店几…");
    expect(truncate("小店几点开门", 6)).toBe("小店…");
    expect(truncate("short", 5)).toBe("short");
    expect(truncate("ab👨‍👩‍👧cd", 5)).toBe("ab👨‍👩‍👧…");
  });

  it("lines up in tables, numbers to the right", () => {
    expect(
      table([
        ["run", "step"],
        ["学习", 5],
        ["sft-001", 120],
      ]),
    ).toBe("run      step\n学习        5\nsft-001   120");
  });

  it("says sizes, times and numbers briefly", () => {
    expect([0, 999, 1000, 124_439_808, 3.2e12].map(bytes)).toEqual(["0 B", "999 B", "1.0 kB", "124 MB", "3.2 TB"]);
    expect([0, 49, 3723].map(duration)).toEqual(["0:00", "0:49", "1:02:03"]);
    expect([3, 2.31234, 1e-5, Number.NaN].map(number)).toEqual(["3", "2.312", "1.00e-5", "NaN"]);
  });
});
