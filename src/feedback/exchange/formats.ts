/** The forms in which feedback comes and goes. `all` is the journal itself. */
export const importFormats = [
  ...(["auto", "all", "ranking", "trl", "hh", "oasst", "argilla", "label-studio", "prompts"] as const),
] as const;
/** `auto`: told by the first row that any of them knows. */
export type ImportFormat = (typeof importFormats)[number];
export type KnownFormat = Exclude<ImportFormat, "auto">;

export const exportFormats = [
  ...(["all", "rankings", "preference", "unpaired", "demonstrations", "sft"] as const),
] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The format of a row by its columns; undefined when it is none of ours. */
export function formatOf(value: unknown): KnownFormat | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const row = value as Readonly<Record<string, unknown>>;
  const has = (...columns: readonly string[]) => columns.every((column) => row[column] !== undefined);
  if (has("format", "kind", "id", "by", "data")) return "all";
  if (has("data", "annotations")) return "label-studio";
  if (has("fields", "responses") || Object.keys(row).some((column) => column.endsWith(".responses"))) return "argilla";
  if (typeof row.prompt === "object" && "replies" in (row.prompt ?? {})) return "oasst";
  if (has("completions")) return "ranking";
  if (has("chosen", "rejected")) return !has("prompt") && isDialogue(row.chosen) ? "hh" : "trl";
  if (has("completion") || has("messages")) return "trl";
  return has("prompt") ? "prompts" : undefined;
}

const isDialogue = (text: unknown): boolean => typeof text === "string" && /^\s*Human:[\s\S]*\n\nAssistant:/.test(text);
