/**
 * A project's feedback: a journal that is the truth, and a database over it that can be asked. What `append` has resolved
 * is on the disk in both. Several processes may hold one project open at once.
 */
import type { Entry, EntryKind, EntryOf, Person, Settings, TaskData, WordEntry } from "../entry.ts";

export interface StoreOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** `postgres://…`; default: `plaudit.db` (SQLite) in the project's folder. */
  readonly database?: string | undefined;
  /** Makes the database anew from the journal: what `journal-mismatch` asks for. */
  readonly rebuild?: boolean;
}

/** A task with where it stands. */
export interface TaskState extends TaskData {
  /** When it was added, ISO 8601. */
  readonly at: string;
  readonly closed: boolean;
  /** How many people shall answer it. */
  readonly wanted: number;
  /** How many have: judgements, demonstrations and conversations, no skips; no synthetic people. */
  readonly answered: number;
}

/** A task that a person may answer until then. */
export interface Lease {
  readonly task: TaskState;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface TaskFilter {
  readonly state?: "open" | "done" | "closed";
  /** Only those of the test before the work, or only the others. */
  readonly qualification?: boolean;
  /** Words that prompt or completions contain. */
  readonly text?: string;
  /** Only those whose id begins so. */
  readonly under?: string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
  /** Id of the last task of the page before. */
  readonly after?: string;
}

export interface WordFilter {
  readonly by?: string;
  readonly task?: string;
  /** Only on tasks whose id begins so. */
  readonly under?: string;
  readonly kinds?: readonly WordEntry["kind"][];
  /** ISO 8601, included. */
  readonly since?: string;
  /** ISO 8601, excluded. */
  readonly until?: string;
  /** Synthetic annotators' too; default false. */
  readonly synthetic?: boolean;
  /** Answers to tasks alone, without turns of conversations and votes in the chat; default false. */
  readonly ofTasks?: boolean;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

export interface Counts {
  readonly tasks: Readonly<Record<"open" | "done" | "closed", number>>;
  /** Words that count, by kind; synthetic ones apart. */
  readonly words: Readonly<Record<"judgement" | "demonstration" | "conversation" | "skip", number>>;
  readonly synthetic: number;
  readonly people: number;
  /** Entries of the journal that the database holds, and their bytes. */
  readonly entries: number;
  readonly journalBytes: number;
}

export interface Store {
  /** The project's folder. */
  readonly project: string;
  /** `postgres://…`, as it was opened with; undefined: SQLite in the folder. */
  readonly database: string | undefined;
  /** Where a torn last line was put that an interrupted writer had left; it had not been acknowledged. */
  readonly setAside: string | undefined;

  /**
   * Writes entries and resolves when journal and database survive a power cut; entries of concurrent calls share an
   * fsync. An entry whose id is there already is passed over when it is the same, so asking again is safe; another one
   * under that id rejects with `id-taken`. All entries of a call are written or none. Returns how many were new.
   */
  append(entries: readonly Entry[]): Promise<number>;

  /** Undefined until somebody set them. */
  settings(): Promise<Settings | undefined>;
  people(): Promise<Person[]>;
  person(name: string): Promise<Person | undefined>;
  task(id: string): Promise<TaskState | undefined>;
  tasks(filter?: TaskFilter): Promise<TaskState[]>;
  /** What counts: the last word of each person on each task, in the order of the journal. */
  words(filter?: WordFilter): Promise<WordEntry[]>;
  /** Everything of some kinds as written, in the order of the journal; a page at a time. */
  history(options?: {
    kinds?: readonly EntryKind[];
    after?: string;
    limit?: number;
    newestFirst?: boolean;
  }): Promise<Entry[]>;
  entry<K extends EntryKind>(id: string): Promise<EntryOf<K> | undefined>;
  counts(): Promise<Counts>;
  /** How many tasks there are whose ids begin so, and of how many of them somebody has said something, if only a skip. */
  countUnder(prefix: string): Promise<{ readonly tasks: number; readonly spokenOf: number }>;
  /** How many tasks a person has answered, without skips; a conversation is one, whatever its turns. */
  answeredBy(person: string): Promise<number>;

  /**
   * The next tasks for a person: those already leased by this person first (and for the whole time again), then waiting
   * ones in the project's order: open, not yet answered, skipped or leased by this person, answered and leased by fewer
   * people than wanted, assigned to everybody or to this person. Tasks of the qualification come before all others, and
   * alone while one of them is left. Test questions and repetitions come in at their shares; they and the qualification
   * are for each person, unless the task's own `overlap` says for how many; a repetition is for who answered its
   * original, at least ten answers ago.
   */
  lease(person: string, count: number): Promise<Lease[]>;
  /**
   * Keeps a task for the whole time again for who holds it, or held it, unless others have it or have answered it by now.
   * Until when, in milliseconds since 1970; undefined: it is not kept for this person.
   */
  renew(person: string, task: string): Promise<number | undefined>;
  /** Gives tasks back (all of the person's without `tasks`). */
  release(person: string, tasks?: readonly string[]): Promise<void>;
  /** Until when this person holds the task, in milliseconds since 1970; undefined: not now. */
  heldUntil(person: string, task: string): Promise<number | undefined>;

  /** Values that belong to this installation and not to the journal: accounts, sessions, keys. */
  readonly secrets: Secrets;

  /** Makes the database anew from the journal. Secrets stay. */
  rebuild(): Promise<void>;
  /**
   * Takes everything that a person said out of journal and database and leaves a tombstone; what
   * he did (settings, imported tasks) stays under a pseudonym; with `text` also the tasks that the person wrote (those whose
   * source is the person, or that have none and were added by the person) and what was said of them. Returns how many entries went.
   */
  forget(person: string, options?: { text?: boolean }): Promise<number>;
  close(): Promise<void>;
}

/** A small table of JSON values with an expiry. */
export interface Secrets {
  get<T>(kind: string, key: string): Promise<T | undefined>;
  all<T>(kind: string): Promise<readonly { readonly key: string; readonly value: T }[]>;
  /** `until`: milliseconds since 1970, after which it is gone. */
  set(kind: string, key: string, value: unknown, until?: number): Promise<void>;
  delete(kind: string, key: string): Promise<void>;
}
