import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, plaudit, tinyFolder } from "./tiny.ts";

const bin = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "plaudit-label-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);
const linesOf = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

tinyFolder(at("lm"));
tinyFolder(at("rm"), { head: "score", seed: 3 });
const prompts = [
  { prompt: "The shop opens" },
  { prompt: "小店几点" },
  { prompt: [{ role: "user", content: "When? 🙂" }] },
  { prompt: "The shop closes" },
];
writeFileSync(at("prompts.jsonl"), jsonl(prompts));
writeFileSync(at("half.jsonl"), jsonl(prompts.slice(0, 2)));

const answers = ["八点", "It opens at eight.", "不知道 🙂", ""];
writeFileSync(at("two.jsonl"), jsonl(["小店几点？", "When?"].map((prompt) => ({ prompt, completions: answers }))));

describe("plaudit sample", () => {
  const sample = (...words: string[]) =>
    plaudit(folder, ["sample", "--model", "lm", "--max-new-tokens", "8", "--seed", "2", ...words]);

  it("writes 4 to 9 different answers a prompt as tasks, the same for a part of the prompts", async () => {
    const [whole, half] = await Promise.all([
      sample("--prompts", "prompts.jsonl", "--k", "4-9", "--out", "project", "--json"),
      sample("--prompts", "half.jsonl", "--k", "4-9", "--out", "half-tasks.jsonl"),
    ]);
    expect([whole.code, half.code]).toEqual([0, 0]);
    const tasks = linesOf(at("project", "tasks.jsonl"));
    expect(whole.json()[0]).toMatchObject({ tasks: 4, withoutChoice: 0 });
    for (const { completions } of tasks) {
      expect(completions.length).toBeGreaterThanOrEqual(4);
      expect(completions.length).toBeLessThanOrEqual(9);
    }
    expect(tasks[2].completions[0][0]).toMatchObject({ role: "assistant" });
    expect(linesOf(at("half-tasks.jsonl"))).toEqual(tasks.slice(0, 2));
  });

  it("makes no task of a prompt whose answers are all the same, and overwrites nothing", async () => {
    const greedy = await sample("--prompts", "half.jsonl", "--temperature", "0", "--out", "greedy.jsonl", "--json");
    expect(greedy.json()[0]).toMatchObject({ tasks: 0, withoutChoice: 2, repeated: 6 });
    const again = await sample("--prompts", "half.jsonl", "--k", "1", "--out", "greedy.jsonl");
    expect([again.code, again.err.includes("--k: wanted 2 to 9")]).toEqual([2, true]);
    const there = await sample("--prompts", "none.jsonl", "--out", "greedy.jsonl");
    expect(there.code).toBe(2);
    expect(there.err).toMatch(/2 problems in 2 inputs[\s\S]*\[file-exists\][\s\S]*\[missing-file\]/);
  });
});

describe("plaudit label --simulate", () => {
  const completions = ["yes", "no", "perhaps", "ask somebody else"];
  const rows = Array.from({ length: 1200 }, (_, i) => ({ prompt: `q ${i}`, completions }));
  writeFileSync(at("many.jsonl"), jsonl(rows));
  const words = ["label", "many.jsonl", "--simulate", "4", "--project", "many", "--json"];

  it("loses nothing when it is killed, and goes on to what an unbroken run would have said", async () => {
    const journal = at("many", "journal.jsonl");
    await killedWhen(() => existsSync(journal) && linesCompletely(journal) > 200, words);
    const before = linesCompletely(journal);
    const rest = await plaudit(folder, [...words, "--export", "rankings.jsonl"]);
    expect(rest.code).toBe(0);
    const whole = await plaudit(
      folder,
      words.map((word) => (word === "many" ? "unbroken" : word)),
    );
    const said = (path: string) => linesOf(path).map(({ by, data }) => JSON.stringify([by, data]));
    expect(before).toBeLessThan(whole.json<{ judged: number }>()[0]!.judged);
    expect(said(journal)).toEqual(said(at("unbroken", "journal.jsonl")));
    const [result] = rest.json<{ agreement: { value: number }; rankings: number }>();
    expect(Math.abs(result!.agreement.value - 0.73)).toBeLessThan(0.05);
    expect(linesOf(at("rankings.jsonl"))[0]).toMatchObject({ completions, ranks: expect.any(Array) });
  });

  it("ranks by a reward, so that the reward model then agrees with the rankings", async () => {
    const simulate = ["--simulate", "3", "--agreement", "1", "--reward", "rm", "--export", "by-rm.jsonl"];
    const made = await plaudit(folder, ["label", "two.jsonl", "--project", "by-rm", ...simulate]);
    expect(made.code).toBe(0);
    const scored = await plaudit(folder, ["score", "--model", "rm", "--data", "by-rm.jsonl", "--json"]);
    expect(scored.json<{ accuracy?: number }>().at(-1)!.accuracy).toBeGreaterThan(0.75);
  });
});

