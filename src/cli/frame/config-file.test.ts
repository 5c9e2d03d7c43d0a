import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfigFile } from "./config-file.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keys = ["learningRate", "lossType"];
const read = (name: string, content: string) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return readConfigFile(file, keys);
};

describe("a config file", () => {
  it.each([
    ["a.yaml", "learningRate: 1e-4\nlossType: hinge # as in the paper\n"],
    ["a.json", '{"learningRate": 1e-4, "lossType": "hinge"}'],
    ["a.ts", 'const rate: number = 1e-4;\nexport default { learningRate: rate, lossType: "hinge" };\n'],
  ])("%s gives options", async (name, content) => {
    expect(await read(name, content)).toEqual({ learningRate: 1e-4, lossType: "hinge" });
  });

  it("with unknown keys names each with the nearest", async () => {
    await expect(read("b.yaml", "learning_rate: 1\nlosstype: x\n")).rejects.toMatchObject({
      code: "unknown-flag",
      exitCode: 2,
      problems: [{ help: "did you mean learningRate?" }, { help: "did you mean lossType?" }],
    });
  });

  it("with a mistake names its line", async () => {
    await expect(read("c.yaml", "learningRate: 1\nlossType: [1,\n")).rejects.toMatchObject({
      code: "bad-config",
      where: expect.stringMatching(/c\.yaml:[23]$/),
    });
  });

  it("that is missing, holds a list, or fails to run is refused", async () => {
    await expect(readConfigFile(join(folder, "no.ts"), keys)).rejects.toMatchObject({ code: "missing-file" });
    await expect(read("d.yaml", "- 1\n")).rejects.toMatchObject({ code: "bad-config" });
    await expect(read("e.ts", 'throw new Error("on purpose");')).rejects.toMatchObject({
      code: "bad-config",
      message: expect.stringContaining("on purpose"),
    });
  });
});
