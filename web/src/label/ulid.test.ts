import { expect, it } from "vitest";
import { ulidPattern } from "../../../src/feedback/index.ts";
import { ulid } from "./ulid.ts";

it("ULIDs made in the browser are those of the journal and sort by time", () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
  const made = [1, 1_700_000_000_000, 1_700_000_000_001].map((now) => ulid(now, bytes));
  for (const id of made) expect(id).toMatch(ulidPattern);
  expect(made.toSorted()).toEqual(made);
});
