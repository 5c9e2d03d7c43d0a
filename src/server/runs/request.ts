/** A request to train becomes a command line, once everything in it has been checked. */
import { z } from "zod";
import { misfitOf, nearest, type Problem, UsageError } from "../../base/index.ts";
import { kebab } from "../../run/index.ts";
import type { TrainingRequest } from "../protocol-runs.ts";
import { fileInProject } from "./project.ts";

export type TrainingCommand = TrainingRequest["command"];
/** The options of each command, as the program declares them. */
export type CommandSchemas = Readonly<Record<TrainingCommand, z.ZodObject>>;

/** The flag that the project's own data are given under, and what they are. */
export const dataOf = {
  sft: { flag: "data", kind: "demonstrations" },
  reward: { flag: "data", kind: "rankings" },
  ppo: { flag: "prompts", kind: "prompts" },
} as const satisfies Record<TrainingCommand, { flag: string; kind: string }>;
export type DataKind = (typeof dataOf)[TrainingCommand]["kind"];

/** What the server decides itself. */
export const reserved: ReadonlySet<string> = new Set(["out", "resume", "dryRun"]);

export interface RequestContext {
  readonly project: string;
  readonly schemas: CommandSchemas;
  /** The path, relative to the project, of the model of that id; throws `missing-model`. */
  modelPath(id: string, where: string): string;
}

/**
 * The words behind the command's name, without data and folder. Files and models must lie in the project; code (a reward
 * in a .ts file) is for the terminal. Throws one UsageError with a problem for each option that is wrong.
 */
export function argsOf(
  { command, options }: TrainingRequest,
  { project, schemas, modelPath }: RequestContext,
): string[] {
  const schema = schemas[command];
  const { flag } = dataOf[command];
  const declared = declarations(schema);
  const problems: Problem[] = [];
  const args: string[] = [];
  for (const [key, value] of Object.entries(options)) {
    if (value === null || value === undefined) continue;
    const found = declared.get(key);
    if (found === undefined || reserved.has(key) || key === flag)
      problems.push(notAnOption(command, key, declared, flag));
    else collect(problems, () => args.push(...words(key, value, (item) => localized(item, key, found))));
  }
  const misfits = schemaProblems(schema, { ...options, [flag]: "project" }, declared);
  const [first, ...others] = [...problems, ...misfits];
  if (first && others.length > 0)
    throw new UsageError(`${others.length + 1} options are wrong`, { code: "bad-flag", problems: [first, ...others] });
  if (first && first === misfits[0])
    throw new UsageError(`${first.where}: ${first.message}`, { ...first, code: "bad-flag", problems: [first] });
  if (first) throw new UsageError(first.message, first);
  return args;

  /** A value that names a file or a model, as the path that the command is given. */
  function localized(value: unknown, key: string, { placeholder }: Declaration): unknown {
    if (typeof value !== "string") return value;
    if (placeholder === "MODEL" || placeholder === "SPEC") return modelPath(value, key);
    const isFile = placeholder === "FILE" && !(key === "chatTemplate" && value === "chatml");
    return isFile ? fileInProject(project, value, key) : value;
  }
}

interface Declaration {
  /** What stands for the value in `--help`: FILE, MODEL, SPEC. */
  readonly placeholder: string | undefined;
}

function declarations(schema: z.ZodObject): Map<string, Declaration> {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return new Map(
    Object.entries(properties).map(([key, json]) => [key, { placeholder: (json as { value?: string }).value }]),
  );
}

function words(key: string, value: unknown, localized: (item: unknown) => unknown): string[] {
  const flag = `--${kebab(key)}`;
  if (value === true) return [flag];
  if (value === false) return [`--no-${kebab(key)}`];
  // With `=`, so that no value is ever taken for a flag.
  return [value].flat().map((item) => `${flag}=${localized(item)}`);
}

function notAnOption(command: string, key: string, declared: Map<string, Declaration>, flag: string): Problem {
  if (reserved.has(key) || key === flag)
    return { code: "bad-flag", where: key, message: `${key} is decided by the studio` };
  const near = nearest(key, declared.keys());
  const message = `${command} has no option ${key}`;
  return { code: "unknown-flag", where: key, message, help: near ? `did you mean ${near}?` : undefined };
}

/** What the command's own schema finds wrong, by zod's codes; keys that it does not know are told above. */
function schemaProblems(schema: z.ZodObject, options: object, declared: Map<string, Declaration>): Problem[] {
  const parsed = schema.safeParse(options);
  const issues = parsed.success ? [] : parsed.error.issues;
  return issues.flatMap((issue) => {
    const key = String(issue.path[0] ?? "");
    return declared.has(key) && !reserved.has(key) ? [{ where: key, ...misfitOf(issue) }] : [];
  });
}

function collect(problems: Problem[], work: () => void): void {
  try {
    work();
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    const { code, message, where, help } = cause;
    problems.push({ code, message, where, help });
  }
}
