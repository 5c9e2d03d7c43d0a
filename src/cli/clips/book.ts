/** Where a person's answers at the terminal are kept: in a project's journal, or in the run alone. */
import { stream } from "../../base/index.ts";
import {
  type ClipAnswer,
  type ClipLabeller,
  type ClipPair,
  clipTasksOf,
  clipWord,
  type Entry,
  type Store,
  storeLabeller,
  ulid,
} from "../../feedback/index.ts";

export interface Book {
  readonly labeller: ClipLabeller;
  /** There when it is on the disk, where there is a project. */
  say(pair: string, answer: ClipAnswer, seconds: number): Promise<void>;
  takeBack(pair: string): Promise<void>;
}

/** Keeps answers in memory; the run's checkpoints have them, and hand them over when it goes on. */
export function memoryBook(before: ReadonlyMap<string, readonly ClipAnswer[]>): Book {
  const answers = new Map(before);
  return {
    labeller: { ask: async () => {}, answers: async () => new Map(answers) },
    say: async (pair, answer) => void answers.set(pair, [answer]),
    takeBack: async (pair) => void answers.delete(pair),
  };
}

export interface StoreBookOptions {
  /** Who asks: the run. */
  readonly by: string;
  readonly question: string;
  /** Who answers. */
  readonly person: string;
  now(): number;
}

/** Keeps them in a project, beside those that others give in the studio. */
export function storeBook(store: Store, { by, question, person, now }: StoreBookOptions): Book {
  let said = 0;
  const append = (word: Pick<Entry, "kind" | "data">) => {
    const at = now();
    const id = ulid(at, stream(0, "terminal", by, person, at, said++));
    return store.append([{ format: 1, id, at: new Date(at).toISOString(), by: person, ...word } as Entry]);
  };
  const taskOf = (pair: string) => clipTasksOf(by) + pair;
  return {
    labeller: storeLabeller(store, { by, question, now }),
    say: async (pair, answer, seconds) =>
      void (await append(clipWord(answer, { task: taskOf(pair), prompt: question, seconds, ui: "terminal" }))),
    takeBack: async (pair) => void (await append({ kind: "retraction", data: { task: taskOf(pair) } })),
  };
}

/** The questions that wait for this person, in the order in which they came, and what was said last. */
export interface Queue {
  /** Whose answers the run hears. */
  readonly labeller: ClipLabeller;
  readonly current: ClipPair | undefined;
  readonly waiting: number;
  readonly answered: number;
  say(answer: ClipAnswer, seconds: number): Promise<void>;
  /** Takes back the last answer of this sitting and asks again. */
  undo(): Promise<void>;
}

export function queueOf({ labeller, say, takeBack }: Book): Queue {
  const seen = new Set<string>();
  const waiting: ClipPair[] = [];
  const done: ClipPair[] = [];
  return {
    labeller: {
      async ask(pairs) {
        await labeller.ask(pairs);
        const known = await labeller.answers();
        for (const pair of pairs) {
          if (!seen.has(pair.id) && !known.has(pair.id)) waiting.push(pair);
          seen.add(pair.id);
        }
      },
      answers: () => labeller.answers(),
    },
    get current() {
      return waiting[0];
    },
    get waiting() {
      return waiting.length;
    },
    get answered() {
      return done.length;
    },
    async say(answer, seconds) {
      const pair = waiting[0];
      if (pair === undefined) return;
      await say(pair.id, answer, seconds);
      waiting.shift();
      done.push(pair);
    },
    async undo() {
      const pair = done.pop();
      if (pair === undefined) return;
      await takeBack(pair.id);
      waiting.unshift(pair);
    },
  };
}
