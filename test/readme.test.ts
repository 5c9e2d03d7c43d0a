// What the pages show must be there: the code of the READMEs in an example, every linked file in the repository.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = ["", "docs", "docs/algorithms", "docs/design", "docs/errors", "bench"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

/** The marked regions of a file one after the other, without the indentation that they share. */
function regions(source: string): string {
  const parts = [...source.matchAll(/^ *\/\/ #region readme\n(.*?)^ *\/\/ #endregion/gms)].map(([, part]) => {
    const lines = part!.trimEnd().split("\n");
    const indent = Math.min(...lines.filter((line) => line !== "").map((line) => line.search(/\S/)));
    return lines.map((line) => line.slice(indent)).join("\n");
  });
  return parts.join("\n\n");
}

describe("the pages", () => {
  it.each(["README.md", "README.zh.md"])("%s shows code that runs as lesson 6, in 20 lines at most", (page) => {
    const shown = /```ts\n(.*?)\n```/s.exec(read(page))![1]!;
    expect(shown).toBe(regions(read("examples/06-ppo-ptx.ts")));
    expect(shown.split("\n").length).toBeLessThanOrEqual(20);
  });

  it.each(pages)("%s links to files that exist", (page) => {
    const links = [...read(page).matchAll(/(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    const missing = links.filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(root, dirname(page), to)));
    expect(missing).toEqual([]);
  });
});
