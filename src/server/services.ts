import type { Entry, EntryKind, EntryOf, Settings, Store } from "../feedback/index.ts";
import type { Dashboards } from "./dashboards.ts";
import type { EventHub } from "./events.ts";
import type { Attempts } from "./identity/attempts.ts";
import type { Sessions } from "./identity/sessions.ts";
import type { Me, ReplyOf } from "./protocol.ts";

/** What every handler works with. */
export interface Services {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** So many random bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
  readonly mode: Me["mode"];
  readonly version: string;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly events: EventHub;
  /** What was acknowledged lately, by the word's id, so that who asks again hears the same. */
  readonly acknowledged: Map<string, ReplyOf<"POST /api/words">>;
  readonly dashboards: Dashboards;
  /** The last entry of settings, or what a project without any works by. */
  settings(): Promise<Settings>;
  /** An entry of now with an id of its own. */
  entry<K extends EntryKind>(kind: K, by: string, data: EntryOf<K>["data"]): Entry;
  /** Writes entries and tells those who watch. */
  append(...entries: readonly Entry[]): Promise<number>;
  /** Keeps in the journal that somebody did what is no entry by itself. */
  audit(by: string, action: string, detail?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Runs work that reads and then writes secrets after the one before, so that what works once works once. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}
