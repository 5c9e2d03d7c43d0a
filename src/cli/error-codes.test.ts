import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = `${root}src/`;

const sources = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(source + file, "utf8"));

/** Every string that stands where an error code is given: `code: x ? "a" : "b"`, `code = "a"`, `problem("a", …)`. */
function codesInUse(): string[] {
  const places = sources.flatMap(
    (text) => text.match(/\bcode\s*[:=](?!=)[^,;}\n]*|\b(problem|attempt)\("[^"]*"/g) ?? [],
  );
  const codes = places.flatMap((place) => place.match(/(?<=")[a-z][a-z0-9-]*(?=")/g) ?? []);
  return codes.filter((code) => code !== "custom"); // zod's name for what a refinement found
}

describe.each(["README.en.md", "README.zh.md"])("docs/errors/%s", (file) => {
  const explained = new Set(
    [...readFileSync(`${root}docs/errors/${file}`, "utf8").matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(
      (match) => match[1]!,
    ),
  );

  it("explains every code that an error can carry", () => {
    const missing = codesInUse().filter((code) => !explained.has(code));
    expect([...new Set(missing)].sort()).toEqual([]);
  });

  it("explains no code that is gone", () => {
    expect(explained.size).toBeGreaterThan(30);
    expect([...explained].filter((code) => !sources.some((text) => text.includes(`"${code}"`)))).toEqual([]);
  });
});
