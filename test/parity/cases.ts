import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { DataError } from "../../src/base/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: fixtures of many shapes; a wrong one fails its case
export type Json = any;

export type Tolerance = { readonly exact: true } | { readonly atol: number; readonly rtol: number };

/** One frozen result of an established library (test/golden/README.md has the form). */
export interface GoldenCase {
  /** `<file>/<case>`, `models/<name>/<case>` or `lora/<name>/<case>`. */
  readonly id: string;
  /** What it is a case of, whatever a copy of the fixtures calls its models: the id, or `models/<model_type>/<case>`. */
  readonly subject: string;
  /** The folder its file is in, where files that it names are found. */
  readonly folder: string;
  readonly inputs: Json;
  readonly expected: Json;
  readonly tolerance: Tolerance;
  /** Need not be supported. */
  readonly optional: boolean;
  /** All cases of the same file. */
  readonly siblings: readonly GoldenCase[];
}

/**
 * Every case below a folder.
 *
 * @throws DataError `missing-file` when there is none.
 */
export function readCases(directory: string): GoldenCase[] {
  const files = existsSync(directory)
    ? readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"))
    : [];
  const cases = files.sort().flatMap((file) => casesOf(join(directory, file), groupOf(file)));
  if (cases.length > 0) return cases;
  throw new DataError(`wanted a folder of golden cases, found none in ${directory}`, {
    code: "missing-file",
    where: "--golden",
    help: "its form is written in test/golden/README.md",
  });
}

/** What stands before the case's name: the file, or the folder of a model. */
function groupOf(file: string): string {
  const parts = relative(".", file).split(sep);
  if (basename(file) !== "golden.json") return file.slice(0, -".json".length);
  return parts.at(-2) === "lora" ? `lora/${parts.at(-3)}` : parts.slice(0, -1).join("/");
}

function casesOf(path: string, group: string): GoldenCase[] {
  const { cases, note } = JSON.parse(readFileSync(path, "utf8")) as Json;
  if (!Array.isArray(cases)) return []; // a config or a tokenizer beside the fixtures
  const optionalNote = (text: unknown) => typeof text === "string" && /^optional/i.test(text);
  const subjectGroup = group.startsWith("models/") ? `models/${modelType(dirname(path))}` : group;
  const siblings: GoldenCase[] = [];
  for (const given of cases) {
    siblings.push({
      id: `${group}/${given.name}`,
      subject: `${subjectGroup}/${given.name}`,
      folder: dirname(path),
      inputs: given.inputs,
      expected: given.expected,
      tolerance: given.tolerance,
      optional: given.name.endsWith("_optional") || optionalNote(given.note) || optionalNote(note),
      siblings,
    });
  }
  return siblings;
}

const modelType = (folder: string): string => JSON.parse(readFileSync(join(folder, "config.json"), "utf8")).model_type;
