import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findings } from "./findings-zh.ts";
import { misfits, refusals } from "./refusals-zh.ts";
import { findingIn, saidIn } from "./saying.ts";

/** Our sources in a folder of src, by their names. */
function sourcesOf(folder: string): Map<string, string> {
  const path = fileURLToPath(new URL(`../../../src/${folder}/`, import.meta.url));
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  return new Map(sources.map((file) => [file, readFileSync(path + file, "utf8")]));
}

const isChinese = (text: string) => {
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(text).not.toMatch(/[，。：；、] |\p{Script=Han}[,.;:?!]/u);
};

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
    expect(saidIn("zh", { code: "bad-row", message: "prompt: expected text" }).text).toMatch(/^一行里缺了字段/);
  });

  it("are known for every code in the server's sources", () => {
    const sources = [...sourcesOf("server")].flatMap(([file, text]) => (file.startsWith("openai") ? [] : [text]));
    const codes = sources.flatMap((text) => text.match(/(?<=\bcode: ")[a-z-]+(?=")/g) ?? []);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !(code in refusals))).toEqual([]);
  });

  it("name the types of values in Chinese, and leave the server's words where no type came", () => {
    const wrong = { code: "invalid_type", message: "expected array", values: { expected: "array" } };
    expect(saidIn("zh", wrong).text).toMatch(/应为列表$/);
    expect(saidIn("zh", { ...wrong, values: { expected: "bigint" } }).text).toMatch(/应为 bigint$/);
    expect(saidIn("zh", { ...wrong, values: {} })).toEqual({ text: wrong.message, lang: "en" });
  });

  it("are known for every reason why a form, an answer, a task or a row of an import is refused, and for no other but zod's", () => {
    const sources = [...sourcesOf("feedback").values(), ...sourcesOf("server").values()].join("\n");
    const rows = [...sourcesOf("data")].flatMap(([file, text]) => (/^(check|convert)\.ts$/.test(file) ? [text] : []));
    /** Of texts with a class, which are not imported, and of whole files. */
    const elsewhere = ["bad-label", "bad-row", "cannot-convert"];
    const reasons = [
      ...[...sources.matchAll(/\b(?:badRow|issue|misfit)\(\s*(?:"\w+", |path, )?"([a-z]+(?:-[a-z]+)+)"/g)].map(
        ([, code]) => code!,
      ),
      ...(rows.join("\n").match(/(?<=\bcode: ")[a-z-]+(?=")/g) ?? []),
    ];
    const own = new Set(Object.keys(misfits).filter((code) => !code.includes("_")));
    expect([...new Set(reasons)].filter((code) => !elsewhere.includes(code)).sort()).toEqual([...own].sort());
  });

  it("have Chinese letters and no spaces around them that belong to English", () => {
    for (const text of [...Object.values(refusals), ...Object.values(misfits)]) isChinese(text);
  });
});

describe("findings in the language of the page", () => {
  const finding = { code: "clip-fraction", message: "the policy's ratio is clipped", number: 0.4567 };

  it("are said in Chinese by their code, with what was measured, and in English as the doctor says them", () => {
    expect(findingIn("zh", finding)).toEqual({
      text: "连续 5 次迭代，45.7 % 的 token 的策略比率被裁剪",
      lang: "zh-CN",
    });
    expect(findingIn("zh", { ...finding, code: "negative-kl", number: -0.25 }).text).toContain("−0.25 nat");
    expect(findingIn("en", finding)).toEqual({ text: finding.message, lang: "en" });
  });

  it("stay the doctor's where the code is of another version, or no number came", () => {
    expect(findingIn("zh", { ...finding, code: "from-tomorrow" })).toEqual({ text: finding.message, lang: "en" });
    expect(findingIn("zh", { ...finding, number: null }).lang).toBe("en");
  });

  it("are known for every code that the doctor can note in a run, and for no other", () => {
    /** Found in model folders, which have no page. */
    const elsewhere = ["no-end-token", "broken-weights"];
    const codes = [...sourcesOf("doctor").values()].flatMap(
      (text) => text.match(/(?<=\bcode: ")[a-z-]+(?=")|(?<=^ {2}")[a-z-]+(?=": \{$)/gm) ?? [],
    );
    expect(codes).toEqual(expect.arrayContaining([...elsewhere, "non-finite"]));
    const known = [...Object.keys(findings), ...elsewhere];
    expect(known.sort()).toEqual([...new Set(codes)].sort());
  });

  it("have Chinese letters and no spaces around them that belong to English", () => {
    for (const text of Object.values(findings)) isChinese(text);
  });
});
