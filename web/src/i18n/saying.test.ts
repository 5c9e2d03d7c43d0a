import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { misfits, refusals } from "./refusals-zh.ts";
import { saidIn } from "./saying.ts";

describe("errors in the language of the page", () => {
  const wait = { code: "too-many-attempts", message: "too many attempts; the next one in 4 s", values: { seconds: 4 } };

  it("are said in Chinese by their code, with their numbers, and in English as the server says them", () => {
    expect(saidIn("zh", wait)).toEqual({ text: "尝试次数太多，请在 4 秒后再试。", lang: "zh-CN" });
    expect(saidIn("en", wait)).toEqual({ text: wait.message, lang: "en" });
  });

  it("stay the server's where no sentence is known, or one of its numbers did not come", () => {
    expect(saidIn("zh", { code: "from-tomorrow", message: "new" })).toEqual({ text: "new", lang: "en" });
    expect(saidIn("zh", { ...wait, values: {} }).original).toBe(wait.message);
  });

  it("are explained as in the documentation where the page has no sentence of its own", () => {
    const said = saidIn("zh", { code: "prompt-too-long", message: "row 3 has 900 tokens" });
    expect(said).toEqual({
      text: expect.stringMatching(/\p{Script=Han}/u),
      lang: "zh-CN",
      original: "row 3 has 900 tokens",
    });
  });

  it("are known for every code in the server's sources", () => {
    const server = fileURLToPath(new URL("../../../src/server/", import.meta.url));
    const sources = readdirSync(server, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("openai"))
      .map((file) => readFileSync(server + file, "utf8"));
    const codes = sources.flatMap((text) => text.match(/(?<=\bcode: ")[a-z-]+(?=")/g) ?? []);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !(code in refusals))).toEqual([]);
  });

  it("have Chinese letters and no spaces around them that belong to English", () => {
    for (const text of [...Object.values(refusals), ...Object.values(misfits)]) {
      expect(text).toMatch(/\p{Script=Han}/u);
      expect(text).not.toMatch(/[，。：；、] |\p{Script=Han}[,.;:?!]/u);
    }
  });
});
