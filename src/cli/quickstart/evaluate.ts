/** The quickstart's measurements: quality of the reward model, wins over SFT, controls, truth, text loss. */
import { join } from "node:path";
import { z } from "zod";
import { loadModel } from "../../models/index.ts";
import { readMetrics } from "../../run/index.ts";
import {
  calibrateNoise,
  features,
  heldOutPrompts,
  townspeople,
  type World,
  type WorldPrompt,
} from "../../world/index.ts";
import { readTexts, streamOf } from "../inputs/text-stream.ts";
import { tasksIn } from "../world/tasks.ts";
import {
  type Answer,
  answersOf,
  type JudgeOptions,
  refusals,
  rewardModelQuality,
  textLoss,
  truthOf,
  winRate,
} from "./judge.ts";

const share = z.number().min(0).max(1);
const Wins = z.strictObject({ value: share, low: share, high: share, ties: z.int(), prompts: z.int() });

export const QuickstartResult = z.strictObject({
  seconds: z.number(),
  peakMemoryMb: z.number(),
  rewardModel: z.strictObject({
    accuracyAnnotators: share,
    accuracyGold: share,
    agreement: share,
    newFacts: z.strictObject({ accuracyAnnotators: share, accuracyGold: share }),
  }),
  winRate: Wins,
  winRateSampled: Wins,
  controls: z.strictObject({ shuffledLabels: share, alwaysRefuse: share, greedySft: share }),
  truth: z.strictObject({ sft: share, final: share }),
  kl: z.number(),
  textLoss: z.strictObject({ pretrained: z.number(), sft: z.number(), final: z.number() }),
  run: z.string(),
});
export type Result = z.infer<typeof QuickstartResult>;

export interface Evaluated {
  readonly result: Omit<Result, "seconds" | "peakMemoryMb" | "run">;
  readonly world: World;
  readonly prompts: readonly WorldPrompt[];
  /** Greedy answers to the held-out prompts. */
  readonly before: readonly Answer[];
  readonly after: readonly Answer[];
}

/** Longest answer of the pipeline, in tokens. */
export const maxAnswer = 40;

/** Opens what the stages made and judges it. */
export async function evaluate(folder: string, options: JudgeOptions): Promise<Evaluated> {
  const at = (...parts: string[]) => join(folder, ...parts);
  const model = (name: string) => loadModel(at(name, "model"));
  const { world, seed } = options;
  const prompts = heldOutPrompts(world);
  const [pretrained, sft, final, shuffled] = [model("pretrain"), model("sft"), model("ppo"), model("shuffled-ppo")];

  const greedy = { sft: await answersOf(sft, prompts, options, 0), final: await answersOf(final, prompts, options, 0) };
  const sampled = {
    sft: await answersOf(sft, prompts, options, 1),
    final: await answersOf(final, prompts, options, 1),
  };
  const misled = await answersOf(shuffled, prompts, options, 0);
  const wins = (a: readonly Answer[], b: readonly Answer[]) => winRate(world, a, b, seed);

  const groups = tasksIn(at("tasks.jsonl"), world).map(({ prompt, answers }) =>
    answers.map((a) => features(world, prompt, a)),
  );
  const { annotators } = calibrateNoise(townspeople(world.language), groups, { seed });
  const ids = streamOf(await readTexts([at("town", "text.jsonl")], {}), pretrained.tokenizer, {});
  const kl = [...readMetrics(at("ppo"))].at(-1)?.["objective/kl"] as number;
  return {
    world,
    prompts,
    before: greedy.sft,
    after: greedy.final,
    result: {
      rewardModel: await rewardModelQuality(model("reward"), sft, annotators, options),
      winRate: wins(greedy.final, greedy.sft),
      winRateSampled: wins(sampled.final, sampled.sft),
      controls: {
        shuffledLabels: wins(misled, greedy.sft).value,
        alwaysRefuse: wins(refusals(world, prompts), greedy.sft).value,
        greedySft: wins(greedy.sft, sampled.sft).value,
      },
      truth: { sft: truthOf(world, greedy.sft), final: truthOf(world, greedy.final) },
      kl,
      textLoss: {
        pretrained: await textLoss(pretrained, ids),
        sft: await textLoss(sft, ids),
        final: await textLoss(final, ids),
      },
    },
  };
}
