import { Refusal } from "../refusal.ts";

/** Slows guessing down. */
export interface Attempts {
  /**
   * Counts an attempt under each key, before it is known how it ends. After five, each doubles the wait for the next,
   * from one second up to a quarter of an hour. Throws `too-many-attempts` while one is to be waited for.
   */
  begin(...keys: readonly string[]): void;
  /** It was right: forgets the keys. */
  succeeded(...keys: readonly string[]): void;
}

const free = 5;
const longestMs = 15 * 60_000;
/** More keys than this are not remembered; the oldest goes. */
const most = 10_000;

export function createAttempts(now: () => number): Attempts {
  const counted = new Map<string, { readonly count: number; readonly until: number }>();
  /** A clock that was set back must not lock anybody out for longer. */
  const waitOf = (key: string) => Math.min(longestMs, (counted.get(key)?.until ?? 0) - now());
  return {
    begin(...keys) {
      const wait = Math.max(...keys.map(waitOf));
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1000);
        throw new Refusal(`too many attempts; the next one in ${seconds} s`, {
          code: "too-many-attempts",
          status: 429,
          values: { seconds },
          headers: { "Retry-After": String(seconds) },
        });
      }
      for (const key of keys) {
        const before = counted.get(key);
        const count = before && waitOf(key) > -longestMs ? before.count + 1 : 1;
        const pause = count < free ? 0 : Math.min(longestMs, 1000 * 2 ** (count - free));
        counted.delete(key); // so that it becomes the youngest
        counted.set(key, { count, until: now() + pause });
      }
      for (const [oldest] of counted) {
        if (counted.size <= most) break;
        counted.delete(oldest);
      }
    },
    succeeded(...keys) {
      for (const key of keys) counted.delete(key);
    },
  };
}
