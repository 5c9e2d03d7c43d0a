import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { bpeCheckers } from "./bpe.ts";
import { readCases } from "./cases.ts";

const folder = process.env.PLAUDIT_GOLDEN ?? fileURLToPath(new URL("../golden", import.meta.url));
const cases = readCases(folder).filter(({ id }) => id.startsWith("bpe/"));
const families = Object.keys(bpeCheckers).sort((a, b) => b.length - a.length);

describe("byte-level BPE equals Hugging Face's tokenizers", () => {
  it("has cases", () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases)("$id", async (given) => {
    const family = families.find((prefix) => given.id.startsWith(prefix));
    expect(family, "a checker for the case").toBeDefined();
    // No engine takes part: text only.
    const answer = await bpeCheckers[family!]!(given.inputs, undefined as never, given);
    expect(answer).toMatchObject(given.expected);
  });
});