const hasPty = spawnSync("script", ["--version"]).status === 0;

describe("plaudit label for a person", () => {
  it("says that it needs a terminal", async () => {
    const { code, err } = await plaudit(folder, ["label", "two.jsonl", "--project", "none"]);
    expect(code).toBe(2);
    expect(existsSync(at("none"))).toBe(false);
    expect(err).toMatch(/needs a terminal.*\[needs-terminal\]\n.*--simulate/);
  });

  it("lists every line that is no task", async () => {
    writeFileSync(at("bad.jsonl"), '{"prompt":"a","completions":["b","c"]}\n{"prompt":"a","completion":["b"]}\n{no\n');
    const { code, err } = await plaudit(folder, ["label", "bad.jsonl"]);
    expect(code).toBe(3);
    expect(err).toMatch(/bad.jsonl:2: no "completions".*\[missing-column\]\n.*"completion" may be meant/);
    expect(err).toMatch(/bad.jsonl:3: not JSON.*\[bad-json\]/);
  });

  it.skipIf(!hasPty)(
    "takes digits, ties and undo, and goes on later with what is left",
    { timeout: 60_000 },
    async () => {
      const words = ["label", "two.jsonl", "--project", "person", "--by", "小林"];
      const journal = at("person", "journal.jsonl");
      await typed(words, "1111u2\r", () => existsSync(journal) && linesCompletely(journal) === 1);
      const [first] = linesOf(journal);
      expect(first).toMatchObject({ by: "小林", kind: "judgement", data: { ui: "terminal" } });
      expect(first.data.groups.map((group: number[]) => group.length)).toEqual([3, 1]);
      expect(first.data.groups[1]).toEqual([first.data.order.at(-1)]);
      await typed(words, "s", () => linesCompletely(journal) === 2);
      expect(linesOf(journal)[1]).toMatchObject({ kind: "skip" });
      expect(linesOf(journal)[1].data.task).not.toBe(first.data.task);
    },
  );
});

const linesCompletely = (path: string): number => readFileSync(path, "utf8").split("\n").length - 1;

/** Runs the program and kills it, without warning, once `seen`. */
async function killedWhen(seen: () => boolean, words: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: "ignore" });
  await until(seen, child);
  child.kill("SIGKILL");
  await new Promise((resolve) =>
    child.exitCode === null && child.signalCode === null ? child.once("close", resolve) : resolve(0),
  );
}

/** Types keys at a pseudo-terminal and leaves once `seen`: what was handed in is on disk before the next task is shown. */
async function typed(words: readonly string[], keys: string, seen: () => boolean) {
  const command = [process.execPath, bin, ...words].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  await new Promise<void>((resolve) => {
    child.stdout!.on("data", (data) => String(data).includes("task 1 of") && resolve());
    child.once("close", () => resolve());
  });
  child.stdin!.write(keys);
  await until(seen, child);
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.stdin!.write("q");
  await closed;
}

async function until(seen: () => boolean, child: ChildProcess) {
  while (!seen()) {
    if (child.exitCode !== null) throw new Error("the program ended too early");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
