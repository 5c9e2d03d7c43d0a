import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { plaudit, tinyFolder } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-generate-"));
afterAll(() => rmSync(folder, { recursive: true }));
tinyFolder(join(folder, "lm"));
tinyFolder(join(folder, "plain"), { chat: false, seed: 2 });
tinyFolder(join(folder, "rm"), { head: "score" });

interface Completion {
  readonly index: number;
  readonly text: string;
  readonly ids: number[];
  readonly logprobs: number[];
}
const generate = (...words: string[]) => plaudit(folder, ["generate", "--max-new-tokens", "12", ...words]);

describe("plaudit generate", () => {
  it("gives each answer its own random stream, and the same seed the same answers", async () => {
    const words = ["--model", "lm", "--prompt", "The shop", "--seed", "5", "--json"];
    const [three, one, other] = await Promise.all([
      generate(...words, "--n", "3"),
      generate(...words),
      generate(...words, "--seed", "6"),
    ]);
    const answers = three.json<Completion>();
    expect(answers.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(3);
    expect(one.json()[0]).toMatchObject({ ids: answers[0]!.ids, text: answers[0]!.text });
    expect(other.json<Completion>()[0]!.ids).not.toEqual(answers[0]!.ids);
    for (const { ids, logprobs } of answers) {
      expect(logprobs).toHaveLength(ids.length);
      expect(Math.max(...logprobs)).toBeLessThan(0);
    }
  });

  it("answers a conversation from stdin in Chinese, greedily the same with any seed", async () => {
    const messages = JSON.stringify([{ role: "user", content: "小店几点开门？🙂" }]);
    const words = ["generate", "--model", "lm", "--messages", "-", "--temperature", "0", "--max-new-tokens", "6"];
    const [a, b] = await Promise.all([
      plaudit(folder, words, messages),
      plaudit(folder, [...words, "--seed", "9"], messages),
    ]);
    expect(a.code).toBe(0);
    expect(a.out).toBe(b.out);
  });

  it("cuts the text before a stop text, which ends the answer", async () => {
    const words = ["--model", "plain", "--prompt", "The shop", "--json"];
    const [whole] = (await generate(...words)).json<Completion>();
    const stop = [...whole!.text][3]!;
    const [cut] = (await generate(...words, "--stop", stop)).json<Completion>();
    expect(cut!.text).toBe(whole!.text.slice(0, whole!.text.indexOf(stop)));
    expect(cut!.ids.length).toBeLessThan(whole!.ids.length);
  });

  it("refuses what it cannot use with one clear message", async () => {
    writeFileSync(join(folder, "messages.json"), '[{"role":"user","text":"hi"}]');
    const cases: [string[], RegExp][] = [
      [["--model", "gpt2", "--prompt", "a"], /gpt2 names an architecture.*\[architecture-name\]/],
      [["--model", "rm", "--prompt", "a"], /is a reward model.*\[not-a-language-model\]/],
      [["--model", "lm"], /needs --prompt or --messages \[missing-flag\]/],
      [["--model", "lm", "--prompt", ""], /\[empty-prompt\]/],
      [["--model", "lm", "--prompt", "x".repeat(200)], /context of 96 leaves no room.*\[context\]/],
      [["--model", "lm", "--messages", "@messages.json"], /content: .*\[bad-messages\]/],
      [["--model", "plain", "--messages", '[{"role":"user","content":"a"}]'], /no chat template.*\[no-chat-template\]/],
    ];
    const ended = await Promise.all(cases.map(([words]) => generate(...words)));
    for (const [i, { code, err, out }] of ended.entries()) {
      expect([code, out], cases[i]![0].join(" ")).toEqual([2, ""]);
      expect(err).toMatch(cases[i]![1]);
    }
  });
});

interface Turn {
  readonly turn: number;
  readonly answers: readonly { readonly model: string; readonly text: string }[];
}

describe("plaudit chat through a pipe", () => {
  it("remembers the conversation, begins anew on /reset, and stops at /quit", async () => {
    const input = "小店几点？\n小店几点？\n/reset\n小店几点？\n/sed 4\n/seed 4\n/quit\nnever\n";
    const words = ["chat", "--model", "lm", "--against", "plain", "--max-new-tokens", "6", "--json"];
    const { code, json, err } = await plaudit(folder, words, input);
    const turns = json<Turn>();
    expect(code).toBe(0);
    expect(turns.map(({ turn }) => turn)).toEqual([0, 1, 0]);
    expect(turns[2]).toEqual(turns[0]);
    expect(turns[1]!.answers[0]!.text).not.toBe(turns[0]!.answers[0]!.text);
    expect(turns[0]!.answers.map(({ model }) => model)).toEqual(["lm", "plain"]);
    expect(err).toContain("plain has no chat template");
    expect(err).toContain("did you mean /seed?");
  });

  it("goes on after a message that is too long", async () => {
    const { code, out, err } = await plaudit(
      folder,
      ["chat", "--model", "lm", "--max-new-tokens", "4"],
      `${"9".repeat(200)}\nhello\n`,
    );
    expect(code).toBe(0);
    expect(err).toMatch(/a context of 96 leaves no room/);
    expect(out.split("\n").filter(Boolean)).toHaveLength(1);
  });
});
