import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { DataError } from "../../base/index.ts";
import { type Command, computing, defineCommand } from "./command.ts";
import { dispatch } from "./dispatch.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-dispatch-"));
afterAll(() => rmSync(folder, { recursive: true }));

const train = (run: Command["run"]) =>
  defineCommand({
    name: "train",
    summary: "trains a model",
    examples: ["plaudit train --data a.jsonl"],
    schema: z.strictObject({
      ...computing,
      data: z.string().describe("rows").meta({ value: "FILE" }),
      ema: z.boolean().default(true).describe("average the weights"),
      learningRate: z.number().positive().default(0.5).describe("highest rate"),
    }),
    resultSchema: z.strictObject({ loss: z.number() }),
    run,
  });

type Run = (...args: [...Parameters<Command["run"]>, press: (signal: string) => boolean]) => ReturnType<Command["run"]>;

/** Runs one command line against a table of commands whose `train` does what the test says. */
async function plaudit(line: string, run: Run = async () => ({})) {
  const listeners = new Map<string, () => void>();
  /** Sends a signal to whoever listens, and says whether anybody did. */
  const press = (signal: string) => {
    listeners.get(signal)?.();
    return listeners.has(signal);
  };
  const [stdout, stderr, exits]: [string[], string[], number[]] = [[], [], []];
  const shell = {
    stdout: { write: (text: string) => stdout.push(text) },
    stderr: { write: (text: string) => stderr.push(text) },
    env: {},
    now: () => 0,
    on: (signal: string, listener: () => void) => listeners.set(signal, listener),
    off: (signal: string) => listeners.delete(signal),
    exit: (code: number) => exits.push(code),
  };
  const load = async () => train((context, options) => run(context, options, press));
  const commands = {
    train: { summary: "trains a model", load },
    "runs list": { summary: "lists", load },
    "runs show": { summary: "shows", load },
  };
  const program = { commands, version: "1.2.3", nextSteps: "begin here" };
  const code = await dispatch(program, line.split(" ").filter(Boolean), shell);
  return { code, out: stdout.join(""), err: stderr.join(""), exits, press };
}

describe("the command line", () => {
  it("alone says how to begin, and knows its version", async () => {
    expect(await plaudit("")).toMatchObject({ code: 0, out: "begin here\n" });
    expect(await plaudit("--version")).toMatchObject({ code: 0, out: "1.2.3\n" });
  });

  it.each(["help", "--help", "-h"])("%s lists every command", async (word) => {
    const { code, out } = await plaudit(word);
    expect(code).toBe(0);
    expect(out).toMatch(/train +trains a model[\s\S]*runs list[\s\S]*runs show/);
  });

  it.each([
    ["trian", "did you mean plaudit train?"],
    ["runs lst", "did you mean plaudit runs list?"],
    ["runs", "needs one of list, show"],
    ["constructor", 'no command "plaudit constructor"'],
  ])("%s is unknown: exit 2 and the nearest name", async (line, text) => {
    const { code, err, out } = await plaudit(line);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(text);
    expect(err).toContain("[unknown-command]");
  });

  it.each(["train --help", "help train", "train -h --data"])(
    "%s shows examples first, limits and defaults",
    async (line) => {
      const { code, out } = await plaudit(line);
      expect(code).toBe(0);
      const order = ["Examples", "Usage", "Options", "The run", "Every command"].map((title) => out.indexOf(title));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(out).toMatch(/--data FILE +rows \(required\)/);
      expect(out).toMatch(/--learning-rate X +highest rate \(above 0; default 0.5\)/);
      expect(out).toMatch(/--resume \[DIR\]/);
      expect(out).toMatch(/--\[no-\]ema +average the weights \(default on\)/);
    },
  );

  it("prints the schema of the results", async () => {
    const { out } = await plaudit("train --json-schema");
    expect(JSON.parse(out).properties).toHaveProperty("loss");
  });
});

describe("a finished command", () => {
  const finish: Run = async (context) => {
    context.emit("loss 0.5", { loss: 0.5 }, { loss: 0.25 });
    return { next: "plaudit chat" };
  };

  it("prints a text for people and the next command", async () => {
    const { code, out, err } = await plaudit("train --data a", finish);
    expect([code, out, err]).toEqual([0, "loss 0.5\n", "\nNext: plaudit chat\n"]);
  });

  it("prints one object a line under --json, and nothing else on stdout", async () => {
    const { out } = await plaudit("train --data a --json", finish);
    expect(out).toBe('{"loss":0.5}\n{"loss":0.25}\n');
  });

  it("may end with the doctor's code", async () => {
    expect((await plaudit("train --data a", async () => ({ exitCode: 5 }))).code).toBe(5);
  });
});

