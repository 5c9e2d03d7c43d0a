import { describe, expect, it } from "vitest";
import { tinyModel } from "../../test/e2e/tiny.ts";
import type { Finished, Trainer } from "../run/index.ts";
import { type RewardOptions, rewardModel } from "./reward-model.ts";
import { samplesDue } from "./samples.ts";
import { type SftOptions, sft } from "./sft.ts";

const { tokenizer } = tinyModel();
const end = tokenizer.special.eos!;

/** Rows of the prompt's tokens and the answer's, which alone are learnt. */
const demonstration = (prompt: string, answer: string) => {
  const [before, after] = [tokenizer.encode(prompt), [...tokenizer.encode(answer), end]];
  return { ids: [...before, ...after], mask: [...before.map(() => 0), ...after.map(() => 1)] };
};
const demonstrations = Array.from({ length: 12 }, (_, i) => demonstration(`The shop ${i}:`, " opens at eight."));

const ranking = (prompt: string, answers: readonly string[], ranks: readonly number[]) => ({
  completions: answers.map((answer) => [...tokenizer.encode(prompt), ...tokenizer.encode(answer), end]),
  ranks,
  prompt,
  promptLength: tokenizer.encode(prompt).length,
});
const rankings = Array.from({ length: 8 }, (_, i) =>
  ranking(`The shop ${i}:`, [" opens at eight.", " opens."], i % 2 ? [1, 2] : [2, 1]),
);

interface Sample {
  readonly step: number;
  readonly prompt: unknown;
  readonly [key: string]: unknown;
}

async function drain<R extends Finished>(trainer: Trainer<R>) {
  const samples: Sample[] = [];
  for (;;) {
    const { done, value } = await trainer.next();
    if (done) return { samples, ended: value };
    samples.push(...((value.samples ?? []) as Sample[]));
  }
}
const tune = (more: Partial<SftOptions> = {}) =>
  drain(sft({ model: tinyModel(), data: demonstrations, batchSize: 4, maxSteps: 5, sampleSteps: 2, ...more }));
const rank = (more: Partial<RewardOptions> = {}) =>
  drain(rewardModel({ model: tinyModel(), data: rankings, batchSize: 4, maxSteps: 5, sampleSteps: 2, ...more }));

describe("samples while learning", () => {
  it("are taken at the start, every so many steps and at the end, or never", () => {
    const due = (sampleSteps: number) => [0, 1, 2, 3, 4, 5].filter((step) => samplesDue(step, 5, { sampleSteps }));
    expect(due(2)).toEqual([0, 2, 4, 5]);
    expect(due(500)).toEqual([0, 5]);
    expect(due(0)).toEqual([]);
  });

  it("of fine-tuning are greedy answers beside the wanted ones, to the same prompts each time", async () => {
    const { samples } = await tune();
    expect(samples.map(({ step }) => step)).toEqual([0, 2, 4, 5].flatMap((step) => [step, step, step, step]));
    expect(samples[0]).toMatchObject({
      prompt: "The shop 0:",
      expected: " opens at eight.",
      completion: expect.any(String),
    });
    expect(samples.slice(0, 4).map(({ prompt }) => prompt)).toEqual(samples.slice(-4).map(({ prompt }) => prompt));
    expect((samples[0]!.ids as number[]).length).toBe((samples[0]!.logprobs as number[]).length);
  });

  it("of fine-tuning are of validation rows where there are some, and show the prompt that a row names", async () => {
    const prompt = [{ role: "user", content: "When?" }];
    const { samples } = await tune({ validation: [{ ...demonstration("When?", " At nine."), prompt }] });
    expect(samples.map((sample) => [sample.prompt, sample.expected])).toEqual(
      [0, 2, 4, 5].map(() => [prompt, " At nine."]),
    );
  });

  it("of a reward model are rankings with the scores of the moment, which move", async () => {
    const { samples } = await rank();
    expect(samples[0]).toMatchObject({
      step: 0,
      prompt: "The shop 0:",
      completions: [" opens at eight.", " opens."],
      ranks: [2, 1],
      scores: [expect.any(Number), expect.any(Number)],
    });
    expect(samples.at(-4)!.scores).not.toEqual(samples[0]!.scores);
  });

  it("change no bit of what is learnt", async () => {
    const [watched, alone] = [await tune({ sampleSteps: 1 }), await tune({ sampleSteps: 0 })];
    expect(alone.samples).toEqual([]);
    expect(watched.ended.files["model.safetensors"]).toEqual(alone.ended.files["model.safetensors"]);
    const [seen, unseen] = [await rank({ sampleSteps: 1 }), await rank({ sampleSteps: 0 })];
    expect(seen.ended.files["model.safetensors"]).toEqual(unseen.ended.files["model.safetensors"]);
  });
});
