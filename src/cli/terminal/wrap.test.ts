import { describe, expect, it } from "vitest";
import { width } from "../frame/index.ts";
import { beside, wrap } from "./wrap.ts";

describe("wrapping for a terminal", () => {
  it("breaks at spaces, and in the middle of what has none", () => {
    expect(wrap("the shop opens at eight", 9)).toEqual(["the shop", "opens at", "eight"]);
    expect(wrap("abcdefgh ij", 5)).toEqual(["abcde", "fgh", "ij"]);
    expect(wrap("a\n\nb", 5)).toEqual(["a", "", "b"]);
  });

  it("counts Chinese characters and emoji as two columns and never splits one", () => {
    expect(wrap("小店每天八点开门", 7)).toEqual(["小店每", "天八点", "开门"]);
    expect(wrap("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5)).toEqual(["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]);
    for (const line of wrap("a小店b点c开门d 每天", 3)) expect(width(line)).toBeLessThanOrEqual(3);
  });

  it("puts two texts beside each other", () => {
    expect(beside(["before", "after"], ["小店", "it opens at eight"], 23)).toEqual([
      "before     │ after",
      "────────── │ ──────────",
      "小店       │ it opens",
      "           │ at eight",
    ]);
  });
});
