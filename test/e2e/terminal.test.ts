// The program on a real terminal (`script` of util-linux makes one), as somebody careless meets it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, tinyFolder } from "./tiny.ts";

const bin = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "plaudit-terminal-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);
tinyFolder(at("lm"));

const hasPty = spawnSync("script", ["--version"]).status === 0;

interface Terminal {
  /** Everything written so far. */
  readonly seen: string;
  /** Resolves when what was written since the last call holds `text`. */
  until(text: string | RegExp): Promise<void>;
  type(keys: string): void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Runs the program in a pseudo-terminal of 24 rows and 60 columns. */
function terminal(words: readonly string[]): Terminal {
  // exec: a shell in between (dash, where SHELL is not set) would die of Ctrl-C itself.
  const command = `stty rows 24 cols 60; exec ${[process.execPath, bin, ...words].map((word) => `'${word}'`).join(" ")}`;
  const env = { ...process.env, TERM: "xterm", NO_COLOR: "1" };
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  let [seen, from] = ["", 0];
  child.stdout.setEncoding("utf8").on("data", (data) => {
    seen += data;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  return {
    get seen() {
      return seen;
    },
    async until(text) {
      const match = () => (typeof text === "string" ? seen.indexOf(text, from) : seen.slice(from).search(text) + from);
      while (match() < from) {
        if (isOver) throw new Error(`it ended without ${text}:\n${seen.slice(from)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      from = seen.length;
    },
    type: (keys) => child.stdin.write(keys),
    ended,
  };
}

describe.skipIf(!hasPty)("on a terminal", { timeout: 120_000 }, () => {
  const town = ["quickstart", "--scale", "0.01", "--threads", "1", "--no-chat"];

  it("the quickstart shows curves in place, is interrupted once and goes on where it was", async () => {
    const first = terminal([...town, "--out", "town"]);
    await first.until(/[▁-█]+ +loss /);
    first.type("\x03");
    expect(await first.ended).toBe(4);
    expect(first.seen).toContain("go on: plaudit quickstart --resume town");
    expect(JSON.parse(readFileSync(at("town", "run.json"), "utf8")).status).toBe("interrupted");

    const second = terminal(["quickstart", "--resume", "town"]);
    await second.until("(done before)");
    await second.until("✓ [2/11]");
    second.type("\x03");
    second.type("\x03");
    expect(await second.ended).not.toBe(0);
  });

  it("the quickstart ends with a clear error when its folder is removed", async () => {
    const running = terminal([...town, "--out", "gone"]);
    await running.until(/[▁-█]+ +loss /);
    rmSync(at("gone"), { recursive: true });
    expect(await running.ended).toBe(1);
    expect(running.seen).toContain("gone was removed while it was being written [run-removed]");
  });

  it("ranking uses a screen of its own and gives the first one back, even when it is interrupted", async () => {
    const completions = Array.from({ length: 9 }, (_, i) => `answer ${i} ${"goes on ".repeat(20)}`);
    writeFileSync(at("tasks.jsonl"), jsonl([{ prompt: "为什么？", completions }]));
    const person = terminal(["label", "tasks.jsonl", "--project", "person"]);
    await person.until("q leaves");
    expect(person.seen).toMatch(/task 1 of 1[\s\S]*为什么？[\s\S]*more lines/);
    person.type("\x03");
    expect(await person.ended).toBe(0);
    const end = person.seen.slice(person.seen.lastIndexOf("\x1b[?1049l"));
    expect(end).toContain("0 new judgements");
    expect(person.seen.lastIndexOf("\x1b[?25h")).toBeGreaterThan(person.seen.lastIndexOf("\x1b[?25l"));
  });

  it("chat stops an answer at Ctrl-C, and leaves at the second", async () => {
    const chat = terminal(["chat", "--model", "lm", "--max-new-tokens", "4"]);
    await chat.until("> ");
    chat.type("你好 🙂\r");
    await chat.until("\n\x1b[1G\x1b[0J> "); // the answer has its line, and the next question may come
    chat.type("\x03");
    await chat.until("leaves");
    chat.type("\x03");
    expect(await chat.ended).toBe(0);
  });
});

describe("without a reader", { timeout: 120_000 }, () => {
  it("a training whose output nobody reads any more saves and ends", async () => {
    writeFileSync(at("text.txt"), "The shop opens at eight. ".repeat(400));
    const shape = ["--model", "gpt2", "--tokenizer", "characters", "--layers", "1", "--heads", "1", "--dim", "8"];
    const words = ["pretrain", "--data", "text.txt", ...shape, "--context", "16", "--max-steps", "1000000"];
    const child = spawn(process.execPath, [bin, ...words, "--threads", "1", "--out", "unread"], { cwd: folder });
    const metrics = at("unread", "metrics.jsonl");
    while (!existsSync(metrics) || readFileSync(metrics).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(4);
    expect(JSON.parse(readFileSync(at("unread", "run.json"), "utf8")).status).toBe("interrupted");
    expect(readdirSync(at("unread", "checkpoints"))).not.toHaveLength(0);
  });

  it("two clips move side by side, arrows answer, u takes back, and the answers are the project's", async () => {
    expect(await terminal(["init", "people"]).ended).toBe(0);
    const short =
      "--labels 3 --initial-share 1 --start-share 1 --initial-steps 200 --rounds 2 --initial-reward-epochs 2";
    const agent = "--total-timesteps 128 --n-steps 16 --n-epochs 1 --evaluation-episodes 2";
    const words = `clips --env Pendulum-v1 --labeller terminal --project people --by ada ${short} ${agent}`;
    const shown = terminal(words.split(" "));
    await shown.until(/← left.*answered 0 {2}· {2}waiting 3/s);
    shown.type("\x1b[C");
    await shown.until("answered 1");
    shown.type("u");
    await shown.until("answered 0");
    for (const [i, key] of ["\x1b[D", "\x1b[A", "\x1b[B"].entries()) {
      shown.type(key);
      if (i < 2) await shown.until(`answered ${i + 1}`); // after the last one the agent learns and the screen is closed
    }
    expect(await shown.ended).toBe(0);
    expect(shown.seen).toMatch(/[⠁-⣿]/);
    expect(shown.seen).toContain("3 of 3 questions answered");
    const journal = readFileSync(at("people", "journal.jsonl"), "utf8").trim().split("\n");
    const said = journal.map((line) => JSON.parse(line)).filter(({ by }) => by === "ada");
    expect(said.map(({ kind }) => kind)).toEqual(["judgement", "retraction", "judgement", "judgement", "skip"]);
    expect(said[2].data).toMatchObject({ groups: [[0], [1]], ui: "terminal" });
    expect(said[3].data.groups).toEqual([[0, 1]]);
    expect(said[4].data.reason).toBe("cannot-tell");
  });
});
