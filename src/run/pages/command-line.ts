import type { RunInfo } from "../info.ts";

/** The command line that says everything that run.json says: every setting, given or default. */
export function commandLine({ command, config, seed }: RunInfo): string {
  const settings: Record<string, unknown> = { ...config, ...(seed !== undefined && { seed }) };
  const flags = Object.entries(settings).flatMap(([key, value]) => {
    const flag = `--${kebab(key)}`;
    if (Array.isArray(value)) return value.map((item) => `${flag} ${word(item)}`);
    if (value === true) return [flag];
    if (value === false) return [flag.replace("--", "--no-")];
    return value === null ? [] : [`${flag} ${word(value)}`];
  });
  return ["plaudit", command, ...flags].join(" ");
}

/** `maxSteps` → `max-steps`. */
export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function word(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w./:@=~-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
