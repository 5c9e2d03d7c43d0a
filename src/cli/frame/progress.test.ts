import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";
import { width } from "./text.ts";

function setup({ live = true, ...size }: { live?: boolean; columns?: number; rows?: number } = {}) {
  const written: string[] = [];
  const clock = { now: 0 };
  const out = { write: (text: string) => written.push(text), isTTY: live, ...size };
  const progress = createProgress(
    out,
    live,
    () => clock.now,
    (_, text) => text,
  );
  /** The last frame, line by line. */
  const frame = () => (written.at(-1) ?? "").replace(escapes, "").split("\n");
  return { written, clock, progress, frame };
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: they move the cursor
const escapes = /\r|\x1b\[\d*[A-Z]/g;

describe("progress on a terminal", () => {
  it("shows the label, a bar with rate and remaining time, and a curve below it for each metric", () => {
    const { clock, progress, frame } = setup();
    for (let step = 20; step <= 60; step += 20) {
      clock.now = (step - 20) * 250;
      progress.update({ label: "sft", step, total: 120, metrics: { loss: 120 - step, text: 1 }, lines: ["hello"] });
    }
    const [label, bar, loss, text, line] = frame();
    expect([label, line]).toEqual(["sft", "hello"]);
    expect(bar).toBe(`${"━".repeat(20)}${"─".repeat(20)}  60/120  50%  4/s  0:15 left`);
    expect(loss).toMatch(/^ {6}█+▅+▁+ {20} {2}loss 60$/);
    expect(text).toMatch(/^ {6}▅+ {20} {2}text 1$/);
  });

  it("takes the time of a slow step off what is left, and shows the time alone where no total is known", () => {
    const { clock, progress, frame } = setup();
    progress.update({ label: "ppo", step: 0, total: 0 });
    clock.now = 12_000;
    progress.note("still there");
    expect(frame()).toEqual(["ppo  0:12"]);
    progress.update({ label: "ppo", step: 700, total: 0 });
    progress.note("still there");
    expect(frame()).toEqual(["ppo  700  0:12"]);
    progress.update({ label: "ppo", step: 1, total: 10 });
    clock.now = 16_000;
    progress.update({ label: "ppo", step: 2, total: 10 });
    clock.now = 18_000;
    progress.note("slow");
    expect(frame()[1]).toContain("2/10  20%  4.0 s each  0:30 left");
    progress.clear();
  });

  it("redraws at most ten times a second, and always at the end", () => {
    const { written, clock, progress } = setup();
    for (let step = 1; step <= 100; step++) {
      clock.now += 1;
      progress.update({ label: "ppo", step, total: 100 });
    }
    progress.clear();
    expect(written.filter((text) => text.includes("ppo"))).toHaveLength(2);
    expect(written.filter((text) => text.includes("100/100"))).toHaveLength(1);
  });

  it.each([12, 30, 60])("never writes a line wider than a terminal of %i columns, also in Chinese", (columns) => {
    const { progress, frame } = setup({ columns });
    const lines = ["小店每天早上八点开门，晚上九点关门，周日休息；小店每天早上八点开门，晚上九点关门，周日休息"];
    progress.update({ label: "预训练：阅读小镇的故事", step: 1, total: 2, metrics: { loss: 6.93 }, lines });
    expect(frame().length).toBe(4);
    for (const line of frame()) expect(width(line)).toBeLessThan(columns);
    progress.clear();
  });

  it("never draws more lines than the window has", () => {
    const { progress, frame } = setup({ rows: 5 });
    progress.update({ label: "sft", step: 1, total: 2, lines: Array.from({ length: 9 }, (_, i) => `line ${i}`) });
    expect(frame()).toHaveLength(4);
    progress.clear();
  });

  it("draws over its own lines, in one write, and prints notes above", () => {
    const { written, progress } = setup();
    progress.update({ label: "sft", step: 1, total: 2, lines: ["sample"] });
    progress.update({ label: "sft", step: 2, total: 2, lines: ["sample"] });
    expect(written).toHaveLength(2);
    expect(written[1]!.startsWith("\r\x1b[2Asft\x1b[K\n")).toBe(true);
    progress.note("saved");
    expect(written.slice(2, 4)).toEqual(["\r\x1b[2A\x1b[J", "saved\n"]);
    expect(written.at(-1)).toContain("sft");
    progress.clear();
    expect(written.at(-1)).toBe("\r\x1b[2A\x1b[J");
  });

  it("finds the beginning of its lines again when a narrower window has wrapped them", () => {
    const size = { columns: 80 };
    const written: string[] = [];
    const out = { write: (text: string) => written.push(text), isTTY: true, ...size };
    const progress = createProgress(
      out,
      true,
      () => 0,
      (_, text) => text,
    );
    progress.update({ label: "x".repeat(70), step: 0, total: 0 });
    out.columns = 30;
    progress.clear();
    expect(written.at(-1)).toBe("\r\x1b[2A\x1b[J");
  });
});

describe("progress elsewhere", () => {
  it("is a plain line at the start, every ten seconds and at the end", () => {
    const { written, clock, progress } = setup({ live: false });
    for (let step = 0; step <= 25; step++) {
      progress.update({ label: "sft", step, total: 25, metrics: { loss: 1 } });
      clock.now += 1000;
    }
    progress.done();
    expect(written.map((line) => line.split("  ")[1])).toEqual(["0/25", "10/25", "20/25", "25/25"]);
    expect(written.every((line) => line.indexOf("\x1b") < 0 && line.endsWith("\n"))).toBe(true);
    expect(written[1]).toBe("sft  10/25  40%  1/s  0:15 left  loss 1\n");
  });
});
