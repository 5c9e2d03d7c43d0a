/**
 * People answer which of two clips is better: pairs become tasks of a project, and what counts of the words on them are the
 * answers. Everything is in the store, so it does not matter who was killed when, who answers where, or how many do.
 */
import { stream } from "../base/index.ts";
import { clipAnswerIn, clipNames, clipTasksOf } from "./clip-words.ts";
import type { ClipAnswer, ClipLabeller } from "./clips.ts";
import { decisionTask, subjectOf, whereDecided } from "./decision.ts";
import type { EntryOf } from "./entry.ts";
import type { Store } from "./store/store.ts";
import { ulid } from "./ulid.ts";

export interface StoreLabellerOptions {
  /** Who asks: the name of the run, `clips-001`. The same pair of another run is another question. */
  readonly by: string;
  /** What is wanted, in words that whoever labels understands: "Which pendulum is held upright better?" */
  readonly question: string;
  /** How many people shall answer each pair. Default: the project's. */
  readonly overlap?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Asks people through a project's store. Simulated annotators' words do not count; a decision on a disputed pair stands in
 * place of all words on it.
 */
export function storeLabeller(store: Store, { by, question, overlap, now }: StoreLabellerOptions): ClipLabeller {
  const prefix = clipTasksOf(by);
  return {
    async ask(pairs) {
      const entries: EntryOf<"task">[] = [];
      for (const { id, clips, uncertainty } of new Map(pairs.map((pair) => [pair.id, pair])).values()) {
        const task = prefix + id;
        if (await store.task(task)) continue;
        const at = now();
        const data: EntryOf<"task">["data"] = {
          ...{ task, type: "clips", prompt: question, completions: [...clipNames], clips: [...clips], source: by },
          ...(uncertainty !== undefined && { uncertainty }),
          ...(overlap !== undefined && { overlap }),
        };
        // One id for good: were it written twice at once, the second would be refused.
        const entry = ulid(0, stream(0, "clips", task));
        entries.push({ format: 1, id: entry, at: new Date(at).toISOString(), by, kind: "task", data });
      }
      await store.append(entries);
    },
    async answers() {
      const words = await store.words({ under: prefix });
      const decisions = await store.words({ under: decisionTask(prefix) });
      const answers = new Map<string, ClipAnswer[]>();
      for (const word of whereDecided([...words, ...decisions])) {
        const answer = clipAnswerIn(word);
        if (answer === undefined) continue;
        const id = subjectOf(word).slice(prefix.length);
        answers.set(id, [...(answers.get(id) ?? []), answer]);
      }
      return answers;
    },
  };
}
