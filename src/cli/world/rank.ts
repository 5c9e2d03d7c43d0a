import { existsSync, statSync } from "node:fs";
import { z } from "zod";
import { stream, UsageError } from "../../base/index.ts";
import { type Content, readDataset } from "../../data/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { calibrateNoise, features, rank, townspeople } from "../../world/index.ts";
import { defineCommand } from "../frame/index.ts";
import { openWorld } from "./folder.ts";
import { tasksIn } from "./tasks.ts";

export const worldRank = defineCommand({
  name: "world rank",
  summary: "six townspeople rank sampled answers, each with an own taste, mistakes and habits",
  examples: ["plaudit world rank tasks.jsonl --world town --out rankings.jsonl"],
  schema: z.strictObject({
    tasks: z.string().describe("answers to rank, as `plaudit sample` writes them").meta({ value: "FILE" }),
    world: z.string().describe("the town's folder").meta({ value: "DIR" }),
    out: z.string().describe("rankings to write").meta({ value: "FILE" }),
    agreement: z.number().gt(0.5).lt(1).default(0.73).describe("share of pairs that two people are made to agree on"),
    mine: z
      .string()
      .optional()
      .describe("rankings that a person made of some of these tasks: they stand in place of the townspeople's")
      .meta({ value: "FILE" }),
    shuffle: z.boolean().default(false).describe("shuffles each ranking: labels that mean nothing, as a control"),
    seed: z.int().min(0).default(0).describe("of the mistakes"),
  }),
  positionals: ["tasks"],
  resultSchema: z.strictObject({
    rankings: z.int(),
    allTies: z.int(),
    answers: z.int(),
    agreement: z.number(),
    ties: z.number(),
  }),
  async run(context, { tasks: path, world: folder, out, agreement: target, mine, shuffle, seed }) {
    if (existsSync(out))
      throw new UsageError(`${out} is there already`, { code: "run-exists", where: out, help: "choose another file" });
    const byPerson = mine === undefined ? new Map<string, Ranks>() : await rankingsIn(mine);
    const world = openWorld(folder);
    const tasks = tasksIn(path, world);
    const groups = tasks.map(({ prompt, answers }) => answers.map((answer) => features(world, prompt, answer)));
    const { annotators, agreement } = calibrateNoise(townspeople(world.language), groups, { seed, target });
    let [pairs, ties] = [0, 0];
    const rows = tasks.flatMap(({ row, prompt, answers }, i) => {
      const person = annotators[i % annotators.length]!;
      const own = byPerson.get(keyOf(row));
      const ranks: Ranks = own ?? rank(person, world, prompt, answers, stream(seed, "ranking", i)).ranks;
      const judged = ranks.filter((given) => given !== null);
      for (const [a, x] of judged.entries()) {
        for (const y of judged.slice(a + 1)) {
          pairs++;
          if (x === y) ties++;
        }
      }
      if (new Set(ranks).size === 1) return []; // all alike: nothing to learn from
      const given = shuffle ? stream(seed, "shuffled ranking", i).shuffle([...ranks]) : ranks;
      return [
        JSON.stringify({
          prompt: row.prompt,
          completions: row.completions,
          ranks: given,
          annotator: own ? "me" : person.name,
        }),
      ];
    });
    writeAtomic(out, `${rows.join("\n")}\n`);
    const allTies = tasks.length - rows.length;
    const answers = tasks.reduce((n, task) => n + task.answers.length, 0);
    const said = `${rows.length} rankings (and ${allTies} with nothing but ties) of ${answers} answers; two people agree on ${(100 * agreement).toFixed(1)} % of the pairs`;
    context.emit(said, { rankings: rows.length, allTies, answers, agreement, ties: ties / pairs });
    return { next: `plaudit reward --model SFT --data ${out}` };
  },
});

type Ranks = readonly (number | null)[];

const keyOf = ({ prompt, completions }: { readonly prompt: Content; readonly completions: readonly Content[] }) =>
  JSON.stringify([prompt, completions]);

/** A person's rankings by the task they rank; an empty file when every task was passed over. */
async function rankingsIn(path: string): Promise<Map<string, Ranks>> {
  if (existsSync(path) && statSync(path).size === 0) return new Map();
  const { rows } = await readDataset(path, "ranking");
  return new Map(rows.map((row) => [keyOf(row), row.ranks]));
}
