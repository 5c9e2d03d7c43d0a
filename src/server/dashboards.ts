import { setTimeout as pause } from "node:timers/promises";
import { forms, openReports, type Reports, type Secrets, type Store } from "../feedback/index.ts";
import type { Dashboard } from "./protocol.ts";

export interface Dashboards {
  /** Of the project as it is now, with or without simulated annotators; the last one where that takes too long. */
  get(synthetic: boolean): Promise<Dashboard>;
  close(): void;
}

/** Longer than that nobody waits for a newer one. */
const patienceMs = 300;

/** Made in a thread beside this one, and only when the journal has grown. The last one is kept for the next start. */
export function createDashboards(store: Store, now: () => number, reports: Reports = openReports(store)): Dashboards {
  const make = (synthetic: boolean) => async () => {
    const at = new Date(now()).toISOString();
    const made = { ...(await reports.dashboard({ options: { synthetic }, form: forms.ranking })), at };
    await store.secrets.set(shelf, `${synthetic}`, made).catch(() => {}); // on a full disk it is shown all the same
    return made;
  };
  const kinds = { true: latest(make(true), now), false: latest(make(false), now) };
  return {
    async get(synthetic) {
      const kind = kinds[`${synthetic}`];
      const { journalBytes } = await store.counts();
      const begun = kind.before(journalBytes);
      const fresh = kind.ask(journalBytes).then((made) => ({ ...made, current: true }));
      fresh.catch(() => {}); // whoever waits for it hears of it
      const last = kind.last() ?? (await store.secrets.get<Made>(shelf, `${synthetic}`));
      // The very first: the one that was begun is sooner there than one of this moment.
      if (!last) return begun ? Promise.race([fresh, begun.then((made) => ({ ...made, current: false }))]) : fresh;
      return Promise.race([fresh, pause(patienceMs, { ...last, current: false }, { ref: false })]);
    },
    close: () => reports.close(),
  };
}

type Made = Omit<Dashboard, "current">;
const shelf = "dashboard";

/** Takes out what is kept, since it names people and shows their work. */
export async function forgetDashboards(secrets: Secrets): Promise<void> {
  for (const { key } of await secrets.all(shelf)) await secrets.delete(shelf, key);
}

interface Version<T> {
  readonly version: number;
  readonly value: T;
}

/** So many times as long as one took passes before the next one: watching must not cost the annotators a whole core. */
const rests = 3;
const longestRestMs = 30_000;

/**
 * Keeps what was made last, for the version that it was asked for. One is made at a time: while one is, whoever asks for a
 * later version gets the one after it, all the same.
 */
function latest<T>(make: () => Promise<T>, now: () => number) {
  let made: Version<T> | undefined;
  let running: (Version<Promise<T>> & { readonly over: Promise<void> }) | undefined;
  let waiting: Promise<T> | undefined;
  const run = (version: number): Promise<T> => {
    const began = now();
    const value = make();
    const finish = async () => {
      const isFirst = made === undefined; // which took longer than others will: the thread had to begin
      made = { version, value: await value };
      const rest = Math.min(longestRestMs, rests * (now() - began)); // a clock that jumps must not stop it
      if (!isFirst && rest > 0) await pause(rest, undefined, { ref: false });
    };
    const over = finish()
      .catch(() => {}) // whoever asked for it has heard
      .then(() => {
        running = undefined;
      });
    running = { version, value, over };
    return value;
  };
  return {
    last: () => made?.value,
    /** One that is being made of an earlier version. */
    before: (version: number) => (running && running.version !== version ? running.value : undefined),
    async ask(version: number): Promise<T> {
      if (made?.version === version) return made.value;
      if (!running || running.version === version) return running?.value ?? run(version);
      waiting ??= running.over.then(() => {
        waiting = undefined;
        return run(version);
      });
      return waiting;
    },
  };
}
