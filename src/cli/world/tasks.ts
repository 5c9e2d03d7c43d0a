import { DataError } from "../../base/index.ts";
import type { Content } from "../../data/index.ts";
import { Text } from "../../feedback/index.ts";
import { readJsonl } from "../../files/index.ts";
import { findPrompt, type World, type WorldPrompt } from "../../world/index.ts";

export interface WorldTask {
  readonly row: { readonly prompt: Content; readonly completions: readonly Content[] };
  readonly prompt: WorldPrompt;
  readonly answers: readonly string[];
}

/** What is said, without who says it. */
const words = (content: Content): string =>
  (typeof content === "string" ? content : (content.at(-1)?.content ?? "")).trim();

/** Ranking tasks whose prompts are questions of this world. */
export function tasksIn(path: string, world: World): WorldTask[] {
  return [...readJsonl(path)].map(({ value, number }) => {
    const row = value as { prompt?: unknown; completions?: unknown } | null;
    const [question, answers] = [Text.safeParse(row?.prompt), Text.array().min(2).safeParse(row?.completions)];
    const prompt = question.success ? findPrompt(world, words(question.data as Content)) : undefined;
    if (!question.success || !answers.success || prompt === undefined) {
      throw new DataError("this is not a task of this world: a question of its people with two answers or more", {
        code: "bad-row",
        where: `${path}:${number}`,
        help: "plaudit sample --prompts WORLD/ranking-prompts.jsonl makes them",
      });
    }
    const given = { prompt: question.data as Content, completions: answers.data as Content[] };
    return { row: given, prompt, answers: given.completions.map(words) };
  });
}
