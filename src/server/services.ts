import { stream } from "../base/index.ts";
import {
  type Entry,
  type EntryKind,
  type EntryOf,
  forms,
  Settings,
  type Store,
  type TaskData,
  ulid,
} from "../feedback/index.ts";
import { createLanes, type Lanes } from "./conversing/lanes.ts";
import { createDashboards, type Dashboards } from "./dashboards.ts";
import { createEvents, type EventHub } from "./events.ts";
import { type Attempts, createAttempts } from "./identity/attempts.ts";
import { createSessions, type Sessions } from "./identity/sessions.ts";
import type { Action, Me, ReplyOf } from "./protocol.ts";
import { createWorkshop, type Workshop, type WorkshopOptions } from "./workshop.ts";

/** What a server is given, and its handlers see. */
interface Surroundings {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** So many random bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
  /** `local`: names without passwords, for one's own machine only. */
  readonly mode: Me["mode"];
  readonly version: string;
}

export interface ServiceOptions extends Surroundings, Pick<WorkshopOptions, "program" | "commands" | "models"> {
  /** Takes what went wrong inside, for whoever runs the server. */
  readonly log: (line: string) => void;
}

/** What every handler works with. */
export interface Services extends Surroundings {
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly events: EventHub;
  /** What was acknowledged lately, by the word's id, so that who asks again hears the same. */
  readonly acknowledged: Map<string, ReplyOf<"POST /api/words">>;
  readonly dashboards: Dashboards;
  readonly workshop: Workshop;
  /** The last entry of settings, or what a project without any works by. */
  settings(): Promise<Settings>;
  /** Tasks that wait for anybody; counted once a second at most, since everybody asks with every task. */
  waiting(): Promise<number>;
  /** An entry of now with an id of its own. */
  entry<K extends EntryKind>(kind: K, by: string, data: EntryOf<K>["data"]): Entry;
  /** Writes entries and tells those who watch. */
  append(...entries: readonly Entry[]): Promise<number>;
  /** Keeps in the journal that somebody did what is no entry by itself. */
  audit(by: string, action: Action, detail?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Runs work that reads and then writes secrets after the one before, so that what works once works once. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** The same for what may take long: only work of one key waits for each other. */
  readonly lane: Lanes;
}

/** Begins with nothing in memory; what has to last is in the store. */
export function servicesOf({
  store,
  now,
  random,
  mode,
  version,
  program,
  commands,
  models,
  log,
}: ServiceOptions): Services {
  const events = createEvents(store, log);
  let made = 0;
  const newId = () => ulid(now(), stream(made++, "entry", Buffer.from(random(16)).toString("hex")));
  const entry: Services["entry"] = (kind, by, data) => {
    return { format: 1, id: newId(), at: new Date(now()).toISOString(), by, kind, data } as Entry;
  };
  const append: Services["append"] = async (...entries) => {
    const added = await store.append(entries);
    if (added > 0) events.poke();
    return added;
  };
  const settings = async () => (await store.settings()) ?? Settings.parse({ form: forms.ranking });
  let counted = { at: Number.NEGATIVE_INFINITY, open: Promise.resolve(0) };
  const waiting = () => {
    if (Math.abs(now() - counted.at) < 1000) return counted.open;
    const open = store.counts().then(({ tasks }) => tasks.open);
    counted = { at: now(), open };
    return open;
  };
  /** What is there already is passed over. */
  const addTasks = async (tasks: readonly TaskData[], by: string) => {
    const entries: Entry[] = [];
    for (const task of tasks) if (!(await store.task(task.task))) entries.push(entry("task", by, task));
    return append(...entries);
  };
  const workshop = createWorkshop({
    ...{ store, program, commands, models, now, newId, addTasks },
    ...{ onChange: (run) => events.tell({ type: "run", run }), isHeard: events.isHeard },
    log: (error) => log(`models: ${(error as Error).stack ?? error}`),
  });
  let queue: Promise<unknown> = Promise.resolve();
  return {
    ...{ store, now, random, mode, version, events, entry, append, settings, waiting, workshop },
    acknowledged: new Map(),
    lane: createLanes(),
    dashboards: createDashboards(store, now),
    sessions: createSessions({ secrets: store.secrets, now, random, mode }),
    attempts: createAttempts(now),
    audit: async (by, action, detail) => {
      await append(entry("action", by, { action, ...(detail && { detail }) }));
    },
    alone(work) {
      const turn = queue.then(work);
      queue = turn.catch(() => {});
      return turn;
    },
  };
}