describe("a failed command", () => {
  const problems = Array.from({ length: 23 }, (_, i) => ({
    code: "bad-json",
    message: `row ${i}`,
    where: `a:${i + 1}`,
  }));
  const bad: Run = async () => {
    throw new DataError("23 rows are bad", { code: "bad-rows", where: "a.jsonl", help: "mend them", problems });
  };

  it("explains itself on stderr with twenty problems and their count", async () => {
    const { code, out, err } = await plaudit("train --data a", bad);
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(/error 23 rows are bad \[bad-rows\]\n {2}at a.jsonl/);
    expect(err).toContain("a:20: row 19");
    expect(err).not.toContain("row 20");
    expect(err).toContain("and 3 more (23 in all)");
    expect(err).toContain("→ mend them");
  });

  it("prints the error as an object with twenty problems and their count under --json", async () => {
    const { code, out, err } = await plaudit("train --data a --json", bad);
    const { error } = JSON.parse(out);
    expect([code, err]).toEqual([3, ""]);
    expect(error).toMatchObject({ code: "bad-rows", message: "23 rows are bad", help: "mend them", where: "a.jsonl" });
    expect(error.problems).toEqual(problems.slice(0, 20));
    expect(error.problemCount).toBe(23);
  });

  it("calls a bug a bug, without a stack unless it is asked for", async () => {
    const { code, err } = await plaudit("train --data a", async () => Promise.reject(new TypeError("x is undefined")));
    expect(code).toBe(1);
    expect(err).toMatch(/x is undefined \[internal\][\s\S]*this is a bug/);
    expect(err).not.toContain("dispatch.test.ts");
  });

  it("explains the errors of the file system", async () => {
    const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", path: "runs/a" });
    const { code, err } = await plaudit("train --data a", async () => Promise.reject(full));
    expect(code).toBe(1);
    expect(err).toContain("the disk is full: runs/a could not be written [disk-full]");
  });
});

describe("options", () => {
  it("from flags win over those of a config file, and both count as given", async () => {
    const file = join(folder, "train.yaml");
    writeFileSync(file, "data: file.jsonl\nlearningRate: 0.25\n");
    let seen: unknown;
    await plaudit(`train --config ${file} --learning-rate 0.75`, async (context, options) => {
      seen = [options.data, options.learningRate, options.seed, [...context.given].sort()];
      return {};
    });
    expect(seen).toEqual(["file.jsonl", 0.75, 0, ["data", "learningRate"]]);
  });

  it("in a config file are checked like flags", async () => {
    const file = join(folder, "bad.yaml");
    writeFileSync(file, "data: a\nlearningRate: .nan\n");
    const { code, err } = await plaudit(`train --config ${file}`);
    expect(code).toBe(2);
    expect(err).toContain("--learning-rate: wanted a number above 0, got NaN");
  });

  it("of a resumed run come from its run.json, and flags win", async () => {
    const run = join(folder, "train-001");
    mkdirSync(run);
    const info = {
      format: 1,
      command: "train",
      status: "interrupted",
      step: 3,
      versions: {},
      datasets: [],
      parents: [],
    };
    writeFileSync(
      join(run, "run.json"),
      JSON.stringify({ ...info, config: { data: "~/old.jsonl", learningRate: 0.1 } }),
    );
    let seen: unknown;
    await plaudit(`train --resume ${run} --learning-rate 0.2`, async (context, { data, learningRate, resume }) => {
      seen = { data, learningRate, resume, given: [...context.given].sort() };
      return {};
    });
    expect(seen).toEqual({
      data: join(homedir(), "old.jsonl"),
      learningRate: 0.2,
      resume: run,
      given: ["learningRate", "resume"],
    });
  });

  it("of a folder without a run must be given: it is a start", async () => {
    const { code, err } = await plaudit(`train --resume ${join(folder, "nothing")}`);
    expect(code).toBe(2);
    expect(err).toContain("train needs --data");
  });
});

describe("Ctrl-C", () => {
  it("once aborts the signal, twice ends the process with 130", async () => {
    const aborted: boolean[] = [];
    const { err, exits } = await plaudit("train --data a", async (context, _, press) => {
      aborted.push(context.signal.aborted);
      press("SIGINT");
      aborted.push(context.signal.aborted);
      press("SIGTERM");
      return {};
    });
    expect(aborted).toEqual([false, true]);
    expect(err).toContain("press Ctrl-C again to quit");
    expect(exits).toEqual([130]);
  });

  it("and a reader that is gone stop the work once: the step is still saved", async () => {
    const { exits } = await plaudit("train --data a", async ({ signal }, _, press) => {
      expect([press("hangup"), signal.aborted]).toEqual([true, true]);
      press("hangup");
      return {};
    });
    expect(exits).toEqual([]);
  });

  it("keeps its usual meaning for a command that has nothing to save", async () => {
    let heard = true;
    await plaudit("train --data a", async (_context, _options, press) => {
      heard = press("SIGINT");
      return {};
    });
    expect(heard).toBe(false);
  });

  it("has its usual meaning again when the command is done", async () => {
    const { press } = await plaudit("train --data a", async ({ signal }) => (signal.aborted ? { exitCode: 5 } : {}));
    expect(press("SIGINT")).toBe(false);
  });
});
