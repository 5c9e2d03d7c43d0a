import { describe, expect, it } from "vitest";
import { agreementOf, type JudgementEntry, press, startSession, tasksOf } from "../../feedback/index.ts";
import { width } from "../frame/index.ts";
import { labelScreen } from "./screen.ts";
import { assign, judge, undone } from "./simulate.ts";
import { keyName } from "./terminal.ts";

const words = ["yes", "no", "perhaps", "certainly, with pleasure", "I do not know", "ask somebody else about it"];
const rows = Array.from({ length: 400 }, (_, i) => {
  return {
    prompt: `question ${i}`,
    completions: words.slice(0, 4 + (i % 3)).map((word, k) => `${word} ${(i * k) % 7}`),
  };
});
const tasks = tasksOf(rows);

describe("simulated annotators", () => {
  const scores = tasks.map(({ completions }, i) => completions.map((_, k) => Math.sin(i * 7 + k * 3)));
  const simulation = { tasks, scores, count: 5, agreement: 0.73, overlap: 1, seed: 4 };
  const { assignments: all, agreement } = assign(simulation);
  const entries = all.map((each) => judge(each, 4, 1_800_000_000_000) as JudgementEntry);

  it("agree about as often as asked, every task being ranked by two of them", () => {
    expect(all).toHaveLength(2 * tasks.length);
    const { all: measured } = agreementOf(entries);
    expect(agreement).toBeCloseTo(0.73, 2);
    expect(measured!.value).toBeGreaterThan(0.7);
    expect(measured!.value).toBeLessThan(0.76);
  });

  it("go on where they were stopped, with the judgements they would have given", () => {
    const rest = undone(all, entries.slice(0, 300));
    expect(rest).toHaveLength(all.length - 300);
    expect(judge(rest[0]!, 4, 1_800_000_000_000)).toEqual(entries[300]);
  });

  it("see the answers of each task in an order of its own", () => {
    const orders = new Set(entries.map(({ data }) => data.order.join()));
    expect(orders.size).toBeGreaterThan(50);
  });
});

describe("the ranking screen", () => {
  const session = startSession({ by: "小林", tasks: tasks.slice(0, 2), entries: [], seed: 1, now: 0 });
  const after = (keys: string) =>
    [...keys].reduce((s, key) => press(s, key === "\r" ? "enter" : key, 0).session, session);
  const size = { agreement: undefined, columns: 80, rows: 24, scroll: 0 };
  const screen = (keys: string) => labelScreen(after(keys), size).lines;

  it("marks the answer that the next digit ranks, and the digits given", () => {
    const marks = (keys: string) => screen(keys).flatMap((line) => /^\[(.)\]/.exec(line)?.[1] ?? []);
    expect(marks("")).toEqual(["▸", " ", " ", " "]);
    expect(marks("12")).toEqual(["1", "2", "▸", " "]);
    expect(marks("12u1")).toEqual(["1", "1", "▸", " "]);
  });

  it("says what Enter does only when it does it, and when all is done", () => {
    expect(screen("112").join("\n")).not.toContain("Enter");
    expect(screen("1123").join("\n")).toContain("Enter hands it in");
    expect(screen("1123\rs").join("\n")).toContain("All tasks are ranked");
  });

  it("fits into a narrow terminal, and lets no answer repaint it", () => {
    const wild = startSession({
      by: "me",
      tasks: [{ id: "t", prompt: "小店每天几点开门？".repeat(9), completions: ["\x1b[2Jgone", ""] }],
      entries: [],
      seed: 1,
      now: 0,
    });
    const { lines } = labelScreen(wild, { ...size, columns: 30 });
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(30);
    expect(lines.join("\n")).toContain("␛[2Jgone");
    expect(lines.join("\n")).toContain("(empty)");
  });

  it("keeps question and keys in a low window, shows the answer to rank next, and moves with the arrow keys", () => {
    const completions = Array.from({ length: 9 }, (_, i) => `answer ${i} ${"goes on and on ".repeat(9)}`);
    const long = startSession({
      by: "me",
      tasks: [{ id: "t", prompt: "why?", completions }],
      entries: [],
      seed: 1,
      now: 0,
    });
    const low = { ...size, columns: 60, rows: 16 };
    for (let ranked = 0; ranked <= 9; ranked++) {
      const session = [..."123456789"].slice(0, ranked).reduce((s, key) => press(s, key, 0).session, long);
      const { lines } = labelScreen(session, low);
      expect(lines).toHaveLength(16);
      expect(lines).toContain("why?");
      expect(lines.at(-1)).toMatch(/q leaves/);
      expect(lines.some((line) => line.startsWith(ranked < 9 ? "[▸]" : "[9]"))).toBe(true);
    }
    expect(labelScreen(long, { ...low, scroll: -5 }).scroll).toBe(0);
    const moved = labelScreen(long, { ...low, scroll: 3 });
    expect([moved.scroll, moved.lines.some((line) => line.startsWith("↑ 3 more"))]).toEqual([3, true]);
    const end = labelScreen(long, { ...low, scroll: 999 });
    expect(end.scroll).toBeLessThan(40);
    expect(end.lines.join()).not.toContain("↓");
  });

  it("knows the digits of a Chinese input method, and Ctrl-C as leaving", () => {
    expect([keyName("３", { name: "" }), keyName("\r", { name: "return" }), keyName("S", { name: "s" })]).toEqual([
      "3",
      "enter",
      "s",
    ]);
    expect(keyName("\x03", { name: "c", ctrl: true })).toBe("q");
  });
});
