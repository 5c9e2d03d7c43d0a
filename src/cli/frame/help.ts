import { type Command, computing, everyCommand } from "./command.ts";
import { type Flag, flagsOf } from "./flags.ts";
import { section } from "./overview.ts";
import { shown } from "./parse.ts";
import { width } from "./text.ts";

/** `plaudit COMMAND --help`: examples first, because most people copy one and change it. */
export function commandHelp(command: Command): string {
  const flags = flagsOf(command.schema);
  const positionals = command.positionals.map((key) => flags.find((flag) => flag.key === key)!);
  const named = flags.filter((flag) => !positionals.includes(flag));
  const own = named.filter((flag) => !(flag.key in computing));
  const running = named.filter((flag) => flag.key in computing);
  const usage = [...positionals.map((flag) => (flag.required ? shown(flag) : `[${shown(flag)}]`)), "[options]"];
  const sections = [
    `plaudit ${command.name}: ${command.summary}`,
    section(
      "Examples",
      command.examples.map((example) => `  ${example}`),
    ),
    section("Usage", [`  plaudit ${command.name} ${usage.join(" ")}`]),
    section("Arguments", listing(positionals, shown)),
    section("Options", listing(own, spelled)),
    section("The run", listing(running, spelled)),
    section("Every command", listing(flagsOf(everyCommand), spelled)),
  ];
  return sections.filter(Boolean).join("\n\n");
}

const spelled = (flag: Flag) => {
  const isSwitch = flag.types.size === 1 && flag.types.has("boolean");
  if (isSwitch) return flag.fallback === true ? `--[no-]${flag.long.slice(2)}` : flag.long;
  return `${flag.long} ${flag.types.has("boolean") ? `[${flag.placeholder}]` : flag.placeholder}`;
};

function listing(flags: readonly Flag[], name: (flag: Flag) => string): string[] {
  const column = Math.min(Math.max(0, ...flags.map((flag) => width(name(flag)))), 30) + 2;
  return flags.map((flag) => {
    const label = name(flag);
    const gap = width(label) < column ? " ".repeat(column - width(label)) : `\n  ${" ".repeat(column)}`;
    return `  ${label}${gap}${flag.description}${details(flag)}`.trimEnd();
  });
}

/** What is left to say after the description: limits, repetition, default. */
function details(flag: Flag): string {
  const limited = /above|below|at least|at most/.test(flag.wanted);
  const isSwitch = flag.types.size === 1 && flag.types.has("boolean");
  const parts = [
    flag.required ? "required" : undefined,
    limited ? flag.wanted.replace(/^a (whole )?number /, "") : undefined,
    flag.repeatable ? "repeatable" : undefined,
    defaultInWords(flag, isSwitch),
  ].filter((part) => part !== undefined);
  return parts.length ? ` (${parts.join("; ")})` : "";
}

function defaultInWords({ fallback }: Flag, isSwitch: boolean): string | undefined {
  if (isSwitch) return fallback === true ? "default on" : undefined;
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return undefined;
  return `default ${Array.isArray(fallback) ? fallback.join(",") : fallback}`;
}
