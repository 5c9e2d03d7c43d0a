/** A prompt or completion as a trainer wrote it: text, messages, or whatever its author chose. */
export function sampleText(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return value === null || value === undefined ? "" : JSON.stringify(value);
  return value
    .map((turn: { content?: unknown }) => (typeof turn?.content === "string" ? turn.content : JSON.stringify(turn)))
    .join("\n\n");
}
