import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { walk } from "../../test/fixtures/walk-trainer.ts";
import { portablePath } from "./config.ts";
import {
  configDifferences,
  deleteRun,
  latestCheckpoint,
  listRuns,
  newestUnfinishedRun,
  newRunName,
  openRun,
  type RecordOptions,
  readMetrics,
  readRun,
  record,
  runModelFolder,
  type Trainer,
} from "./index.ts";

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), "plaudit-run-"));
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

const drain = async (trainer: Trainer) => {
  for await (const _ of trainer);
};
const options: RecordOptions = { saveSteps: 3, logSamples: 2 };
const open = (folder: string, resume = false, config: object = { learningRate: 0.1 }) =>
  openRun(folder, { command: "walk", config, seed: 1, resume });

/** Every file with its bytes, except what a clock or a process number is in. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      // The page is about one run, by its name; all else in it must be the same.
      const text = readFileSync(path, "latin1").replaceAll(`>${basename(folder)}<`, ">the run<");
      return [path.slice(folder.length), text];
    }),
  );
}

/** Runs the walk in a process of its own and kills it once it has told that step. Returns its number. */
function killAfter(folder: string, step: number): Promise<number> {
  const script = fileURLToPath(new URL("../../test/fixtures/walk-trainer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.on("data", (text) => String(text).split("\n").includes(String(step)) && child.kill("SIGKILL"));
  return new Promise((resolve) => child.on("exit", () => resolve(child.pid!)));
}

describe("record", () => {
  it("writes logs, checkpoints with retention, the model and what the run was", async () => {
    const folder = join(runs, "walk-001");
    let now = 1_700_000_000_000;
    await drain(record(walk(), folder, { ...options, saveTotalLimit: 2, command: "walk", now: () => (now += 500) }));
    expect(readMetrics(folder).map((row) => row.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(readFileSync(join(folder, "samples.jsonl"), "utf8").split("\n").length).toBe(2 * 10 + 1);
    expect(readdirSync(join(folder, "checkpoints"))).toEqual(["step-00000006", "step-00000009"]);
    expect(readdirSync(join(folder, "model")).sort()).toEqual(["config.json", "model.safetensors"]);
    const { info, status } = readRun(folder);
    expect(status).toBe("finished");
    expect(info).toMatchObject({
      format: 1,
      command: "walk",
      step: 10,
      weights: "policy",
      created: "2023-11-14T22:13:20.500Z",
    });
    expect(info.result).toEqual({ final: expect.any(Number) });
    expect(info.seconds).toBeGreaterThan(0);
    expect(readdirSync(folder)).not.toContain(".lock");
    const state = JSON.parse(readFileSync(join(folder, "checkpoints", "step-00000009", "state.json"), "utf8"));
    expect(state).toMatchObject({ format: 1, step: 9, position: 18 });
    expect(state.logs["metrics.jsonl"]).toBeGreaterThan(0);
  });

  it("never writes over what is there", async () => {
    const folder = join(runs, "mine");
    await drain(record(walk(), folder, options));
    const before = contents(folder);
    await expect(drain(record(walk(), folder, options))).rejects.toMatchObject({ code: "run-exists", exitCode: 2 });
    expect(contents(folder)).toEqual(before);
    mkdirSync(join(runs, "thesis"));
    writeFileSync(join(runs, "thesis", "thesis.tex"), "");
    expect(() => open(join(runs, "thesis"), true)).toThrow(expect.objectContaining({ code: "run-exists" }));
    expect(readdirSync(join(runs, "thesis"))).toEqual(["thesis.tex"]);
  });

  it("refuses a second process while one is at work", async () => {
    const run = open(join(runs, "a"));
    expect(() => open(join(runs, "a"), true)).toThrow(expect.objectContaining({ code: "run-locked" }));
    expect(() => deleteRun(join(runs, "a"))).toThrow(expect.objectContaining({ code: "run-locked" }));
    run.close();
  });

  it("gives the folder free when the trainer cannot even be made", async () => {
    const trainer = (): Trainer => {
      throw new Error("no such model");
    };
    await expect(drain(record(trainer, open(join(runs, "a")), options))).rejects.toThrow("no such model");
    expect(readRun(join(runs, "a")).status).toBe("failed");
    open(join(runs, "a"), true).close();
  });

  it("notes a failure and keeps the last checkpoint", async () => {
    const folder = join(runs, "a");
    await expect(drain(record(walk({ dieAt: 5 }), open(folder), options))).rejects.toThrow("killed");
    expect(readRun(folder)).toMatchObject({
      status: "failed",
      info: { step: 3, error: { code: "internal", message: "Error: killed" } },
    });
  });

  it("saves and says so when it is asked to stop, or when the loop is left", async () => {
    const stop = new AbortController();
    const steps = async () => {
      for await (const { step } of record(walk(), open(join(runs, "a")), { ...options, signal: stop.signal })) {
        if (step === 4) stop.abort();
      }
    };
    await expect(steps()).rejects.toMatchObject({ code: "interrupted", exitCode: 4 });
    for await (const { step } of record(walk(), open(join(runs, "b")), options)) if (step === 4) break;
    for (const name of ["a", "b"]) {
      expect(readRun(join(runs, name))).toMatchObject({ status: "interrupted", info: { step: 4 } });
      expect(readdirSync(join(runs, name, "checkpoints"))).toContain("step-00000004");
    }
  });

  it("hears that it is to stop though its trainer waits for nothing", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1);
    const endless = record(walk({ steps: 1e6 }), open(join(runs, "c")), { ...options, signal: stop.signal });
    await expect(drain(endless)).rejects.toMatchObject({ code: "interrupted" });
  });

  it("ends when its folder is removed, also when another one has taken its name, and writes nothing there", async () => {
    const folder = join(runs, "gone");
    const run = open(folder);
    const steps = async () => {
      for await (const { step } of record(walk(), run, options)) {
        if (step !== 2) continue;
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      }
    };
    await expect(steps()).rejects.toThrow(expect.objectContaining({ code: "run-removed", where: folder }));
    expect(run.isThere()).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves a page, however the run ended", async () => {
    const page = (name: string) => readFileSync(join(runs, name, "report.html"), "utf8");
    await drain(record(walk(), open(join(runs, "a")), options));
    for await (const { step } of record(walk(), open(join(runs, "b")), options)) if (step === 4) break;
    await expect(drain(record(walk({ dieAt: 5 }), open(join(runs, "c")), options))).rejects.toThrow("killed");
    expect(page("a")).toContain("finished after step 10");
    expect(page("b")).toContain("interrupted after step 4");
    expect(page("c")).toContain("Error: killed");
  });

  it("says when a finished run's page cannot be written, and never hides behind that why a run failed", async () => {
    const blocked = (name: string) => {
      const run = open(join(runs, name));
      mkdirSync(join(runs, name, "report.html", "in the way"), { recursive: true });
      return run;
    };
    await expect(drain(record(walk({ dieAt: 5 }), blocked("a"), options))).rejects.toThrow("killed");
    await expect(drain(record(walk(), blocked("b"), options))).rejects.toThrow("report.html");
    expect(readRun(join(runs, "b"))).toMatchObject({
      status: "finished",
      info: { result: { final: expect.any(Number) } },
    });
  });

  it("refuses a trainer that was not made from the run's checkpoint", async () => {
    const folder = join(runs, "a");
    await expect(drain(record(walk({ dieAt: 5 }), open(folder), options))).rejects.toThrow();
    await expect(drain(record(walk(), open(folder, true), options))).rejects.toMatchObject({ code: "resume-step" });
  });
});

describe("a resumed run", () => {
  const unbroken = async () => {
    const folder = join(runs, "unbroken");
    await drain(record(walk(), open(folder), options));
    return contents(folder);
  };
  const resume = (folder: string, more = {}) => record((from) => walk(more, from), open(folder, true), options);

  it.each([1, 2, 3, 4, 7, 10])("has the bytes of an unbroken one, when it failed at step %i", async (dieAt) => {
    const folder = join(runs, "broken");
    await expect(drain(record(walk({ dieAt }), open(folder), options))).rejects.toThrow("killed");
    await drain(resume(folder));
    expect(contents(folder)).toEqual(await unbroken());
  });

  it("has the bytes of an unbroken one after three failures, an interruption and torn log lines", async () => {
    const folder = join(runs, "broken");
    await expect(drain(record(walk({ dieAt: 2 }), open(folder), options))).rejects.toThrow();
    await expect(drain(resume(folder, { dieAt: 5 }))).rejects.toThrow();
    for (const log of ["metrics.jsonl", "samples.jsonl", "timing.jsonl"]) {
      writeFileSync(join(folder, log), '{"step":5,"lo', { flag: "a" });
    }
    await expect(drain(resume(folder, { dieAt: 8 }))).rejects.toThrow();
    for await (const { step } of resume(folder)) if (step === 8) break;
    await drain(resume(folder));
    // The interruption left a checkpoint that an unbroken run does not make.
    const { "/checkpoints/step-00000008/state.json": extra, ...files } = contents(folder);
    expect(extra).toBeDefined();
    const wanted = await unbroken();
    for (const name of ["/metrics.jsonl", "/samples.jsonl", "/timing.jsonl", "/model/model.safetensors"]) {
      expect(files[name]).toBe(wanted[name]);
    }
    expect(files["/events.out.tfevents.0.plaudit"]).toBe(wanted["/events.out.tfevents.0.plaudit"]);
    expect(files["/checkpoints/step-00000009/state.json"]).toBe(wanted["/checkpoints/step-00000009/state.json"]);
  });

  it("has the bytes of an unbroken one after kill −9, and says whose lock it took over", async () => {
    const folder = join(runs, "killed");
    const pids = [await killAfter(folder, 2), await killAfter(folder, 5)];
    expect(readRun(folder).status).toBe("stopped");
    const run = open(folder, true);
    expect(run.notices).toEqual([expect.stringContaining(`process ${pids[1]}, which worked in ${folder}, is gone`)]);
    await drain(record((from) => walk({}, from), run, options));
    expect(contents(folder)).toEqual(await unbroken());
  }, 30_000);

  it("goes on from its newest step, whatever an older state.json in the trainer's hands says", async () => {
    const folder = join(runs, "a");
    async function* trainer(): Trainer {
      const files = { "state.json": { step: 99, logs: { "metrics.jsonl": 99 }, mine: 5 } };
      yield { step: 1, metrics: {}, snapshot: () => ({ step: 1, files }) };
      throw new Error("killed");
    }
    await expect(drain(record(trainer(), folder, { saveSteps: 1 }))).rejects.toThrow("killed");
    const { checkpoint, logs } = latestCheckpoint(folder);
    expect(checkpoint).toMatchObject({ step: 1, files: { "state.json": { mine: 5 } } });
    expect(logs["metrics.jsonl"]).toBe(readFileSync(join(folder, "metrics.jsonl")).length);
  });

  it("that took a dead process's lock over tells its own state, not the one before", () => {
    const folder = join(runs, "a");
    open(folder).close();
    writeFileSync(join(folder, ".lock"), JSON.stringify({ pid: 1, startTime: "never", bootId: "another" }));
    const run = open(folder, true);
    run.update({ step: 7 });
    expect([run.info.step, run.notices]).toEqual([7, [expect.stringContaining("taken over")]]);
    run.close();
  });

  it("passes over a damaged checkpoint, or one whose logs are too short, and says so", async () => {
    const folder = join(runs, "a");
    await expect(drain(record(walk({ dieAt: 10 }), open(folder), options))).rejects.toThrow();
    truncateSync(join(folder, "checkpoints", "step-00000009", "model.safetensors"), 30);
    const run = open(folder, true);
    expect(run).toMatchObject({ state: "resumed", checkpoint: { step: 6 } });
    expect(run.notices[0]).toMatch(/step-00000009.*not whole/);
    run.close();
    writeFileSync(join(folder, "metrics.jsonl"), "");
    const again = open(folder, true);
    expect(again).toMatchObject({ state: "new", checkpoint: undefined });
    expect(again.notices.length).toBe(3);
    await drain(record((from) => walk({}, from), again, options));
    expect(contents(folder)).toEqual(await unbroken());
  });

  it("that is finished gives its result and writes nothing", async () => {
    const before = await unbroken();
    const run = open(join(runs, "unbroken"), true);
    expect(run).toMatchObject({ state: "finished", info: { result: { final: expect.any(Number) } } });
    expect(contents(join(runs, "unbroken"))).toEqual(before);
  });

  it("starts where there is no folder yet", () => {
    const run = open(join(runs, "new"), true);
    expect(run.state).toBe("new");
    run.close();
  });

  it("refuses other settings with both values, except how long and where it runs", async () => {
    const folder = join(runs, "a");
    await expect(
      drain(record(walk({ dieAt: 5 }), open(folder, false, { learningRate: 0.1, maxSteps: 5, threads: 1 }), options)),
    ).rejects.toThrow();
    expect(() => open(folder, true, { learningRate: 0.2, maxSteps: 5, threads: 1 })).toThrow(
      expect.objectContaining({
        code: "resume-differs",
        exitCode: 2,
        problems: [{ code: "resume-differs", where: "--learning-rate", message: "the run has 0.1, now it is 0.2" }],
      }),
    );
    const run = open(folder, true, { learningRate: 0.1, maxSteps: 10, threads: 2 });
    expect(run.info.config).toMatchObject({ maxSteps: 10 });
    expect(run.notices).toEqual([expect.stringContaining("1 threads, now 2")]);
    run.close();
  });

  it("goes on when a newer version has settings that the run lacks, but not with another value for them", () => {
    const [before, now] = [{ learningRate: 0.1 }, { learningRate: 0.1, warmupStartRatio: 0.5 }];
    expect(configDifferences(before, now, new Set(["warmupStartRatio"]))).toEqual([]);
    expect(configDifferences(before, now)).toMatchObject([{ where: "--warmup-start-ratio" }]);
    expect(configDifferences(now, { ...now, warmupStartRatio: 0 }, new Set(["warmupStartRatio"]))).toHaveLength(1);
  });

  it("refuses data that changed since", () => {
    const folder = join(runs, "a");
    const start = (hash: string) => openRun(folder, { datasets: [{ path: "x.jsonl", hash }], resume: true });
    start("1").close();
    expect(() => start("2")).toThrow(/x\.jsonl: its content has changed/);
    start("1").close();
  });

  it("refuses a format of a later version by name", () => {
    mkdirSync(join(runs, "a"));
    writeFileSync(join(runs, "a", "run.json"), JSON.stringify({ format: 2 }));
    expect(() => open(join(runs, "a"), true)).toThrow(expect.objectContaining({ code: "newer-format" }));
  });
});

describe("run folders", () => {
  it("hold no absolute path: below here relative, in the home folder with ~", () => {
    const run = openRun(join(runs, "a"), {
      config: { data: join(process.cwd(), "package.json"), stop: "/no/such/thing" },
    });
    expect(run.info.config).toEqual({ data: "package.json", stop: "/no/such/thing" });
    run.close();
    const shown = (path: string, cwd: string) => portablePath(path, "/home/me", cwd, () => true);
    expect(shown("/home/me/x/data.jsonl", "/srv/work")).toBe("~/x/data.jsonl");
    expect(shown("/home/me/x/data.jsonl", "/home/me/y")).toBe("~/x/data.jsonl");
    expect(shown("/home/me/y/data.jsonl", "/home/me/y")).toBe("data.jsonl");
    expect(shown("/data/x", "/home/me/y")).toBe("../../../data/x");
  });

  it("are numbered by command", () => {
    expect(newRunName(runs, "sft")).toBe("sft-001");
    for (const name of ["sft-001", "sft-009", "sft-mine", "ppo-012"]) mkdirSync(join(runs, name));
    expect(newRunName(runs, "sft")).toBe("sft-010");
    expect(newRunName(join(runs, "none"), "sft")).toBe("sft-001");
  });

  it("are listed, found when unfinished, and deleted", async () => {
    await drain(record(walk(), open(join(runs, "walk-001")), options));
    for await (const _ of record(walk(), open(join(runs, "walk-002")), options)) break;
    mkdirSync(join(runs, "not-a-run"));
    expect(new Set(listRuns(runs).map((run) => `${run.name} ${run.status}`))).toEqual(
      new Set(["walk-001 finished", "walk-002 interrupted"]),
    );
    expect(newestUnfinishedRun(runs, "walk")?.name).toBe("walk-002");
    expect(newestUnfinishedRun(runs, "ppo")).toBeUndefined();
    deleteRun(join(runs, "walk-002"));
    expect(existsSync(join(runs, "walk-002"))).toBe(false);
    expect(() => deleteRun(join(runs, "not-a-run"))).toThrow(expect.objectContaining({ code: "not-a-run" }));
  });

  it("stand for their final model", async () => {
    await drain(record(walk(), open(join(runs, "walk-001")), options));
    const final = join(runs, "walk-001", "model");
    expect(runModelFolder(join(runs, "walk-001"))).toBe(final);
    expect(runModelFolder("walk-001", runs)).toBe(final);
    expect(runModelFolder(final)).toBe(final);
    const checkpoint = join(runs, "walk-001", "checkpoints", "step-00000003");
    expect(runModelFolder(checkpoint)).toBe(checkpoint);
    expect(() => runModelFolder("walk-01", runs)).toThrow(
      expect.objectContaining({ code: "missing-model", help: expect.stringContaining("walk-001") }),
    );
    open(join(runs, "b")).close();
    expect(() => runModelFolder(join(runs, "b"))).toThrow(expect.objectContaining({ code: "unfinished-run" }));
  });

  it("differ in a setting only when its value does, not its order", () => {
    expect(configDifferences({ a: { x: 1, y: 2 }, saveSteps: 1 }, { a: { y: 2, x: 1 }, saveSteps: 2 })).toEqual([]);
    expect(configDifferences({}, { klCoef: 0.1 })[0]).toMatchObject({
      where: "--kl-coef",
      message: expect.stringContaining("none"),
    });
  });
});
