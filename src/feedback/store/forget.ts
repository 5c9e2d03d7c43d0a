import { createHash, randomBytes } from "node:crypto";
import { stream } from "../../base/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { subjectOf } from "../decision.ts";
import { type Entry, type EntryOf, isWord } from "../entry.ts";
import { readJournal } from "../journal.ts";
import { ulid } from "../ulid.ts";

export interface Forgetting {
  readonly person: string;
  /** Also the tasks that the person wrote, with everything that was said of them. */
  readonly text: boolean;
  readonly now: number;
}

/**
 * Replaces the journal by one without what a person said; where the name stands for what he did (a task imported, a
 * setting changed) comes a pseudonym that nothing leads back from. Returns how many entries went.
 */
export function forgetInJournal(path: string, { person, text, now }: Forgetting): number {
  const salt = randomBytes(16).toString("hex"); // thrown away: the pseudonym cannot be found by trying names
  const pseudonym = createHash("sha256").update(`${salt} ${person}`).digest("hex").slice(0, 8);
  const entries = readJournal(path);
  const written = new Set(text ? entries.flatMap((entry) => (wrote(entry, person) ? [entry.data.task] : [])) : []);
  const kept = entries.filter((entry) => !says(entry, person) && !written.has(taskOf(entry) ?? ""));
  const gone = entries.length - kept.length;
  const tombstone: Entry = {
    format: 1,
    id: ulid(now, stream(0, "tombstone", salt)),
    at: new Date(now).toISOString(),
    by: pseudonym,
    kind: "forgotten",
    data: { person: pseudonym, entries: gone },
  };
  const lines = [...kept.map((entry) => renamed(entry, person, pseudonym)), tombstone];
  writeAtomic(
    path,
    (function* () {
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
  );
  return gone;
}

const says = (entry: Entry, person: string): boolean =>
  (entry.by === person && (isWord(entry) || entry.kind === "comment")) ||
  (entry.kind === "person" && entry.data.name === person);

/** A task is somebody's text when it came from him, and not from a file or a run that he brought in. */
const wrote = (entry: Entry, person: string): entry is EntryOf<"task"> =>
  entry.kind === "task" && (entry.data.source ?? entry.by) === person;

const taskOf = (entry: Entry): string | undefined => {
  if (isWord(entry)) return subjectOf(entry);
  return "task" in entry.data ? entry.data.task : undefined;
};

/** Names stand in `by`, in the assignments and the source of tasks, and anywhere in the detail of an action. */
function renamed(entry: Entry, person: string, pseudonym: string): Entry {
  const name = (value: string) => (value === person ? pseudonym : value);
  const by = name(entry.by);
  if (entry.kind === "task") {
    const { assigned, source } = entry.data;
    const names = { ...(assigned && { assigned: assigned.map(name) }), ...(source && { source: name(source) }) };
    return { ...entry, by, data: { ...entry.data, ...names } };
  }
  if (entry.kind === "action") {
    const swap = (_: string, value: unknown) => (typeof value === "string" ? name(value) : value);
    return { ...entry, by, data: JSON.parse(JSON.stringify(entry.data), swap) };
  }
  return { ...entry, by };
}
