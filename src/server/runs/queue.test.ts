import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jobIsAlive, readJobs, readLog } from "./jobs.ts";
import type { Program } from "./processes.ts";
import { type Queue, type QueueOptions, runQueue } from "./queue.ts";
import { listRuns, runPage } from "./view.ts";

/** Stands for the program: opens a run, and ends as its first word says, or when it is told to. */
const stub = `
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
const [, , command, how, out] = process.argv;
const say = (status) => {
  const rest = { config: {}, versions: {}, datasets: [], parents: [] };
  writeFileSync(out + "/run.tmp", JSON.stringify({ format: 1, command, status, step: 1, ...rest }));
  renameSync(out + "/run.tmp", out + "/run.json");
};
if (how === "fail") {
  console.log(JSON.stringify({ error: { code: "missing-column", message: "no prompt" } }));
  process.exit(3);
}
mkdirSync(out, { recursive: true });
say("running");
if (how === "now") say("finished");
else if (how === "die") process.kill(process.pid, "SIGKILL");
else {
  process.on("SIGINT", () => { say("interrupted"); process.exit(4); });
  console.log("ready");
  setInterval(() => {}, 1000);
}
`;

let project: string;
let program: Program;
const open: Queue[] = [];
const queueOf = (more: Partial<QueueOptions> = {}): Queue => {
  const queue = runQueue({ project, program, now: clock, pollMs: 20, ...more });
  open.push(queue);
  return queue;
};
let time = 0;
const clock = () => (time += 1000);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "plaudit-queue-"));
  writeFileSync(join(project, "stub.mjs"), stub);
  program = [process.execPath, join(project, "stub.mjs")];
});
afterEach(async () => {
  for (const queue of open.splice(0)) queue.close();
  for (const { process: one } of readJobs(project)) if (one) kill(one.pid);
  rmSync(project, { recursive: true, force: true });
});
const kill = (pid: number) => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
};

const job = (run: string, how: string) => ({ run, command: "sft" as const, args: [how, `runs/${run}`], by: "ann" });
const states = () => Object.fromEntries(listRuns(project).map(({ run, status }) => [run, status]));
async function until<T>(get: () => T, wanted: (value: T) => boolean): Promise<T> {
  for (let n = 0; ; n++) {
    const value = get();
    if (wanted(value)) return value;
    if (n === 3000) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const ready = (run: string) =>
  until(
    () => readLog(project, run).text,
    (text) => text.includes("ready"),
  );

describe("training from the page", () => {
  it("runs one after the other, in the order asked for", async () => {
    const changed: string[] = [];
    const queue = queueOf({ onChange: (run) => changed.push(run) });
    expect(await queue.add(job("a", "wait"))).toBe("starting");
    expect(await queue.add(job("b", "now"))).toBe("queued");
    expect(await queue.add(job("c", "now"))).toBe("queued");
    await ready("a");
    queue.stop("a");
    await until(states, (all) => all.c === "finished");
    expect(states()).toEqual({ a: "interrupted", b: "finished", c: "finished" });
    expect(changed.filter((run, i) => changed.indexOf(run) === i)).toEqual(["a", "b", "c"]);
  });

  it("is found again by the next server, which goes on with the queue", async () => {
    const first = queueOf();
    await first.add(job("a", "wait"));
    await first.add(job("b", "now"));
    await ready("a");
    first.close();
    const second = queueOf();
    expect(readJobs(project).map(({ run, by }) => [run, by])).toEqual([
      ["a", "ann"],
      ["b", "ann"],
    ]);
    expect(states()).toEqual({ a: "stopped", b: "queued" }); // the stub takes no lock, as a real run does
    second.stop("a");
    await until(states, (all) => all.b === "finished");
  });

  it("tells finished, failed, interrupted and killed apart", async () => {
    const queue = queueOf();
    for (const how of ["now", "fail", "die"]) await queue.add(job(how, how));
    await until(states, (all) => all.die === "stopped" && all.fail === "failed");
    expect(states()).toEqual({ now: "finished", fail: "failed", die: "stopped" });
    expect(runPage(project, "fail").error).toEqual({ code: "missing-column", message: "no prompt" });
    queue.stop("fail"); // nothing but a log: it is taken away
    expect(states()).toEqual({ now: "finished", die: "stopped" });
  });

  it("goes on with a run that ended early, but not with a finished one", async () => {
    const queue = queueOf();
    await queue.add(job("done", "now"));
    await until(states, (all) => all.done === "finished");
    await expect(queue.resume("done", "ann")).rejects.toMatchObject({ code: "run-finished" });
    await expect(queue.resume("don", "ann")).rejects.toMatchObject({
      code: "missing-run",
      help: "did you mean done?",
    });
    await queue.add(job("killed", "die"));
    await until(
      () => readJobs(project).length,
      (n) => n === 2,
    );
    await until(states, (all) => all.killed === "stopped");
    await until(
      () => readJobs(project).some(jobIsAlive), // it may be about to die still
      (alive) => !alive,
    );
    await queue.resume("killed", "bob");
    expect(readJobs(project).find(({ run }) => run === "killed")).toMatchObject({
      args: ["--resume=runs/killed", "--json"],
      by: "bob",
    });
  });

  it("gives names that nothing has, and refuses those that something has", async () => {
    const queue = queueOf();
    await queue.add(job("sft-001", "wait"));
    await queue.add(job("sft-002", "now"));
    expect(queue.newName("sft")).toBe("sft-003");
    expect(queue.newName("ppo")).toBe("ppo-001");
    for (const name of ["sft-001", "sft-002"])
      expect(() => queue.newName("sft", name)).toThrow(expect.objectContaining({ code: "run-exists" }));
    queue.stop("sft-002"); // waits: it is taken out of the queue
    expect(queue.newName("sft")).toBe("sft-002");
  });

  it("says why the program cannot be started", async () => {
    program = [join(project, "no-such-program")];
    expect(await queueOf().add(job("a", "now"))).toBe("failed");
    expect(runPage(project, "a").error).toMatchObject({ code: "cannot-start" });
  });

  it("leaves a process alone that has nothing to stop", async () => {
    const queue = queueOf();
    await queue.add(job("a", "now"));
    await until(states, (all) => all.a === "finished");
    await until(
      () => readJobs(project)[0]!,
      () => true,
    );
    for (const run of ["../.jobs/a", "a/../a", "."]) {
      expect(() => runPage(project, run), run).toThrow(expect.objectContaining({ code: "missing-run" }));
      expect(() => queue.stop(run), run).toThrow(expect.objectContaining({ code: "missing-run" }));
    }
    expect(() => queue.stop("nobody")).toThrow(expect.objectContaining({ code: "missing-run" }));
    expect(readFileSync(join(project, "runs", "a", "run.json"), "utf8")).toContain("finished");
  });
});
