import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";
import { width } from "./text.ts";

function setup(options: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { now: 0 };
  const out = { write: (text: string) => written.push(text), ...options };
  return {
    written,
    clock,
    progress: createProgress(
      out,
      () => clock.now,
      (text) => text,
    ),
  };
}

describe("progress on a terminal", () => {
  it("shows bar, rate, remaining time and metrics", () => {
    const { written, clock, progress } = setup({ isTTY: true });
    progress.update({ label: "sft", step: 20, total: 120 });
    clock.now = 10_000;
    progress.update({ label: "sft", step: 60, total: 120, metrics: { loss: 2.31 } });
    expect(written.at(-1)).toBe(`sft  ${"━".repeat(10)}${"─".repeat(10)}  60/120  50%  4/s  0:15 left  loss 2.310`);
  });

  it("redraws at most ten times a second, and always at the end", () => {
    const { written, clock, progress } = setup({ isTTY: true });
    for (let step = 1; step <= 100; step++) {
      clock.now += 1;
      progress.update({ label: "ppo", step, total: 100 });
    }
    expect(written.filter((text) => text.startsWith("ppo"))).toHaveLength(2);
    expect(written.at(-1)).toContain("100/100");
  });

  it("never writes a line wider than the terminal, also in Chinese", () => {
    const { written, progress } = setup({ isTTY: true, columns: 30 });
    progress.update({ label: "预训练", step: 1, total: 2, lines: ["小店每天早上八点开门，晚上九点关门，周日休息"] });
    for (const line of written.join("").split("\n")) expect(width(line)).toBeLessThan(30);
  });

  it("erases all of its lines before it draws again, and prints notes above", () => {
    const { written, progress } = setup({ isTTY: true });
    progress.update({ label: "sft", step: 1, total: 2, lines: ["sample"] });
    progress.note("saved");
    expect(written.slice(1, 3)).toEqual(["\r\x1b[1A\x1b[J", "saved\n"]);
    expect(written.at(-1)).toContain("sft");
  });
});

describe("progress elsewhere", () => {
  it("is a plain line at the start, every ten seconds and at the end", () => {
    const { written, clock, progress } = setup({ isTTY: false });
    for (let step = 0; step <= 25; step++) {
      progress.update({ label: "sft", step, total: 25, metrics: { loss: 1 } });
      clock.now += 1000;
    }
    expect(written.map((line) => line.split("  ")[1])).toEqual(["0/25", "10/25", "20/25", "25/25"]);
    expect(written.every((line) => line.indexOf("\x1b") < 0 && line.endsWith("\n"))).toBe(true);
  });
});
