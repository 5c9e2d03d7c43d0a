// Journal entries for tests, with ids and times of their own.
import { stream } from "../../src/base/index.ts";
import { type Entry, type EntryKind, type EntryOf, ulid } from "../../src/feedback/index.ts";

export const start = Date.UTC(2026, 0, 1);
const random = stream(0, "entries of tests");
let made = 0;

/** Each entry is a second younger than the one made before. */
export function entry<K extends EntryKind>(kind: K, by: string, data: EntryOf<K>["data"]): EntryOf<K> {
  const at = start + 1000 * made++;
  return { format: 1, id: ulid(at, random), at: new Date(at).toISOString(), by, kind, data } as unknown as EntryOf<K>;
}

const completions = ["It opens at eight.", "八点开门。", "No idea 🙂"];
type Data<K extends EntryKind> = Partial<EntryOf<K>["data"]>;

export const task = (id: string, more: Data<"task"> = {}, by = "owner"): Entry =>
  entry("task", by, { task: id, type: "compare", prompt: `When does shop ${id} open?`, completions, ...more });

export const settings = (more: Data<"settings"> = {}): Entry =>
  entry("settings", "owner", {
    ...{ title: "Shops", guidelines: "", overlap: 1, order: "oldest", leaseSeconds: 600, repeatShare: 0, goldShare: 0 },
    ...{ passMark: 0.8, seed: 0 },
    form: { title: { en: "Rank" }, prompt: [], answer: [], comparison: "ranking", ties: true, note: true },
    ...more,
  });

export const judgement = (by: string, id: string, groups = [[0], [1, 2]], more: Data<"judgement"> = {}): Entry =>
  entry("judgement", by, {
    ...{ task: id, prompt: `When does shop ${id} open?`, completions, groups, order: [2, 0, 1] },
    ...{ seconds: 3, ui: "test", ...more },
  });

export const skip = (by: string, id: string): Entry => entry("skip", by, { task: id });
export const retraction = (by: string, id: string): Entry => entry("retraction", by, { task: id });
export const person = (name: string, more: Data<"person"> = {}): Entry =>
  entry("person", "owner", { name, role: "annotator", ...more });
