import { nearest, UsageError } from "../../base/index.ts";
import type { Command, Context } from "./command.ts";
import type { SignalSource } from "./interrupt.ts";

/** A command as the table knows it: enough for `plaudit help`, with the code loaded when it is used. */
export interface Entry {
  readonly summary: string;
  load(): Promise<Command>;
}
export type Commands = Readonly<Record<string, Entry>>;

/** The outside world of a command. `process` has this shape; a test gives its own. */
export interface Shell extends SignalSource {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  now(): number;
}
interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
}

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
      const emphasis = await painter(shell.stderr, "red");
      shell.stderr.write(`${errorText(error, { emphasis, debug: shell.env.PLAUDIT_DEBUG === "1" })}\n`);
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
  const { checkOptions, parseArguments } = await import("./parse.ts");
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
  const stored = await optionsOfResumedRun(command, given.resume);
  const options = checkOptions(command, { ...stored, ...given, ...("resume" in stored && { resume: stored.resume }) });

  const { context, close } = await openContext(shell, common.json, new Set(Object.keys(given)));
  try {
    const { next, exitCode = 0 } = await command.run(context, options);
    if (next) context.note(`\nNext: ${await emphasise(shell, next)}`);
    return exitCode;
  } finally {
    close();
  }
}

async function optionsOfResumedRun(command: Command, resume: unknown): Promise<Record<string, unknown>> {
  if (resume !== true && typeof resume !== "string") return {};
  return (await import("./resume.ts")).resumedOptions(command.name, resume, Object.keys(command.schema.shape));
}

const emphasise = async (shell: Shell, text: string) => (await painter(shell.stderr, "bold"))(text);

async function openContext(shell: Shell, json: boolean, given: ReadonlySet<string>) {
  const [{ createProgress }, { watchSignals }] = await Promise.all([import("./progress.ts"), import("./interrupt.ts")]);
  const progress = createProgress(shell.stderr, () => shell.now(), await painter(shell.stderr, "cyan"));
  const note = (line: string) => progress.note(line);
  let watched: ReturnType<typeof watchSignals> | undefined;
  const context: Context = {
    emit(text, ...results) {
      for (const line of json ? results.map((result) => JSON.stringify(result)) : [text])
        shell.stdout.write(`${line}\n`);
    },
    note,
    progress,
    get signal() {
      watched ??= watchSignals(shell, note);
      return watched.signal;
    },
    json,
    given,
    env: shell.env,
    now: () => shell.now(),
  };
  return { context, close: () => watched?.stop() };
}

/** Colour only where it is seen as colour: a terminal's `hasColors` honours NO_COLOR, FORCE_COLOR and TERM=dumb. */
async function painter(out: Output, format: "red" | "cyan" | "bold"): Promise<(text: string) => string> {
  if (!out.isTTY || !out.hasColors?.()) return (text) => text;
  const { styleText } = await import("node:util");
  return (text) => styleText(format, text, { validateStream: false });
}
