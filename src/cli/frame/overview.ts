/** `plaudit help` and `plaudit --help`. */
export function overview(commands: Iterable<readonly [string, string]>): string {
  const rows = [...commands];
  const column = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    "Plaudit teaches language models from human feedback.",
    section("Usage", ["  plaudit COMMAND [options]", "  plaudit COMMAND --help"]),
    section(
      "Commands",
      rows.map(([name, summary]) => `  ${name.padEnd(column)}${summary}`),
    ),
  ].join("\n\n");
}

/** A title and the lines below it; nothing when there are none. */
export const section = (title: string, lines: readonly string[]) => (lines.length ? [title, ...lines].join("\n") : "");
