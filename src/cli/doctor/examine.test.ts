import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PlauditError } from "../../base/index.ts";
import type { Finding, Watch } from "../../doctor/index.ts";
import { openRun, readRun } from "../../run/index.ts";
import { examined, heed } from "./examine.ts";

const runs = mkdtempSync(join(tmpdir(), "plaudit-examine-"));
afterAll(() => rmSync(runs, { recursive: true }));

const finding = (code: string, level: Finding["level"], number = 1): Finding => ({
  code,
  level,
  number,
  message: `${code} is wrong`,
  cause: "a cause",
  fix: "a fix",
});
/** Warns from x = 1 on, stops from x = 2 on. */
const watch: Watch<{ good: boolean }> = {
  window: 1,
  checks: [
    ([row]) => (row!.x! >= 1 ? finding("x-high", "warn", row!.x!) : undefined),
    ([row]) => (row!.x! >= 2 ? finding("x-high", "stop", row!.x!) : undefined),
  ],
  atEnd: ({ good }) => (good ? [] : [finding("bad-end", "warn")]),
};

function open(name: string, known: readonly Finding[] = []) {
  const folder = join(runs, name);
  const run = openRun(folder, { resume: true });
  const said: string[] = [];
  const doctor = examined(run, watch, known, { note: (line) => said.push(line) });
  const noted = () => {
    run.close();
    return readRun(folder).info;
  };
  return { folder, said, doctor, noted };
}

describe("heed", () => {
  it("says warnings with code, cause and fix, and ends in the first stop with exit code 5", () => {
    const said: string[] = [];
    const note = (line: string) => said.push(line);
    expect(() => heed({ note }, [finding("a", "warn"), finding("b", "stop"), finding("c", "warn")])).toThrow(
      expect.objectContaining({ code: "b", exitCode: 5, message: "b is wrong: a cause", help: "a fix" }),
    );
    expect(said).toEqual(["a", "c"].map((code) => `warning ${code} is wrong [${code}]\n  cause: a cause\n  → a fix`));
  });
});

describe("a run that is examined", () => {
  it("gets its warnings once, in words and in run.json, those of its data first", () => {
    const { doctor, said, noted } = open("warned", [finding("rows", "warn")]);
    for (const [i, x] of [0, 1, 1.5, 0].entries()) doctor.row({ step: i + 1, x });
    doctor.result({ good: false });
    expect(said).toHaveLength(2); // the data's were said before
    expect(noted().findings?.map(({ code, step }) => [code, step])).toEqual([
      ["rows", undefined],
      ["x-high", 2],
      ["bad-end", undefined],
    ]);
  });

  it("is stopped, and told how to go on all the same", () => {
    const { folder, doctor, noted } = open("stopped");
    const end = (() => {
      try {
        doctor.row({ step: 1, x: 2 });
      } catch (error) {
        return doctor.failure(error, true);
      }
    })();
    expect(end).toMatchObject({ exitCode: 5, code: "x-high", where: folder });
    expect((end as PlauditError).help).toBe(`a fix; --resume ${folder} goes on all the same`);
    const { status, error, findings } = noted();
    expect({ status, code: error?.code }).toEqual({ status: "failed", code: "x-high" });
    expect(findings?.map(({ level }) => level)).toEqual(["warn", "stop"]);
  });

  it("is not told again what it was told before it was stopped", () => {
    const { doctor, said } = open("stopped", []);
    doctor.row({ step: 2, x: 2 });
    expect(said).toEqual([]);
  });

  it("is stopped where the trainer found a number that is none; other errors stay what they are", () => {
    const { doctor, noted } = open("failed");
    const full = new PlauditError("the disk is full", { code: "disk-full" });
    expect(doctor.failure(full, true)).toBe(full);
    const end = doctor.failure(new PlauditError("the gradient is not finite", { code: "non-finite" }), true);
    expect(end).toMatchObject({ exitCode: 5, code: "non-finite" });
    expect((end as PlauditError).help).not.toContain("--resume"); // the same bytes would fail again
    expect(noted()).toMatchObject({ status: "failed", findings: [{ code: "non-finite", number: null }] });
  });
});
