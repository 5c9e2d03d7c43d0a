// Who may import whom. ARCHITECTURE.md explains the table; this test enforces it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** Folder → folders below it. `base` is open to all. A folder may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  files: [],
  stats: [],
  plan: [],
  doctor: [],
  threads: [],
  envs: ["threads"],
  "engine/graph": [],
  "engine/grad": ["engine/graph"],
  "engine/compile": ["engine/graph"],
  "engine/interpret": ["engine/graph", "engine/compile", "engine/grad"],
  "engine/onnx": ["engine/graph"],
  "engine/ort": ["engine/graph", "engine/onnx", "engine/compile"],
  engine: ["engine/graph", "engine/grad", "engine/compile", "engine/interpret", "engine/onnx", "engine/ort"],
  nn: ["engine/graph"],
  optim: ["engine/graph"],
  text: [],
  data: ["text", "files"],
  models: ["engine/graph", "nn", "files", "text"],
  generate: ["engine", "engine/graph", "nn", "models"],
  train: ["engine", "engine/graph", "nn", "optim"],
  rewards: ["engine", "engine/graph", "nn", "models", "text", "train"],
  feedback: ["files", "stats", "data", "threads"],
  world: ["stats"],
  run: ["files", "text"],
  rl: ["engine", "engine/graph", "engine/grad", "nn", "optim", "envs", "stats", "feedback", "run", "files", "threads"],
  align: [
    ...["engine", "engine/graph", "engine/grad", "nn", "optim", "models", "text", "data"],
    ...["generate", "train", "rewards", "run", "stats"],
  ],
  eval: ["generate", "rewards", "stats", "data", "models", "text", "train", "align"],
  server: ["feedback", "run", "files", "models", "text", "data", "generate", "rewards", "stats", "plan"],
};

/** Folders that may import everything: the wiring. */
const wiring = new Set(["cli", ""]);

const folders = Object.keys(mayImport).sort((a, b) => b.length - a.length);
const folderOf = (file: string): string => {
  const path = file.split(sep).join("/");
  return folders.find((folder) => path.startsWith(`${folder}/`)) ?? (path.includes("/") ? path.split("/")[0]! : "");
};

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
);
const importsOf = (file: string): string[] =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1]!);
const relativeTargets = (file: string): string[] =>
  importsOf(file)
    .filter((target) => target.startsWith("."))
    .map((target) => relative(src, normalize(join(src, dirname(file), target))));

describe("architecture", () => {
  it("every folder is in the table", () => {
    const unknown = files.map(folderOf).filter((folder) => !(folder in mayImport) && !wiring.has(folder));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("imports go to folders below, through their index.ts", () => {
    const wrong = files.flatMap((file) => {
      const from = folderOf(file);
      return relativeTargets(file).flatMap((target) => {
        const to = folderOf(target);
        if (to === from) return [];
        const allowed = wiring.has(from) || to === "base" || mayImport[from]?.includes(to) === true;
        const byTheDoor = target.split(sep).join("/") === `${to}/index.ts`;
        return allowed && byTheDoor ? [] : [`${file} → ${target}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it("ARCHITECTURE.md shows this very table", () => {
    const page = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8");
    const lines = /```imports\n(.*?)```/s.exec(page)![1]!.trim().split("\n");
    const shown = lines.map((line) => line.split("←").map((part) => part.trim()));
    const wanted = Object.entries(mayImport).map(([folder, below]) => [folder, below.join(", ") || "nothing"]);
    expect(shown).toEqual(wanted);
  });

  it("the table has no cycle", () => {
    const visit = (folder: string, path: readonly string[]): void => {
      expect(path, `${[...path, folder].join(" → ")}`).not.toContain(folder);
      for (const below of mayImport[folder] ?? []) visit(below, [...path, folder]);
    };
    for (const folder of Object.keys(mayImport)) visit(folder, []);
  });

  it("only engine/ort sees native code, and only the named folders the outside", () => {
    const outside = /^node:(fs|child_process|http|https|net|worker_threads)/;
    const mayTouch = new Set(["files", "engine/ort", "cli", "models", "data", "run", "feedback", "server"]);
    /** Threads are an outside too; `threads` begins them, these two have some and touch nothing else. */
    const mayThread = new Set(["threads", "envs", "rl"]);
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap((target) => {
        const folder = folderOf(file);
        if (target === "koffi" && folder !== "engine/ort") return [`${file} imports koffi`];
        if (target === "node:worker_threads" && mayThread.has(folder)) return [];
        return outside.test(target) && !mayTouch.has(folder) ? [`${file} imports ${target}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("the studio's pages take types of the protocol, and no code but what draws", () => {
    const web = fileURLToPath(new URL("../web/src", import.meta.url));
    const wrong = readdirSync(web, { recursive: true, encoding: "utf8" })
      .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
      .flatMap((file) => {
        const imports = readFileSync(join(web, file), "utf8").matchAll(
          /(import|export)( type)?[^;"]*"([^"]*\/src\/[^"]+)"/g,
        );
        return [...imports].flatMap(([, , type, target = ""]) => {
          const from = target.slice(target.indexOf("/src/") + "/src/".length);
          return from === "envs/drawing.ts" || (type && from === "server/protocol.ts") ? [] : [`${file} → ${from}`];
        });
      });
    expect(wrong).toEqual([]);
  });

  it("what draws in a browser imports nothing that only Node has", () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const target of relativeTargets(file)) visit(target);
    };
    visit(join("envs", "drawing.ts"));
    const wrong = [...seen].flatMap((file) =>
      importsOf(file)
        .filter((target) => /^[\w@]/.test(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(seen.size).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  it("nothing draws from Math.random, and the clock is read in the cli alone", () => {
    const wrong = files.filter((file) => {
      const text = readFileSync(join(src, file), "utf8");
      const clock = folderOf(file) !== "cli" && /\bDate\.now\(|\bnew Date\(\)|performance\.now\(/.test(text);
      return /Math\.random/.test(text) || clock;
    });
    expect(wrong).toEqual([]);
  });
});
