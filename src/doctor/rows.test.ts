import { describe, expect, it } from "vitest";
import { endNeverTrained, fullyMasked, truncatedRows } from "./index.ts";

const eos = 2;
const turnEnd = 4;

describe("the end of an answer", () => {
  const whole = { ids: [7, 8, 9, eos], mask: [0, 1, 1, 1] };
  const cut = { ids: [7, 8, 9, 9], mask: [0, 1, 1, 1] };

  it("is never learnt when every row is cut, which stops the run", () => {
    const [finding, ...more] = endNeverTrained([cut, cut, cut], [eos, turnEnd]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: "eos-never-trained", level: "stop", number: 0 });
    expect(finding!.message).toContain("none of the 3 rows");
  });

  it("is never learnt when it stands outside the mask", () => {
    expect(endNeverTrained([{ ...whole, mask: [0, 1, 1, 0] }], [eos])).toHaveLength(1);
  });

  it("is learnt when one row of many shows it, be it the end of text or of a turn", () => {
    expect(endNeverTrained([cut, cut, whole], [eos, turnEnd])).toEqual([]);
    expect(endNeverTrained([{ ...whole, ids: [7, 8, 9, turnEnd] }], [eos, turnEnd])).toEqual([]);
  });

  it("says so when the tokenizer has no token for it", () => {
    expect(endNeverTrained([whole], [undefined, undefined])[0]!.cause).toBe("the tokenizer has no end token");
  });
});

describe("rows that are cut", () => {
  const cuts = (count: number) => ({
    cut: Array.from({ length: 100 }, (_, i) => Number(i >= 40 && i < 40 + count)),
    total: 100,
    length: 64,
  });

  it("are named with their share and the first of them when they are many", () => {
    const [finding] = truncatedRows(cuts(31));
    expect(finding).toMatchObject({ code: "truncated-rows", level: "warn", number: 0.31 });
    expect(finding!.message).toBe("31.0 % of the texts (31 of 100) are cut at 64 tokens, the first in row 41");
  });

  it("are no finding when they are few, or when there is no row", () => {
    expect(truncatedRows(cuts(5))).toEqual([]);
    expect(truncatedRows({ cut: [], total: 0, length: 64 })).toEqual([]);
  });
});

describe("rows with nothing to learn", () => {
  it("are named with their share and the first of them", () => {
    const [finding] = fullyMasked({ count: 3, total: 12, first: "chats.jsonl:7" });
    expect(finding).toMatchObject({ code: "fully-masked", number: 0.25 });
    expect(finding!.message).toContain("the first at chats.jsonl:7");
  });

  it("are no finding when there is none", () => {
    expect(fullyMasked({ count: 0, total: 12, first: undefined })).toEqual([]);
  });
});
