import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(root, "bin", "plaudit.js");
const folder = mkdtempSync(join(tmpdir(), "plaudit-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type During = (err: string, kill: (signal: NodeJS.Signals) => void) => void;

/** Runs Node with these words; `during` may send signals when it has seen enough of stderr. */
function node(words: string[], during: During = () => {}, cwd = folder) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, words, { cwd });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
      during(err, (signal) => child.kill(signal));
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
const plaudit = (...words: string[]) => node([bin, ...words]);

function makeRun(name: string, run: object) {
  mkdirSync(join(folder, "runs", name), { recursive: true });
  const info = {
    format: 1,
    command: "sft",
    status: "finished",
    step: 20,
    seed: 7,
    versions: {},
    datasets: [],
    parents: [],
  };
  writeFileSync(
    join(folder, "runs", name, "run.json"),
    JSON.stringify({ ...info, config: { learningRate: 1e-4 }, ...run }),
  );
  writeFileSync(join(folder, "runs", name, "metrics.jsonl"), '{"step":19,"loss":2}\n{"step":20,"loss":1.5}\n');
}

describe("bin/plaudit.js", () => {
  it("alone prints three next steps", async () => {
    const { code, out } = await plaudit();
    expect(code).toBe(0);
    expect(out.match(/^ {2}plaudit /gm)).toHaveLength(3);
  });

  it("ends with 2 on wrong usage and keeps stdout clean", async () => {
    const { code, out, err } = await plaudit("runs", "list", "--dirr", "x");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("did you mean --dir?");
  });

  it("ends with 3 on damaged data, told as JSON", async () => {
    makeRun("broken-001", { config: "none" });
    const { code, out } = await plaudit("runs", "show", "broken-001", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(out).error).toMatchObject({ code: "bad-run", where: expect.stringContaining("run.json") });
    rmSync(join(folder, "runs", "broken-001"), { recursive: true });
  });

  it("lists and shows runs, for people and for programs", async () => {
    makeRun("sft-001", {});
    makeRun("sft-002", { status: "interrupted" });
    const list = await plaudit("runs", "list", "--json");
    const runs = list.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(runs.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      "sft-001 finished",
      "sft-002 interrupted",
    ]);

    const show = await plaudit("runs", "show", "sft-002");
    expect(show.out).toMatch(/loss +1\.5/);
    expect(show.out).toMatch(/learningRate +0\.0001/);
    expect(show.err).toContain(`Next: plaudit runs resume ${join("runs", "sft-002")}`);
  });

  it("names the nearest run", async () => {
    makeRun("sft-001", {});
    const { code, err } = await plaudit("runs", "show", "sft-01");
    expect(code).toBe(2);
    expect(err).toContain("did you mean sft-001?");
  });

  it("describes the machine without naming its owner", async () => {
    const { code, out } = await plaudit("doctor", "machine", "--json");
    const machine = JSON.parse(out);
    expect(code).toBe(machine.engine.problem ? 5 : 0);
    expect(machine).toMatchObject({ node: process.version, cores: expect.any(Number) });
    expect(machine.paths.find(({ what }: { what: string }) => what === "runs")).toMatchObject({ path: "runs" });
  });

  it("is quiet when a pipe closes early", async () => {
    const script = `const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, [process.argv[1], "help"], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.destroy();
      child.on("close", (code) => process.exit(code ?? 9));`;
    expect(await node(["-e", script, bin])).toMatchObject({ code: 0, err: "" });
  });
});

// Windows has no signals that one process could send to another to end it politely.
describe.skipIf(process.platform === "win32")("Ctrl-C in a computing command", () => {
  /** A command that counts until it is asked to stop and then saves; `stubborn` ones never finish their step. */
  const script = (stubborn: boolean) => `
    const { dispatch } = await import("./src/cli/frame/dispatch.ts");
    const { computing, defineCommand } = await import("./src/cli/frame/command.ts");
    const { Interrupted } = await import("./src/run/index.ts");
    const { z } = await import("zod");
    const count = defineCommand({
      name: "count", summary: "counts", examples: [], schema: z.strictObject(computing), resultSchema: z.object({}),
      async run(context) {
        const { signal } = context;
        context.note("counting");
        while (${stubborn} || !signal.aborted) await new Promise((next) => setTimeout(next, 5));
        throw new Interrupted("interrupted; saved", { code: "interrupted" });
      },
    });
    const { stdout, stderr, env } = process;
    const [on, off, exit] = [process.on.bind(process), process.off.bind(process), process.exit.bind(process)];
    const shell = { stdout, stderr, env, now: Date.now, on, off, exit };
    const program = { commands: { count: { summary: "", load: async () => count } }, version: "", nextSteps: "" };
    process.exitCode = await dispatch(program, ["count"], shell);`;
  const count = (stubborn: boolean, during: During) =>
    node(["--import", "tsx", "--input-type=module", "-e", script(stubborn)], during, root);

  it.each(["SIGINT", "SIGTERM"] as const)("once (%s): the step is finished and saved, exit 4", async (signal) => {
    let sent = false;
    const { code, err } = await count(false, (seen, kill) => {
      if (!sent && seen.includes("counting")) kill(signal);
      sent ||= seen.includes("counting");
    });
    expect(code).toBe(4);
    expect(err).toMatch(/finishing this step and saving[\s\S]*interrupted; saved/);
  });

  it("twice: the process ends at once with 130", async () => {
    let sent = 0;
    const { code } = await count(true, (seen, kill) => {
      const wanted = seen.includes("finishing") ? 2 : seen.includes("counting") ? 1 : 0;
      if (wanted > sent) kill("SIGINT");
      sent = wanted;
    });
    expect(code).toBe(130);
  });
});
