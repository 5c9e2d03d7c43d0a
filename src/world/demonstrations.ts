import { stream } from "../base/index.ts";
import { answer, type Mix, pickManner } from "./answers.ts";
import { trainingPrompts, type WorldPrompt } from "./prompts.ts";
import { isFact, type World } from "./world.ts";

export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** A row of TRL's conversational prompt-completion format. */
export interface Demonstration {
  readonly prompt: readonly ChatMessage[];
  readonly completion: readonly ChatMessage[];
}

/** Shares in percent. Mixed on purpose: feedback has something to teach only where the demonstrations are not good. */
const factMix: Mix = [
  ["polite", 24],
  ["plain", 16],
  ["curt", 13],
  ["wrong", 15],
  ["rude", 12],
  ["rambling", 13],
  ["refusal", 7],
];
const unknownMix: Mix = [
  ["honest", 30],
  ["rude and honest", 10],
  ["made up", 45],
  ["rambling and made up", 15],
];

/** Questions from the training prompts with answers of mixed quality, as different people would have written them. */
export function demonstrations(world: World, count = 6000): Demonstration[] {
  return trainingPrompts(world, "demonstrations", count).map((prompt, i) => {
    const rng = stream(world.seed, "demonstration", i);
    const manner = pickManner(isFact(prompt.about) ? factMix : unknownMix, rng);
    const content = answer(world, prompt.about, manner, rng);
    return { ...promptRow(prompt), completion: [{ role: "assistant", content }] };
  });
}

/** A prompt as a row of TRL's conversational prompt-only format. */
export const promptRow = ({ text }: WorldPrompt): { readonly prompt: readonly ChatMessage[] } => ({
  prompt: [{ role: "user", content: text }],
});
