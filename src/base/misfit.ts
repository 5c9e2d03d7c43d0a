import type { Problem } from "./errors.ts";

/** What does not fit at one place. The code, and the numbers and words in the message, are for other languages. */
export type Misfit = Pick<Problem, "code" | "message" | "values">;

export const misfit = (code: string, message: string, values?: Problem["values"]): Misfit => ({
  ...{ code, message },
  ...(values && { values }),
});

/**
 * What a schema finds wrong (an issue of zod's), with what of it can stand in a sentence: numbers, words and lists of
 * words. A refinement says by its `params` what it found: `{ misfit: "name-twice", name: "tone" }`; else the code is zod's.
 */
export function misfitOf(issue: { readonly code: string; readonly message: string }): Misfit {
  const { code, message, path, params = {}, ...parts } = issue as typeof issue & Readonly<Record<string, unknown>>;
  const { misfit: name = code, ...rest } = { ...parts, ...(params as Readonly<Record<string, unknown>>) };
  const isWord = (value: unknown) => typeof value === "string" || typeof value === "number";
  const values = Object.entries(rest).flatMap(([key, value]): [string, string | number][] => {
    if (Array.isArray(value) && value.every(isWord)) return [[key, value.join(", ")]];
    return isWord(value) ? [[key, value as string | number]] : [];
  });
  return { code: String(name), message, values: Object.fromEntries(values) };
}
