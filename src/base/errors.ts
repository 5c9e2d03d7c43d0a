/** One thing that is wrong with an input: what was wanted, what came, where, and what to do. */
export interface Problem {
  /** Stable code, explained in docs/errors, for example `missing-column`. */
  readonly code: string;
  readonly message: string;
  /** `file:line`, a flag, or a place in a config. */
  readonly where?: string | undefined;
  readonly help?: string | undefined;
  /** The numbers and words in the message, for whoever says it in another language. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

interface Options extends Partial<Omit<Problem, "message">> {
  /** Every problem of every input, when several were found at once. */
  readonly problems?: readonly Problem[] | undefined;
  readonly cause?: unknown;
}

/** The common form of every error that Plaudit explains to a person. `exitCode` is the process's (design §5). */
export class PlauditError extends Error {
  override readonly name: string = "PlauditError";
  readonly exitCode: number = 1;
  readonly code: string;
  readonly where: string | undefined;
  readonly help: string | undefined;
  readonly values: Problem["values"];
  readonly problems: readonly Problem[] | undefined;

  constructor(message: string, { code = "failed", where, help, values, problems, cause }: Options = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.where = where;
    this.help = help;
    this.values = values;
    this.problems = problems;
  }
}

/** A mistake in how a command or the library was called. Exit code 2. */
export class UsageError extends PlauditError {
  override readonly name = "UsageError";
  override readonly exitCode = 2;
  constructor(message: string, options: Options = {}) {
    super(message, { code: "usage", ...options });
  }
}

/** Data that cannot be trained on. Exit code 3. */
export class DataError extends PlauditError {
  override readonly name = "DataError";
  override readonly exitCode = 3;
  constructor(message: string, options: Options = {}) {
    super(message, { code: "bad-data", ...options });
  }
}

/** Checks something that only a bug of ours could make false. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${why}`);
}

/** The candidate nearest to `name` by edit distance, or undefined when none is close enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const d = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
