import { DataError, type PlauditError, type Problem, UsageError } from "../../base/index.ts";
import { explain } from "./errors.ts";

type Results<C> = { [K in keyof C]: C[K] extends () => infer R ? Awaited<R> : never };

/**
 * Runs every check, also after one has failed, and throws one error that lists every problem of every input. A person
 * then mends all of them before the next try. Returns what the checks returned, under the same names.
 *
 * Exit code 2 when any problem is one of usage, else 3. A bug in a check is thrown as it is.
 */
export async function checkAll<C extends Record<string, () => unknown>>(checks: C): Promise<Results<C>> {
  const results: Record<string, unknown> = {};
  const errors: PlauditError[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      results[name] = await check();
    } catch (error) {
      const explained = explain(error);
      if (explained.code === "internal") throw error;
      errors.push(explained);
    }
  }
  const [first] = errors;
  if (!first) return results as Results<C>;
  if (errors.length === 1) throw first;
  const problems = takingTurns(errors.map((error): readonly Problem[] => error.problems ?? [error]));
  const ErrorClass = errors.some((error) => error instanceof UsageError) ? UsageError : DataError;
  throw new ErrorClass(`${problems.length} problems in ${errors.length} inputs; nothing was started`, {
    code: "several-problems",
    problems: problems.map(({ code, message, where, help }) => ({ code, message, where, help })),
  });
}

/** The first of each list, then the second of each: a report that is cut short has something of every input. */
function takingTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const rounds = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
