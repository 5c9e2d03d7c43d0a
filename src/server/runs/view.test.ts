import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { metricsReader } from "./metrics.ts";
import { checkRunName, fileInProject, findRunFolder } from "./project.ts";
import { compare, folderOfRun, listRuns, overoptimisation, runPage } from "./view.ts";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "plaudit-view-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

function writeRun(run: string, info: object = {}, metrics: readonly object[] = []): void {
  const common = { format: 1, command: "sft", status: "finished", step: 4, config: { learningRate: 0.1 } };
  const rest = { versions: {}, datasets: [], parents: [], created: "2026-01-01T00:00:00.000Z" };
  write(`runs/${run}/run.json`, JSON.stringify({ ...common, ...rest, ...info }));
  write(`runs/${run}/metrics.jsonl`, metrics.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

function writeModel(folder: string): void {
  write(`${folder}/config.json`, "{}");
  write(`${folder}/model.safetensors`, "");
}

describe("the runs of a project", () => {
  it("are listed the newest first, with their numbers, their models and what they came from", () => {
    writeRun("sft-001", { result: { steps: 4, trainLoss: 1.5, run: "runs/sft-001" } });
    writeModel("runs/sft-001/model");
    writeRun("ppo-001", {
      ...{ command: "ppo", status: "interrupted", step: 20, total: 50, created: "2026-01-02T00:00:00.000Z" },
      parents: [{ role: "policy", path: "runs/sft-001/model" }],
    });
    writeModel("runs/ppo-001/checkpoints/step-00000010");
    writeModel("runs/ppo-001/checkpoints/step-00000020");
    expect(listRuns(project)).toEqual([
      {
        ...{ run: "ppo-001", command: "ppo", status: "interrupted", step: 20, total: 50, seconds: null },
        ...{ created: "2026-01-02T00:00:00.000Z", parents: ["sft-001"], result: {} },
        model: "runs/ppo-001/checkpoints/step-00000020",
      },
      {
        ...{ run: "sft-001", command: "sft", status: "finished", step: 4, total: null, seconds: null },
        ...{ created: "2026-01-01T00:00:00.000Z", parents: [], result: { steps: 4, trainLoss: 1.5 } },
        model: "runs/sft-001",
      },
    ]);
  });

  it("know where they came from and what came of them, also inside a quickstart", () => {
    const hash = "ab";
    writeRun("quickstart-001", { command: "quickstart" });
    writeRun("quickstart-001/sft", { datasets: [{ path: "data/people.jsonl", hash, rows: 3 }] });
    const parents = [
      { role: "model", path: join(project, "runs/quickstart-001/sft/model") },
      { role: "reward", path: "elsewhere/reward" },
    ];
    writeRun("reward-001", { command: "reward", parents });
    const page = runPage(project, "quickstart-001/sft");
    expect(page.children).toEqual([{ run: "reward-001", role: "model", command: "reward" }]);
    expect(page.datasets).toEqual([{ path: "data/people.jsonl", hash, rows: 3 }]);
    expect(page.commandLine).toBe("plaudit sft --learning-rate 0.1");
    expect(runPage(project, "reward-001").from.map(({ role, run }) => [role, run])).toEqual([
      ["model", "quickstart-001/sft"],
      ["reward", null],
    ]);
  });

  it("that lie together in a folder which is no run are runs like others", () => {
    writeRun("town/sft", { created: "2026-01-02T00:00:00.000Z" });
    writeRun("town/reward", { parents: [{ role: "model", path: "runs/town/sft/model" }] });
    expect(listRuns(project).map(({ run, parents }) => [run, parents])).toEqual([
      ["town/sft", []],
      ["town/reward", ["town/sft"]],
    ]);
    expect(() => findRunFolder(project, "town")).toThrow(expect.objectContaining({ code: "missing-run" }));
  });

  it("that have not begun yet have no numbers and are no error", async () => {
    const job = { format: 1, run: "sft-001", command: "sft", args: [], by: "Ada", at: "2026-01-01T00:00:00.000Z" };
    write("runs/.jobs/sft-001.json", JSON.stringify(job));
    expect(runPage(project, "sft-001").status).toBe("queued");
    const nothing = { metrics: [], rows: 0, last: null };
    expect(await metricsReader().read(folderOfRun(project, "sft-001"))).toEqual(nothing);
    expect(await overoptimisation(project, ["sft-001"], metricsReader())).toEqual([{ run: "sft-001", points: [] }]);
    expect(() => folderOfRun(project, "sft-002")).toThrow(expect.objectContaining({ code: "missing-run" }));
  });

  it("that were killed are told apart from those that stopped, failed or finished", () => {
    for (const status of ["running", "interrupted", "failed", "finished"]) writeRun(status, { status });
    const states = listRuns(project).map(({ run, status }) => [run, status]);
    expect(Object.fromEntries(states)).toEqual({
      ...{ interrupted: "interrupted", failed: "failed", finished: "finished" },
      running: "stopped",
    });
  });

  it("are all listed, though the run.json of one is damaged: its own page says what is wrong", () => {
    writeRun("sft-001");
    write("runs/sft-002/run.json", "{");
    expect(listRuns(project).map(({ run, status }) => [run, status])).toContainEqual(["sft-002", "failed"]);
    expect(() => runPage(project, "sft-002")).toThrow(expect.objectContaining({ code: "bad-json" }));
  });

  it("can be compared: what differs in the settings, and the last metrics", () => {
    writeRun("a", {}, [
      { step: 1, loss: 3 },
      { step: 2, loss: 2 },
    ]);
    writeRun("b", { config: { learningRate: 0.2 } }, [{ step: 1, loss: 4 }]);
    const { runs, settings, metrics } = compare(project, ["a", "b"]);
    expect(runs.map(({ run }) => run)).toEqual(["a", "b"]);
    expect(settings).toEqual([{ name: "--learning-rate", values: [0.1, 0.2] }]);
    expect(metrics).toEqual([{ name: "loss", values: [2, 4], best: [2, 4] }]);
    expect(() => compare(project, ["a", "a"])).toThrow(expect.objectContaining({ code: "too-few-runs" }));
  });

  it("show reward against the root of the KL where both were measured", async () => {
    const point = (step: number, kl: number | null, reward: number) => {
      return { step, "objective/kl": kl, "objective/scores": reward };
    };
    writeRun("ppo-001", { command: "ppo" }, [point(1, -0.01, 0), point(2, 4, 1), point(3, null, 1), point(4, 9, 0.5)]);
    expect(await overoptimisation(project, ["ppo-001"], metricsReader())).toEqual([
      {
        run: "ppo-001",
        points: [
          { step: 1, rootKl: 0, reward: 0 },
          { step: 2, rootKl: 2, reward: 1 },
          { step: 4, rootKl: 3, reward: 0.5 },
        ],
      },
    ]);
  });
});

describe("names from the network", () => {
  it.each([
    "../sft-001",
    "..",
    ".",
    "",
    ".jobs",
    "runs/../../x",
    "sft-001/..",
    "sft-001/model",
    "/etc",
    "C:\\x",
    "a\0b",
  ])("%j is no run", (name) => {
    writeRun("sft-001");
    writeModel("runs/sft-001/model");
    expect(() => findRunFolder(project, name)).toThrow(expect.objectContaining({ code: "missing-run" }));
  });

  it("a run that is not there is answered with the nearest name", () => {
    writeRun("sft-001");
    expect(() => findRunFolder(project, "sft-01")).toThrow(expect.objectContaining({ help: "did you mean sft-001?" }));
  });

  it.each(["../x", "a/b", ".x", "", "-x", "a b", "x".repeat(81), "CON:"])("%j is no name for a new run", (name) => {
    expect(() => checkRunName(name)).toThrow(expect.objectContaining({ code: "bad-run-name" }));
  });

  it("new runs may have names in any script", () => {
    expect(["sft-002", "第一次", "v2_b"].map(checkRunName)).toEqual(["sft-002", "第一次", "v2_b"]);
  });

  it("files outside the project are refused, also behind a link", () => {
    write("data/mine.jsonl", "{}\n");
    symlinkSync(tmpdir(), join(project, "data", "out"));
    expect(fileInProject(project, "data/../data/mine.jsonl", "data")).toBe("data/mine.jsonl");
    write("plaudit.db", "");
    write("runs/.jobs/a.json", "{}");
    const inner = ["plaudit.db", "runs/.jobs/a.json"];
    for (const path of [...inner, "../x.jsonl", "/etc/passwd", "data/../../x", "..\\x", "data/out", "."])
      expect(() => fileInProject(project, path, "data"), path).toThrow(
        expect.objectContaining({ code: "outside-project" }),
      );
    expect(() => fileInProject(project, "data/no.jsonl", "data")).toThrow(
      expect.objectContaining({ code: "missing-file" }),
    );
  });
});
