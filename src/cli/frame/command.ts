import { availableParallelism } from "node:os";
import { z } from "zod";
import type { Progress } from "./progress.ts";

/** What a command gets from the frame. Everything it prints goes through here. */
export interface Context<Result = unknown> {
  /** Prints `text` for people or, under `--json`, each result as one line. Both go to stdout. */
  emit(text: string, ...results: readonly Result[]): void;
  /** A line for people, on stderr. */
  note(line: string): void;
  readonly progress: Progress;
  /**
   * Aborted at the first Ctrl-C. A command that reads this property promises to finish its step, save and throw
   * an error of exit code 4; for one that never reads it, Ctrl-C ends the process at once, as anywhere else.
   */
  readonly signal: AbortSignal;
  /** Whether results are printed as JSON, so that questions to the person make no sense. */
  readonly json: boolean;
  /** The options that a flag or the config file gave; the others have their defaults. */
  readonly given: ReadonlySet<string>;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since 1970. The clock is read here and nowhere below. */
  now(): number;
}

export interface Outcome {
  /** The command to run next, printed at the end. */
  readonly next?: string;
  /** 5 when the doctor stopped the run; errors carry their own. */
  readonly exitCode?: 0 | 5;
}

export interface Command<S extends z.ZodObject = z.ZodObject, R extends z.ZodType = z.ZodType> {
  /** As typed: `sft`, or `runs list`. */
  readonly name: string;
  readonly summary: string;
  /** Whole command lines, shown first in `--help`. */
  readonly examples: readonly string[];
  /** A strict object; every key becomes a flag, except those named in `positionals`. */
  readonly schema: S;
  /** Keys given without a flag, in order; a list may come last and takes the rest. */
  readonly positionals: readonly (string & keyof z.infer<S>)[];
  /** The shape of each line under `--json`. */
  readonly resultSchema: R;
  run(context: Context<z.infer<R>>, options: z.infer<S>): Promise<Outcome>;
}

/** Declares a command; the types of `options` and of the results follow from its two schemas. */
export const defineCommand = <S extends z.ZodObject, R extends z.ZodType>(
  command: Omit<Command<S, R>, "positionals"> & Partial<Pick<Command<S, R>, "positionals">>,
): Command<S, R> => ({ positionals: [], ...command });

/** The options of every command that computes: spread them into its schema. */
export const computing = {
  seed: z.int().min(0).default(0).describe("same seed, same machine, same bytes"),
  dryRun: z.boolean().default(false).describe("check everything, print the arithmetic, start nothing"),
  out: z.string().min(1).optional().describe("the run's folder (default: runs/<command>-001 …)").meta({ value: "DIR" }),
  resume: z
    .union([z.boolean(), z.string()])
    .optional()
    .describe("go on with the run in DIR, or with the newest unfinished one of this command")
    .meta({ value: "DIR" }),
  device: z.enum(["cpu", "webgpu", "cuda"]).default("cpu").describe("what computes; training is done by the cpu alone"),
  threads: z
    .int()
    .min(1)
    .default(availableParallelism())
    .refine((n) => n <= availableParallelism(), {
      error: `--threads may be at most ${availableParallelism()}: this machine has no more cores`,
      params: { code: "threads", help: "more threads than cores only wait for each other; leave the flag out" },
    })
    .describe("threads that compute; the bits of a run depend on it"),
};

/** The options that the frame adds to every command. */
export const everyCommand = z.strictObject({
  json: z.boolean().default(false).describe("results as one JSON object a line on stdout"),
  config: z.string().optional().describe("options from a .yaml, .json or .ts file; flags win").meta({ value: "FILE" }),
  jsonSchema: z.boolean().default(false).describe("print the JSON Schema of the results"),
  help: z.boolean().default(false).describe("this text"),
});
