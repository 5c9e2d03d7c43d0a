import { expect, it } from "vitest";
import { differences } from "./differences.ts";

it("differences are of whole words, in English and where words have no spaces", () => {
  expect(differences("the Moon pulls water", "the Sun pulls water", "en")).toEqual([
    { text: "the ", kind: "same" },
    { text: "Moon", kind: "removed" },
    { text: "Sun", kind: "added" },
    { text: " pulls water", kind: "same" },
  ]);
  const chinese = differences("月球引力引起潮汐", "太阳引力引起潮汐", "zh-CN");
  expect(chinese.filter(({ kind }) => kind !== "same")).toEqual([
    { text: "月球", kind: "removed" },
    { text: "太阳", kind: "added" },
  ]);
});
