import { expect, it } from "vitest";
import { readingOf } from "./reading.ts";

it("an agreement is read with its interval: few tasks promise nothing", () => {
  expect(readingOf("alpha", null)).toBe("nothing");
  expect(readingOf("alpha", { value: 0.9, low: 0.3, high: 1, n: 3 })).toBe("unsure");
  expect(readingOf("alpha", { value: 0.9, low: 0.85, high: 0.95, n: 300 })).toBe("good");
  expect(readingOf("alpha", { value: 0.9, low: 0.7, high: 0.95, n: 60 })).toBe("fair");
  expect(readingOf("fleiss", { value: 0.05, low: -0.1, high: 0.2, n: 90 })).toBe("none");
  expect(readingOf("pairs", { value: 0.73, low: 0.7, high: 0.76, n: 500 })).toBe("fair");
  expect(readingOf("pairs", { value: 0.5, low: 0.45, high: 0.55, n: 500 })).toBe("none");
});
