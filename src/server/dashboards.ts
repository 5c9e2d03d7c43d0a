import { dashboardOf, type Settings, type Store } from "../feedback/index.ts";
import type { Dashboard } from "./protocol.ts";

/** The dashboard of the project as it is now, with or without simulated annotators. */
export type Dashboards = (synthetic: boolean) => Promise<Dashboard>;

/**
 * Made anew only when the journal has grown, and one at a time: while one is being made, whoever asks gets the one after
 * it, all the same.
 */
export function createDashboards(store: Store, settings: () => Promise<Settings>): Dashboards {
  const kinds = { true: latest(() => make(true)), false: latest(() => make(false)) };
  const make = async (synthetic: boolean): Promise<Dashboard> => {
    const [words, tasks, people] = await Promise.all([store.words({ synthetic: true }), store.tasks(), store.people()]);
    return dashboardOf(words, tasks, people, (await settings()).form, { synthetic });
  };
  return async (synthetic) => kinds[`${synthetic}`]((await store.counts()).journalBytes);
}

/** Keeps what was made last, for the version that it was asked for. */
function latest<T>(make: () => Promise<T>): (version: number) => Promise<T> {
  let made: { readonly version: number; readonly value: T } | undefined;
  let running: Promise<T> | undefined;
  let waiting: Promise<T> | undefined;
  const run = (version: number): Promise<T> => {
    const turn = make().then((value) => {
      made = { version, value };
      return value;
    });
    const over = () => {
      running = undefined;
    };
    turn.then(over, over);
    running = turn;
    return turn;
  };
  return async (version) => {
    if (made?.version === version) return made.value;
    if (!running) return run(version);
    waiting ??= running
      .catch(() => {}) // whoever asked for it has heard
      .then(() => {
        waiting = undefined;
        return run(version);
      });
    return waiting;
  };
}
