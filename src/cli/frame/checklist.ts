import { checkAll } from "./check-all.ts";

type Found<R> = { [K in keyof R]: Exclude<R[K], undefined> };

/**
 * Checks that build on each other, with one report of everything that is wrong: a failed check gives `undefined`, what
 * needs its result is passed over, and all others still run.
 *
 *     const { check, passed } = checklist();
 *     const model = await check(() => openModel(options.model, "lm"));
 *     const rows = model && (await check(() => readRows(model, options.data)));
 *     const inputs = await passed({ model, rows });   // throws the report, or: everything is there
 */
export function checklist() {
  const failures: (() => never)[] = [];
  return {
    async check<T>(work: () => T | Promise<T>): Promise<T | undefined> {
      try {
        return await work();
      } catch (error) {
        failures.push(() => {
          throw error;
        });
        return undefined;
      }
    },
    async passed<R extends object>(results: R): Promise<Found<R>> {
      await checkAll(Object.fromEntries(failures.entries()));
      return results as Found<R>;
    },
  };
}
