import { describe, expect, it } from "vitest";
import { DataError, UsageError } from "../../base/index.ts";
import { checkAll } from "./check-all.ts";

const bad = (code: string) => () => {
  throw new DataError(`${code} is wrong`, { code, where: `${code}.jsonl:7` });
};

describe("checkAll", () => {
  it("returns what each check returned", async () => {
    const { rows, model } = await checkAll({ rows: () => 3, model: async () => "gpt2" });
    expect([rows, model]).toEqual([3, "gpt2"]);
  });

  it("runs every check and lists every problem of every input", async () => {
    const two = new DataError("2 rows", {
      problems: [
        { code: "a", message: "1" },
        { code: "b", message: "2" },
      ],
    });
    const checks = checkAll({ one: bad("c"), two: () => Promise.reject(two) });
    await expect(checks).rejects.toMatchObject({
      code: "several-problems",
      exitCode: 3,
      problems: [{ code: "c", where: "c.jsonl:7" }, { code: "a" }, { code: "b" }],
    });
  });

  it("lists something of every input before the second problem of any", async () => {
    const many = (code: string, count: number) => () => {
      throw new DataError(code, { problems: Array.from({ length: count }, (_, i) => ({ code, message: `${i}` })) });
    };
    const report = await checkAll({ rows: many("rows", 30), model: bad("model"), text: many("text", 2) }).catch(
      (e) => e,
    );
    expect(report.message).toBe("33 problems in 3 inputs; nothing was started");
    expect(report.problems.slice(0, 6).map(({ code }: { code: string }) => code)).toEqual([
      "rows",
      "model",
      "text",
      "rows",
      "text",
      "rows",
    ]);
  });

  it("passes a single error on as it is", async () => {
    await expect(checkAll({ one: bad("c"), fine: () => 1 })).rejects.toMatchObject({
      code: "c",
      message: "c is wrong",
    });
  });

  it("is a mistake of usage as soon as one of them is", async () => {
    const usage = () => Promise.reject(new UsageError("flag"));
    await expect(checkAll({ one: bad("c"), usage })).rejects.toMatchObject({ exitCode: 2 });
  });

  it("does not hide a bug among the person's mistakes", async () => {
    const bug = () => Promise.reject(new TypeError("x is undefined"));
    await expect(checkAll({ one: bad("c"), bug })).rejects.toThrow(TypeError);
  });
});
