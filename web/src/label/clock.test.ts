import { describe, expect, it } from "vitest";
import { createClock } from "./clock.ts";

describe("the clock of a task", () => {
  it("goes on from before and stands while the page is hidden", () => {
    let now = 0;
    const clock = createClock(10, () => now);
    now = 5000;
    expect(clock.read()).toBe(15);
    clock.pause();
    now = 60_000;
    expect(clock.read()).toBe(15);
    clock.resume();
    clock.resume(); // twice is once
    now = 62_000;
    expect(clock.read()).toBe(17);
  });
});
