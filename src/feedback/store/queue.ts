import { setImmediate } from "node:timers/promises";

/** Something that waits to be committed. */
export interface Waiting {
  reject(error: unknown): void;
}

/**
 * Group commit: whatever is added while the commit before is under way goes into the next one together, so that many
 * callers share an fsync. `commit` tells its calls how they ended; when it rejects, all of them are told that.
 */
export function groupCommit<C extends Waiting>(commit: (calls: readonly C[]) => Promise<void>) {
  let waiting: C[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    while (waiting.length > 0) {
      await setImmediate(); // what has come in by network meanwhile goes along
      const calls = waiting;
      waiting = [];
      await commit(calls).catch((error) => {
        for (const call of calls) call.reject(error);
      });
    }
    running = undefined;
  };
  return {
    add(call: C): void {
      waiting.push(call);
      running ??= run();
    },
    /** Resolves when nothing waits. */
    async idle(): Promise<void> {
      await running;
    },
  };
}
