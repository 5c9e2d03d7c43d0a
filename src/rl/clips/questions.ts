/** The questions of a run: what was asked, what the truth of it is, and what came back. */

import type { ClipAnswer, ClipLabeller, ClipPair } from "../../feedback/index.ts";
import { contentId } from "../../files/index.ts";
import type { CheckpointFiles } from "../../run/index.ts";
import type { Candidate } from "./choose.ts";

/** True rewards of the clips of a pair, by its id: one number a step. */
export type TrueRewards = (pair: string) => readonly [left: readonly number[], right: readonly number[]];

/** What a labeller is begun with. */
export interface LabellerStart {
  /** For one that stands in for a person. The learner itself is never given them. */
  readonly trueRewards: TrueRewards;
  /** What an earlier process of this run was told: for one that has no memory of its own. */
  readonly answers: ReadonlyMap<string, readonly ClipAnswer[]>;
}
export type LabellerOf = (begun: LabellerStart) => ClipLabeller;

export interface Questions {
  /** In the order in which they were put. */
  readonly pairs: readonly ClipPair[];
  /** What counts as far as is known, by the id of the pair. */
  readonly answers: ReadonlyMap<string, readonly ClipAnswer[]>;
  ask(candidates: readonly Candidate[]): Promise<void>;
  /** Hears what counts now. */
  hear(): Promise<void>;
  files(): CheckpointFiles;
}

interface Line {
  readonly pair: ClipPair;
  readonly rewards: ReturnType<TrueRewards>;
  readonly answers?: readonly ClipAnswer[];
}

const file = "clips/questions.jsonl";

/** @param from the files of a checkpoint: its questions are put to the labeller again, who knows them */
export async function questions(labellerOf: LabellerOf, from?: CheckpointFiles): Promise<Questions> {
  const lines = from ? linesOf(from[file] as Uint8Array) : [];
  const pairs = lines.map(({ pair }) => pair);
  const truth = new Map(lines.map(({ pair, rewards }) => [pair.id, rewards]));
  let answers: ReadonlyMap<string, readonly ClipAnswer[]> = new Map(
    lines.flatMap(({ pair, answers }) => (answers ? [[pair.id, answers] as const] : [])),
  );
  const labeller = labellerOf({ trueRewards: (id) => truth.get(id)!, answers });
  if (pairs.length > 0) await labeller.ask(pairs);
  return {
    pairs,
    get answers() {
      return answers;
    },
    async ask(candidates) {
      const added: ClipPair[] = [];
      for (const { segments, uncertainty } of candidates) {
        const [left, right] = segments;
        const id = contentId(left.clip, right.clip);
        if (truth.has(id)) continue;
        truth.set(id, [left.rewards, right.rewards]);
        added.push({ id, clips: [left.clip, right.clip], ...(uncertainty !== undefined && { uncertainty }) });
      }
      pairs.push(...added);
      await labeller.ask(added);
    },
    async hear() {
      const said = await labeller.answers();
      // In the order of the questions: what came first must not depend on who was quicker.
      answers = new Map(
        pairs.flatMap(({ id }) => {
          const given = said.get(id);
          return given && given.length > 0 ? [[id, given] as const] : [];
        }),
      );
    },
    files() {
      const all = pairs.map((pair): Line => {
        const given = answers.get(pair.id);
        return { pair, rewards: truth.get(pair.id)!, ...(given && { answers: given }) };
      });
      return { [file]: new TextEncoder().encode(all.map((line) => `${JSON.stringify(line)}\n`).join("")) };
    },
  };
}

const linesOf = (bytes: Uint8Array): Line[] =>
  new TextDecoder()
    .decode(bytes)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
