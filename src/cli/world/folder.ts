/** The quickstart's world as files: what a person would have gathered for a chatbot of their town. */
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../base/index.ts";
import { readJson, replaceFolder, writeAtomic, writeJson } from "../../files/index.ts";
import {
  chatTemplate,
  demonstrations,
  heldOutPrompts,
  makeWorld,
  pretrainingText,
  promptRow,
  trainingPrompts,
  type World,
} from "../../world/index.ts";

export const worldFiles = {
  text: "text.jsonl",
  demonstrations: "demonstrations.jsonl",
  rankingPrompts: "ranking-prompts.jsonl",
  ppoPrompts: "ppo-prompts.jsonl",
  heldOut: "held-out.jsonl",
  template: "chat-template.jinja",
} as const;

export interface WorldSizes {
  /** Little stories of about 120 tokens. */
  readonly stories: number;
  readonly demonstrations: number;
  /** Prompts whose answers are ranked. */
  readonly rankings: number;
  readonly ppoPrompts: number;
}

const About = z.object({ format: z.literal(1), seed: z.int(), language: z.enum(["en", "zh"]) });

/** Writes all files of a world; the same world gives the same bytes. */
export function writeWorld(folder: string, world: World, sizes: WorldSizes): void {
  const { seed, language } = world;
  const rows = (items: readonly object[]) => `${items.map((item) => JSON.stringify(item)).join("\n")}\n`;
  const prompts = (purpose: string, count: number) => trainingPrompts(world, purpose, count).map(promptRow);
  const contents: Record<keyof typeof worldFiles, string> = {
    text: rows(pretrainingText(world, { stories: sizes.stories }).map((text) => ({ text }))),
    demonstrations: rows(demonstrations(world, sizes.demonstrations)),
    rankingPrompts: rows(prompts("ranking", sizes.rankings)),
    ppoPrompts: rows(prompts("ppo", sizes.ppoPrompts)),
    heldOut: rows(
      heldOutPrompts(world).map((prompt) => ({ ...promptRow(prompt), use: prompt.use, topic: prompt.topic })),
    ),
    template: chatTemplate(language),
  };
  replaceFolder(folder, (inside) => {
    for (const [name, file] of Object.entries(worldFiles)) {
      writeAtomic(join(inside, file), contents[name as keyof typeof worldFiles]);
    }
    writeJson(join(inside, "world.json"), { format: 1, seed, language });
  });
}

/** The world that a folder was written from. */
export function openWorld(folder: string): World {
  const where = join(folder, "world.json");
  const about = About.safeParse(readJson(where));
  if (!about.success)
    throw new DataError("this is not a world of Plaudit's", {
      code: "not-a-world",
      where,
      help: "plaudit world make writes one",
    });
  return makeWorld(about.data);
}
