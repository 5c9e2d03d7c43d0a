import { CommanderError, Option, Command as Parser } from "commander";
import type { z } from "zod";
import { nearest, type Problem, UsageError } from "../../base/index.ts";
import { type Command, everyCommand } from "./command.ts";
import { type Flag, flagsOf } from "./flags.ts";

export interface Parsed {
  /** Values of the flags that every command has. */
  readonly common: z.infer<typeof everyCommand>;
  /** The command's own options as written, not yet checked. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Reads the words after the command's name. Values are numbers, switches and texts here; limits are checked later. */
export function parseArguments(command: Command, argv: readonly string[]): Parsed {
  const all = flagsOf(command.schema);
  const positionals = command.positionals.map((key) => all.find((flag) => flag.key === key)!);
  const named = [...all.filter((flag) => !positionals.includes(flag)), ...flagsOf(everyCommand)];

  const parser = new Parser(command.name)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpOption(false);
  for (const flag of named) for (const option of optionsOf(flag)) parser.addOption(option);
  const { operands, unknown } = catchMissingValue(() => parser.parseOptions([...argv.map(expandShort)]));
  if (unknown[0]?.startsWith("-")) throw unknownFlag(unknown[0], command.name, named);

  const values: Record<string, unknown> = {};
  const given = parser.opts<Record<string, unknown>>();
  for (const flag of named) {
    const value = given[flag.key];
    if (value === undefined) continue;
    // `--data --seed 1` forgot the file; taking the next flag for its name would only confuse.
    if ([value].flat().some((text) => named.some(({ long }) => long === text))) throw needsValue(flag.long);
    values[flag.key] = convert(flag, value);
  }
  Object.assign(values, readPositionals(command.name, positionals, [...operands, ...unknown]));

  const isCommon = (key: string) => key in everyCommand.shape;
  const split = (keep: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => keep(key)));
  return { common: everyCommand.parse(split(isCommon)), flags: split((key) => !isCommon(key)) };
}

/** Checks options against the command's schema and explains everything that is wrong at once. */
export function checkOptions<S extends z.ZodObject>(
  command: Command<S>,
  values: Readonly<Record<string, unknown>>,
): z.infer<S> {
  const result = command.schema.safeParse(values);
  if (result.success) return result.data;
  const flags = flagsOf(command.schema);
  const problems = result.error.issues.map((issue) => problemOf(issue, command, flags, values));
  const [first] = problems;
  if (problems.length === 1 && first) throw new UsageError(first.message, first);
  throw new UsageError(`${problems.length} options are wrong`, { code: "bad-flag", problems });
}

function problemOf(issue: z.core.$ZodIssue, command: Command, flags: readonly Flag[], values: object): Problem {
  const key = String(issue.path[0] ?? "");
  const flag = flags.find((f) => f.key === key);
  if (issue.code === "custom" || !flag) {
    const { code, help } = (issue.code === "custom" ? issue.params : undefined) ?? {};
    return { code: code ?? "bad-flag", message: issue.message, help };
  }
  const name = command.positionals.includes(flag.key) ? shown(flag) : flag.long;
  const came = (values as Record<string, unknown>)[key];
  if (came === undefined)
    return {
      code: "missing-flag",
      message: `${command.name} needs ${name}: ${flag.description || flag.wanted}`,
      help: `plaudit ${command.name} --help`,
    };
  const list = flag.repeatable && !Array.isArray(came) ? "a list, each " : "";
  const item = Array.isArray(came) && typeof issue.path[1] === "number" ? came[issue.path[1]] : came;
  return { code: "bad-flag", message: `${name}: wanted ${list}${flag.wanted}, got ${show(item)}` };
}

/** JSON has no NaN and no Infinity, and these are exactly what a person must be told about. */
const show = (value: unknown) => (typeof value === "number" ? String(value) : JSON.stringify(value));

/** `--x VALUE`, `--x [VALUE]` or the pair `--x` and `--no-x`. */
function optionsOf(flag: Flag): Option[] {
  const { long, types } = flag;
  if (types.size === 1 && types.has("boolean")) return [new Option(long), new Option(long.replace("--", "--no-"))];
  const option = new Option(types.has("boolean") ? `${long} [value]` : `${long} <value>`);
  if (flag.repeatable) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return [option];
}

const expandShort = (word: string) => (word === "-h" ? "--help" : word);

function catchMissingValue<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw needsValue(/--[\w-]+/.exec(error.message)?.[0] ?? "a flag");
  }
}

const needsValue = (long: string) => new UsageError(`${long} needs a value`, { code: "bad-flag" });

function unknownFlag(word: string, command: string, flags: readonly Flag[]): UsageError {
  const name = word.split("=")[0]!;
  const known = flags.find((flag) => flag.long === name);
  if (known)
    return new UsageError(`${name} takes no value; its opposite is --no-${name.slice(2)}`, { code: "bad-flag" });
  const names = flags.flatMap((flag) =>
    flag.types.has("boolean") ? [flag.long, `--no-${flag.long.slice(2)}`] : flag.long,
  );
  const near = nearest(name, names);
  return new UsageError(`${command} has no option ${name}`, {
    code: "unknown-flag",
    help: near ? `did you mean ${near}?` : `see plaudit ${command} --help`,
  });
}

/** Text from the shell becomes what the option's type asks for; text that does not fit stays and is reported. */
function convert(flag: Flag, value: unknown): unknown {
  if (!flag.repeatable) return typeof value === "string" ? convertText(flag, value) : value;
  const texts = value as string[];
  const numeric = flag.types.has("number") || flag.types.has("integer");
  return (numeric ? texts.flatMap((text) => text.split(",")) : texts).map((text) => convertText(flag, text));
}

function convertText({ types }: Flag, text: string): unknown {
  const numeric = types.has("number") || types.has("integer");
  if (numeric && text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  return text;
}

function readPositionals(command: string, flags: readonly Flag[], words: readonly string[]): Record<string, unknown> {
  const rest = [...words];
  const values: Record<string, unknown> = {};
  for (const flag of flags) {
    if (flag.repeatable && rest.length) values[flag.key] = rest.splice(0).map((text) => convertText(flag, text));
    else if (rest.length) values[flag.key] = convertText(flag, rest.shift()!);
  }
  if (rest.length) {
    throw new UsageError(`${command} does not know what to do with ${JSON.stringify(rest[0])}`, {
      code: "extra-argument",
      help: flags.length ? `it takes ${flags.map(shown).join(" ")}` : "it takes only options: see --help",
    });
  }
  return values;
}

/** How a positional argument is called in messages and help: `RUN`, `FILES…`. */
export const shown = (flag: Flag): string => `${flag.key.toUpperCase()}${flag.repeatable ? "…" : ""}`;
