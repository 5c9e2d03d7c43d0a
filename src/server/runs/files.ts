/** The data files of a project: what somebody may mean by "a file in the project", and what each holds. */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { columnsOf, detectKind } from "../../data/index.ts";
import { projectGone } from "../../feedback/index.ts";
import type { FileRow } from "../protocol-runs.ts";

/** `runs/quickstart-001/town/text.jsonl` is as deep as ours lie. */
const deepest = 4;
const most = 500;
/** A first row that is longer tells nothing. */
const headBytes = 1 << 18;

/** What the program writes about itself, and models. */
const ours =
  /^(journal|metrics|timing|samples)\.jsonl$|^(package(-lock)?|run|state|.*config|tokenizer.*|.*\.index)\.json$/;
const notWalked = new Set(["node_modules", "checkpoints", "model"]);
const readable = /\.(jsonl|ndjson|json|csv|parquet|txt|md)(\.gz)?$/i;

/** The nearest to the project's folder first, each folder by name; at most 500. Throws `project-gone`. */
export function dataFiles(project: string): FileRow[] {
  if (!existsSync(project)) throw projectGone(project);
  const found: FileRow[] = [];
  let folders = [project];
  for (let depth = 1; depth <= deepest && folders.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of folders) {
      for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = join(folder, entry.name);
        if (entry.name.startsWith(".")) continue;
        if (entry.isDirectory() && !notWalked.has(entry.name)) below.push(path);
        if (!entry.isFile() || !readable.test(entry.name) || ours.test(entry.name) || found.length >= most) continue;
        const file = relative(project, path).split(sep).join("/");
        found.push({ file, bytes: statSync(path).size, kinds: kindsOf(path) });
      }
    }
    folders = below;
  }
  return found;
}

/** By the columns of the first row; null for what must be read whole to know. */
function kindsOf(path: string): FileRow["kinds"] {
  if (/\.(txt|md)$/i.test(path)) return ["text"];
  if (!/\.(jsonl|ndjson|csv)$/i.test(path)) return null;
  const line = firstLine(path);
  const columns = /\.csv$/i.test(path) ? line.replaceAll('"', "").split(",") : keysOf(line);
  const kind = detectKind(columns);
  // Whatever else stands in its rows, their prompts can be answered.
  const prompts = columnsOf("prompt").every((column) => columns.includes(column)) ? (["prompt"] as const) : [];
  return [...new Set([...(kind ? [kind] : []), ...prompts])];
}

function firstLine(path: string): string {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(headBytes);
    const text = head.toString("utf8", 0, readSync(file, head, 0, headBytes, 0));
    return text.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "";
  } finally {
    closeSync(file);
  }
}

function keysOf(line: string): string[] {
  try {
    return Object.keys((JSON.parse(line) as object | null) ?? {});
  } catch {
    return [];
  }
}
