import { nearest, UsageError } from "../../base/index.ts";
import type { Command, Context, Outcome } from "./command.ts";
import { painter, type Shell } from "./shell.ts";

/** A command as the table knows it: enough for `plaudit help`, with the code loaded when it is used. */
export interface Entry {
  readonly summary: string;
  load(): Promise<Command>;
}
export type Commands = Readonly<Record<string, Entry>>;

export interface Program {
  readonly commands: Commands;
  readonly version: string;
  /** Printed by `plaudit` alone. */
  readonly nextSteps: string;
}

/** Runs one command line and returns the exit code of the process (design §5). Never throws. */
export async function dispatch(program: Program, argv: readonly string[], shell: Shell): Promise<number> {
  try {
    return await run(program, argv, shell);
  } catch (thrown) {
    const { errorReport, errorText, explain } = await import("./errors.ts");
    const error = explain(thrown);
    if (argv.includes("--json")) shell.stdout.write(`${JSON.stringify({ error: errorReport(error) })}\n`);
    else {
      const paint = painter(shell.stderr);
      shell.stderr.write(`${errorText(error, { paint, debug: shell.env.PLAUDIT_DEBUG === "1" })}\n`);
    }
    return error.exitCode;
  }
}

async function run(program: Program, argv: readonly string[], shell: Shell): Promise<number> {
  const print = (text: string) => {
    shell.stdout.write(`${text}\n`);
    return 0;
  };
  const [first] = argv;
  if (first === undefined) return print(program.nextSteps);
  if (first === "--version" || first === "-v") return print(program.version);
  if (first === "help" && argv.length > 1) return run(program, [...argv.slice(1), "--help"], shell);
  const [name, words] = commandName(program.commands, argv);
  if (name === undefined) return print((await import("./overview.ts")).overview(summaries(program.commands, words)));
  return runCommand(await program.commands[name]!.load(), words, shell);
}

const asksForHelp = (word: string | undefined) => word === "--help" || word === "-h" || word === "help";

/** Splits the words into a command's name (one or two words) and the rest; no name when only help was asked for. */
function commandName(commands: Commands, argv: readonly string[]): [string | undefined, readonly string[]] {
  const [first = "", second] = argv;
  if (asksForHelp(first)) return [undefined, []];
  const two = `${first} ${second}`;
  if (Object.hasOwn(commands, two)) return [two, argv.slice(2)];
  if (Object.hasOwn(commands, first)) return [first, argv.slice(1)];

  const group = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  if (group.length && asksForHelp(second)) return [undefined, [first]];
  const parts = group.map((name) => name.slice(first.length + 1));
  if (group.length && (second === undefined || second.startsWith("-"))) {
    throw new UsageError(`plaudit ${first} needs one of ${parts.join(", ")}`, {
      code: "unknown-command",
      help: `for example: plaudit ${group[0]}`,
    });
  }
  const tops = new Set(Object.keys(commands).map((name) => name.split(" ")[0]!));
  const near = group.length ? nearest(second ?? "", parts) : nearest(first, [...tops, "help"]);
  throw new UsageError(`there is no command "plaudit ${group.length ? two : first}"`, {
    code: "unknown-command",
    help: near ? `did you mean plaudit ${group.length ? `${first} ` : ""}${near}?` : "plaudit help lists all",
  });
}

const summaries = (commands: Commands, [group]: readonly string[]) =>
  Object.entries(commands)
    .filter(([name]) => group === undefined || name.startsWith(`${group} `))
    .map(([name, { summary }]) => [name, summary] as const);

async function runCommand(command: Command, argv: readonly string[], shell: Shell): Promise<number> {
  const { parseArguments } = await import("./parse.ts");
  if (argv.includes("--help") || argv.includes("-h")) {
    shell.stdout.write(`${(await import("./help.ts")).commandHelp(command)}\n`);
    return 0;
  }
  const { common, flags } = parseArguments(command, argv);
  if (common.jsonSchema) {
    const { z } = await import("zod");
    shell.stdout.write(`${JSON.stringify(z.toJSONSchema(command.resultSchema), null, 2)}\n`);
    return 0;
  }
  const fromFile = common.config
    ? await (await import("./config-file.ts")).readConfigFile(common.config, Object.keys(command.schema.shape))
    : {};
  const given: Record<string, unknown> = { ...fromFile, ...flags };
  const options = await resolveOptions(command, given);

  const { openContext } = await import("./context.ts");
  const { context, close } = openContext(shell, { json: common.json, given: new Set(Object.keys(given)) });
  try {
    const { next, exitCode = 0 } = await command.run(context, options);
    if (next) context.note(`\nNext: ${painter(shell.stderr)("bold", next)}`);
    return exitCode;
  } finally {
    close();
  }
}

/** What was given, what a resumed run had, and defaults, checked. */
async function resolveOptions(command: Command, given: Readonly<Record<string, unknown>>) {
  const { checkOptions } = await import("./parse.ts");
  const stored = await optionsOfResumedRun(command, given.resume);
  return checkOptions(command, { ...stored, ...given, ...("resume" in stored && { resume: stored.resume }) });
}

/** Runs a command line inside another command: what it prints and shows goes to the context given. */
export async function runInside(commands: Commands, argv: readonly string[], context: Context): Promise<Outcome> {
  const [name, words] = commandName(commands, argv);
  const command = await commands[name!]!.load();
  const { parseArguments } = await import("./parse.ts");
  const { flags } = parseArguments(command, words);
  return command.run({ ...context, given: new Set(Object.keys(flags)) }, await resolveOptions(command, flags));
}

async function optionsOfResumedRun(command: Command, resume: unknown): Promise<Record<string, unknown>> {
  if (resume !== true && typeof resume !== "string") return {};
  return (await import("./resume.ts")).resumedOptions(command.name, resume, Object.keys(command.schema.shape));
}
