import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";

const script = fileURLToPath(new URL("run.ts", import.meta.url));
const folders: string[] = [];

/** The runner over a folder with these cases of `optim.json`, as a person would call it. */
async function parity(cases: object[], ...flags: string[]): Promise<{ code: number; lines: string[]; errors: string }> {
  const folder = await mkdtemp(join(tmpdir(), "plaudit-parity-"));
  folders.push(folder);
  if (cases.length > 0) await writeFile(join(folder, "optim.json"), JSON.stringify({ source: "test", cases }));
  const args = ["--import", "tsx", "--conditions=source", script, "--golden", folder, ...flags];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, errors) => {
      resolve({ code: Number(error?.code ?? 0), lines: stdout.trimEnd().split("\n"), errors });
    });
  });
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const linear = (name: string, factor: number[]) => ({
  name,
  inputs: { steps: [0, 1], warmup: 0, total: 4 },
  expected: { factor },
  tolerance: { atol: 1e-9, rtol: 0 },
});
const right = linear("schedule_linear_a", [1, 0.75]);
const wrong = linear("schedule_linear_b", [1, 0.5]);
const uncovered = { ...right, name: "lion" };
const optional = { ...right, name: "lion_optional" };

it("prints one line for each case that fails, what nothing covers, and the count", async () => {
  const { code, lines } = await parity([right, wrong, uncovered, optional]);
  expect(lines).toEqual([
    expect.stringMatching(/^optim\/schedule_linear_b: .*0\.75 instead of 0\.5/),
    "not covered: optim/lion, optim/lion_optional (2)",
    "1 passed, 1 failed",
  ]);
  expect(code).toBe(1);
});

it("fails what is asked for and not covered, unless it is optional", async () => {
  const { code, lines } = await parity(
    [right, wrong, uncovered, optional],
    "--only",
    "optim/schedule_linear_a,optim/lion",
  );
  expect(lines).toEqual(["optim/lion: not covered", "not covered: optim/lion_optional (1)", "1 passed, 1 failed"]);
  expect(code).toBe(1);
});

it("ends well when all that is asked for passes", async () => {
  const { code, lines } = await parity([right, wrong], "--only", "optim/schedule_linear_a");
  expect(lines).toEqual(["1 passed, 0 failed"]);
  expect(code).toBe(0);
});

it("says that a folder holds no cases", async () => {
  const { code, errors } = await parity([]);
  expect(errors).toMatch(/wanted a folder of golden cases, found none in/);
  expect(code).toBe(2);
});
