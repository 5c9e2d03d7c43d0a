import { createHash } from "node:crypto";

/**
 * Keeps a share of the rows for validation, whole prompts at a time: two answers to one prompt are never on both sides.
 * The prompts' hashes decide, so neither the seed nor the order of the rows matters. At least one prompt each side when
 * there are two and a share is asked for.
 */
export function splitByPrompt<T>(
  rows: readonly T[],
  promptOf: (row: T) => unknown,
  share: number,
): { readonly train: readonly T[]; readonly validation: readonly T[] } {
  const hashes = rows.map((row) =>
    createHash("sha256")
      .update(JSON.stringify(promptOf(row)))
      .digest("hex"),
  );
  const prompts = [...new Set(hashes)].sort();
  const count = share === 0 ? 0 : Math.min(Math.max(1, Math.round(share * prompts.length)), prompts.length - 1);
  const kept = new Set(prompts.slice(0, count));
  return {
    train: rows.filter((_, i) => !kept.has(hashes[i]!)),
    validation: rows.filter((_, i) => kept.has(hashes[i]!)),
  };
}

/** Why a validation part may be empty, and what it is for: the flag of every command that splits its rows. */
export const validationHelp = "part of the prompts that is not learnt but measured; 0 = none";
