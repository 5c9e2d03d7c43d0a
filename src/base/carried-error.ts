import { DataError, PlauditError, type Problem, UsageError } from "./errors.ts";

/** An error as it travels between threads, where a class does not. */
export interface CarriedError extends Partial<Pick<Problem, "code" | "where" | "help">> {
  readonly message: string;
  readonly stack?: string | undefined;
  /** Of a {@link PlauditError}: whose fault it was. */
  readonly exitCode?: number | undefined;
}

export function carryError(thrown: unknown): CarriedError {
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (!(thrown instanceof PlauditError)) return { message, stack };
  const { code, where, help, exitCode } = thrown;
  return { message, code, where, help, exitCode };
}

/** The error again; one without a code is nothing that was foreseen, and keeps the stack of where it came from. */
export function reviveError({ message, stack, exitCode, ...details }: CarriedError): Error {
  if (details.code === undefined) {
    const error = new Error(message);
    if (stack !== undefined) error.stack = stack;
    return error;
  }
  const Kind = exitCode === 2 ? UsageError : exitCode === 3 ? DataError : PlauditError;
  return new Kind(message, details);
}
