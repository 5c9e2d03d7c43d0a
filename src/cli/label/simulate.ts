import { stream } from "../../base/index.ts";
import { type Entry, lastWords, ranksToGroups, type Task, type Text, ulid } from "../../feedback/index.ts";
import {
  type Annotator,
  calibrateNoise,
  type Features,
  rankFeatures,
  secondsFor,
  simulatedAnnotators,
  textFeatures,
} from "../../world/index.ts";

export interface Simulation {
  readonly tasks: readonly Task[];
  /** What answers are worth, per task; taste for length and courtesy is added to it. */
  readonly scores: readonly (readonly number[])[];
  /** Simulated people, at least two. */
  readonly count: number;
  /** Share of pairs on which two of them shall agree. */
  readonly agreement: number;
  /** Share of tasks that two people rank, so that agreement can be measured. */
  readonly overlap: number;
  readonly seed: number;
}

/** A judgement to be given: who judges which task. Any of them can be made alone, so a killed simulation goes on. */
export interface Assignment {
  readonly task: Task;
  readonly annotator: Annotator;
  readonly features: readonly Features[];
}

export interface Assigned {
  readonly assignments: readonly Assignment[];
  /** Share of pairs on which they will agree: below what was asked where their tastes alone differ more. */
  readonly agreement: number;
}

/** Deals the tasks out; noise is set so that people agree as often as asked. */
export function assign({ tasks, scores, count, agreement, overlap, seed }: Simulation): Assigned {
  const groups = tasks.map(({ completions }, i) => textFeatures(completions.map(textOf), scores[i]!));
  const people = calibrateNoise(simulatedAnnotators({ seed, count }), groups, { seed, target: agreement });
  const assignments = tasks.flatMap((task, i) => {
    const rng = stream(seed, "assignment", task.id);
    const judges = rng.uniform() < overlap ? 2 : 1;
    const chosen = rng.shuffle([...people.annotators]).slice(0, judges);
    return chosen.map((annotator): Assignment => ({ task, annotator, features: groups[i]! }));
  });
  return { assignments, agreement: people.agreement };
}

/** Those that the journal does not hold yet. */
export function undone(assigned: readonly Assignment[], entries: readonly Entry[]): Assignment[] {
  const key = (by: string, task: string) => JSON.stringify([by, task]);
  const done = new Set(lastWords(entries).map(({ by, data }) => key(by, data.task)));
  return assigned.filter(({ annotator, task }) => !done.has(key(annotator.name, task.id)));
}

/** The annotator's judgement as a line of the journal. */
export function judge({ task, annotator, features }: Assignment, seed: number, now: number): Entry {
  const rng = stream(seed, "simulated judgement", annotator.name, task.id);
  const { ranks, order } = rankFeatures(annotator, features, rng);
  const characters = task.completions.reduce((n, completion) => n + [...textOf(completion)].length, 0);
  return {
    format: 1,
    id: ulid(now, rng),
    at: new Date(now).toISOString(),
    by: annotator.name,
    kind: "judgement",
    data: {
      task: task.id,
      prompt: task.prompt,
      completions: [...task.completions],
      groups: ranksToGroups(ranks),
      order: [...order],
      seconds: Math.round(10 * secondsFor(annotator, characters, rng)) / 10,
      ui: "simulation",
    },
  };
}

export const textOf = (content: Text): string =>
  typeof content === "string" ? content : content.map((message) => message.content).join("\n");
