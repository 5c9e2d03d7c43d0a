import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { watchRuns } from "./watch.ts";

it("whoever listens hears which run got further, came or went; nobody is told of what was there before", async () => {
  const project = mkdtempSync(join(tmpdir(), "plaudit-watch-"));
  const run = (name: string) => join(project, "runs", name);
  for (const name of ["a", "b"]) {
    mkdirSync(run(name), { recursive: true });
    writeFileSync(join(run(name), "run.json"), "{}");
  }
  const heard: string[] = [];
  let listening = false;
  let looks = 0;
  const isHeard = () => {
    looks++;
    return listening;
  };
  const stop = watchRuns(project, { isHeard, onChange: (name) => heard.push(name), pollMs: 5 });
  const afterLooks = async (more: number) => {
    const wanted = looks + more;
    await expect.poll(() => looks).toBeGreaterThanOrEqual(wanted);
  };
  try {
    appendFileSync(join(run("a"), "metrics.jsonl"), "{}\n");
    await afterLooks(3);
    listening = true;
    await afterLooks(3);
    expect(heard).toEqual([]);
    appendFileSync(join(run("a"), "metrics.jsonl"), "{}\n");
    await expect.poll(() => heard).toEqual(["a"]);
    rmSync(run("b"), { recursive: true });
    await expect.poll(() => heard).toEqual(["a", "b"]);
  } finally {
    stop();
    rmSync(project, { recursive: true });
  }
});
