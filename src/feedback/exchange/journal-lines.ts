/** The whole journal as lines that are the same whatever database held it. */
import { Entry } from "../entry.ts";
import { type NameOf, pseudonyms } from "./names.ts";

/**
 * One line an entry, without its newline. Without `names` people become `person-1` …, display names go, and so does the
 * audit (`action` entries), which speaks of people in words of its own. What people wrote stays as it is.
 */
export function* journalLines(entries: Iterable<Entry>, { names = false } = {}): Generator<string, void> {
  const nameOf = pseudonyms();
  for (const entry of entries) {
    const parsed = Entry.parse(entry);
    if (names) yield JSON.stringify(parsed);
    else if (parsed.kind !== "action") yield JSON.stringify(withoutNames(parsed, nameOf));
  }
}

function withoutNames(entry: Entry, nameOf: NameOf): Entry {
  const by = nameOf(entry.by);
  if (entry.kind === "person") {
    const { display: _, ...data } = entry.data;
    return { ...entry, by, data: { ...data, name: nameOf(data.name) } };
  }
  if (entry.kind === "task" && entry.data.assigned) {
    return { ...entry, by, data: { ...entry.data, assigned: entry.data.assigned.map(nameOf) } };
  }
  return { ...entry, by };
}
