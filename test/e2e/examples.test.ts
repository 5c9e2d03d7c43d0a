import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lessons = readdirSync(new URL("../../examples", import.meta.url)).filter((name) => /^\d/.test(name));

/** A lesson checks its own claims and throws where one does not hold. */
function run(lesson: string, language: string): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const words = ["--import", "tsx", "--conditions=source", `examples/${lesson}`, language];
    const child = spawn(process.execPath, words, { cwd: root });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (data) => {
      out += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data) => {
      err += data;
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

it.each(lessons)("%s shows what it says, in English and in Chinese", async (lesson) => {
  const languages = ["en", "zh"];
  const both = await Promise.all(languages.map((language) => run(lesson, language))); // one processor each
  for (const [i, { code, out, err }] of both.entries()) {
    expect(code, out + err).toBe(0);
    expect(err).toBe("");
    expect(out.match(/^✓ /gm)?.length ?? 0).toBeGreaterThan(0);
    expect(/[\u4e00-\u9fff]/.test(out)).toBe(languages[i] === "zh");
  }
});
