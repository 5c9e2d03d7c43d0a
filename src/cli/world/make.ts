import { existsSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { makeWorld } from "../../world/index.ts";
import { defineCommand } from "../frame/index.ts";
import { writeWorld } from "./folder.ts";

const count = (what: string, n: number) => z.int().positive().default(n).describe(what);

export const worldMake = defineCommand({
  name: "world make",
  summary: "write the quickstart's town as files: text, demonstrations, prompts",
  examples: ["plaudit world make town", "plaudit world make town --language zh --seed 7"],
  schema: z.strictObject({
    out: z.string().describe("folder to write").meta({ value: "DIR" }),
    seed: z.int().min(0).default(0).describe("another seed, another town"),
    language: z.enum(["en", "zh"]).default("en").describe("of the town's people"),
    stories: count("little stories to pretrain on", 9000),
    demonstrations: count("questions with written answers", 6000),
    rankings: count("prompts whose answers will be ranked", 4500),
    ppoPrompts: count("prompts for reinforcement learning", 5120),
  }),
  positionals: ["out"],
  resultSchema: z.strictObject({ folder: z.string(), facts: z.int() }),
  async run(context, { out, seed, language, ...sizes }) {
    if (existsSync(out))
      throw new UsageError(`${out} is there already`, {
        code: "run-exists",
        where: out,
        help: "choose another folder",
      });
    const world = makeWorld({ seed, language });
    writeWorld(out, world, sizes);
    context.emit(`${out}: a town of ${world.facts.length} facts`, { folder: out, facts: world.facts.length });
    return { next: `plaudit pretrain --data ${out}/text.jsonl` };
  },
});
