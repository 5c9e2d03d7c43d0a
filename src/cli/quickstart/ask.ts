import { join } from "node:path";
import { loadModel } from "../../models/index.ts";
import { withChatTemplate } from "../../text/index.ts";
import { chatTemplate, heldOutPrompts, isFact, type World, type WorldPrompt } from "../../world/index.ts";
import { answersOf, type JudgeOptions } from "./judge.ts";
import type { Sample } from "./sample.ts";

/** Stages that leave a model behind which can be asked something. */
const askable = new Set(["pretrain", "sft", "ppo"]);

/** The same two questions after every stage: one that the town can answer, one that nobody can. */
export function askedQuestions(world: World): WorldPrompt[] {
  const prompts = heldOutPrompts(world);
  const known = prompts.find(({ about }) => isFact(about));
  const unknown = prompts.find(({ about }) => !isFact(about));
  return [known, unknown].filter((prompt) => prompt !== undefined);
}

/** What the model of this stage says to them, or nothing for a stage that makes no model. */
export async function ask(folder: string, stage: string, options: JudgeOptions): Promise<Sample[]> {
  if (!askable.has(stage)) return [];
  const loaded = loadModel(join(folder, stage, "model"));
  // A model that has only read stories has no template of its own yet.
  const model = { ...loaded, tokenizer: withChatTemplate(loaded.tokenizer, chatTemplate(options.world.language)) };
  const short = { ...options, maxNewTokens: Math.min(options.maxNewTokens, 24) };
  const answers = await answersOf(model, askedQuestions(options.world), short, 0);
  return answers.map(({ prompt, text }) => ({ prompt: prompt.text, answer: text }));
}
