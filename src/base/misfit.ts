import type { Problem } from "./errors.ts";

/**
 * What a schema finds wrong (an issue of zod's), with what of it can stand in a sentence: numbers, words and lists of
 * words. A refinement says by its `params` what it found: `{ misfit: "name-twice", name: "tone" }`; else the code is zod's.
 */
export function misfitOf(issue: {
  readonly code: string;
  readonly message: string;
}): Pick<Problem, "code" | "message"> & Required<Pick<Problem, "values">> {
  const { code, message, path, params = {}, ...parts } = issue as typeof issue & Readonly<Record<string, unknown>>;
  const { misfit = code, ...rest } = { ...parts, ...(params as Readonly<Record<string, unknown>>) };
  const isWord = (value: unknown) => typeof value === "string" || typeof value === "number";
  const values = Object.entries(rest).flatMap(([name, value]): [string, string | number][] => {
    if (Array.isArray(value) && value.every(isWord)) return [[name, value.join(", ")]];
    return isWord(value) ? [[name, value as string | number]] : [];
  });
  return { code: String(misfit), message, values: Object.fromEntries(values) };
}
