import { UsageError } from "../base/index.ts";
import { gather } from "../engine/graph/index.ts";
import { sideBySide } from "../engine/index.ts";
import type { LanguageModel, Model, Network } from "../models/index.ts";
import { defaultMicroBatch, evaluator, type Loss, microBatches, ndarray } from "../train/index.ts";
import type { RewardFunction } from "./reward.ts";

/** A reward model at work: token rows in, one score each. */
export interface Scorer {
  /** gain · head + bias at the last token of each row. Rows are prompt and completion together. */
  score(rows: readonly (readonly number[])[]): Promise<number[]>;
  dispose(): void;
}

/** Scores [B] at the flat positions `last` [B] of `ids` [B, T]. */
export const scoreLoss =
  (network: Network): Loss =>
  (params, { ids, last }) => {
    const scores = network.score(params, gather(network.hidden(params, ids!), last!));
    return { loss: scores, scores };
  };

export function scorer(model: Pick<LanguageModel, keyof Model | "scale">): Scorer {
  if (model.head !== "score") {
    throw new UsageError("this is a language model; a reward model is wanted", {
      code: "not-a-reward-model",
      help: "train one: plaudit reward --model DIR --data rankings.jsonl",
    });
  }
  const { context } = model.network;
  const { gain, bias } = model.scale;
  const evaluate = evaluator(model.weights);
  const loss = scoreLoss(model.network);
  return {
    async score(rows) {
      const lengths = rows.map((row) => row.length);
      const size = defaultMicroBatch(rows.length, Math.max(...lengths), evaluate.lanes);
      const scores = new Array<number>(rows.length);
      await sideBySide(evaluate, microBatches(lengths, size, context), async ({ rows: members, T }) => {
        const some = members.map((i) => rows[i]!);
        const { scores: head } = await evaluate.forward(loss, scoreBatch(some, size, T));
        for (const [r, i] of members.entries()) scores[i] = gain * head![r]! + bias;
      });
      return scores;
    },
    dispose: evaluate.dispose,
  };
}

/** ids [B, T] padded on the right, last [B]: the flat place of each row's last token. */
export function scoreBatch(rows: readonly ArrayLike<number>[], size: number, T: number) {
  const ids = ndarray("int32", [size, T]);
  const last = ndarray("int32", [size]);
  for (const [r, row] of rows.entries()) {
    ids.data.set(row, r * T);
    last.data[r] = r * T + row.length - 1;
  }
  return { ids, last };
}

/** A reward model as a reward function. Its tokenizer must be the policy's: tokens are scored as they were sampled. */
export function learnedReward(model: LanguageModel): { readonly reward: RewardFunction; dispose(): void } {
  const { score, dispose } = scorer(model);
  return {
    reward: ({ promptIds, completionIds }) => score(promptIds.map((prompt, i) => [...prompt, ...completionIds[i]!])),
    dispose,
  };
}
