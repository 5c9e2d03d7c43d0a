import { join } from "node:path";
import { z } from "zod";
import { stream } from "../../base/index.ts";
import { type Content, mapRows, readDataset } from "../../data/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { type Task, tasksOf } from "../../feedback/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { checkAll, computing, defineCommand } from "../frame/index.ts";
import { fileFlag, modelFlag, overwriteFlag, reading, requireNewFile, tellSkipped } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { promptTokens } from "../inputs/row-tokens.ts";
import { type AskedPrompt, answersTo } from "./answers.ts";
import { sampling } from "./sampling.ts";

const Result = z.strictObject({
  out: z.string(),
  tasks: z.int(),
  completions: z.int(),
  /** Prompts whose answers were all the same: nothing to rank. */
  withoutChoice: z.int(),
  /** Answers that were given before to the same prompt. */
  repeated: z.int(),
});

/** InstructGPT showed its labellers 4 to 9 answers a prompt; fewer than two cannot be ranked. */
const answersPerPrompt = z
  .union([z.int(), z.string()])
  .default(4)
  .refine((k) => /^[2-9](-[2-9])?$/.test(String(k)) && rangeOf(k)[0] <= rangeOf(k)[1], {
    error: "--k: wanted 2 to 9 answers a prompt, or a range such as 4-9",
    params: { code: "too-few-completions", help: "one answer cannot be ranked, and one digit each ranks nine" },
  })
  .describe("answers a prompt, or a range such as 4-9")
  .meta({ value: "N|N-N" });

const { seed, device, threads } = computing;

export const sample = defineCommand({
  name: "sample",
  summary: "several answers to each prompt, as ranking tasks",
  examples: [
    "plaudit sample --model runs/sft-001 --prompts prompts.jsonl --k 4-9 --out my-project",
    "plaudit sample --model MODEL --prompts prompts.jsonl --temperature 0.7 --out tasks.jsonl",
  ],
  schema: z.strictObject({
    model: modelFlag("who answers"),
    prompts: fileFlag("rows with a prompt"),
    k: answersPerPrompt,
    out: z
      .string()
      .min(1)
      .describe("a new .jsonl file, or a project folder that gets tasks.jsonl")
      .meta({ value: "PATH" }),
    overwrite: overwriteFlag,
    limit: z.int().min(1).optional().describe("only the first prompts"),
    ...sampling,
    ...reading,
    seed,
    device,
    threads,
  }),
  resultSchema: Result,
  async run(context, options) {
    const out = options.out.endsWith(".jsonl") ? options.out : join(options.out, "tasks.jsonl");
    const { model, data } = await checkAll({
      out: () => requireNewFile(out, options.overwrite),
      model: () => openModel(options.model, "lm"),
      data: () => readDataset(options.prompts, "prompt", options),
    });
    const rows = data.rows.slice(0, options.limit);
    const { items: prompts, skipped } = mapRows(
      { ...data, rows },
      ({ prompt }, index): AskedPrompt => ({
        index,
        prompt,
        ids: promptTokens(model.tokenizer, prompt, model.network.context).ids,
        k: countFor(index, rangeOf(options.k), options.seed),
      }),
      options,
    );
    tellSkipped(context, [data], skipped);
    configureThreads(options.threads);
    const answered: Answered[] = [];
    for await (const { asked, answers } of answersTo(context, "sampling answers", model, prompts, options, {
      device: options.device,
    })) {
      const { prompt } = asked;
      const completionOf = (text: string): Content =>
        typeof prompt === "string" ? text : [{ role: "assistant", content: text }];
      answered.push({ prompt, completions: answers.map(({ text }) => completionOf(text)) });
    }

    const tasks = tasksOf(answered);
    writeAtomic(
      out,
      tasks.map(({ id, prompt, completions }) => `${JSON.stringify({ id, prompt, completions })}\n`).join(""),
    );
    const result = { out, ...counted(answered, tasks) };
    context.emit(describe(result), result);
    return { next: `plaudit label ${out}` };
  },
});

interface Answered {
  readonly prompt: Content;
  readonly completions: Content[];
}

function rangeOf(k: number | string): [least: number, most: number] {
  const [least = Number.NaN, most = least] = String(k).split("-").map(Number);
  return [least, most];
}

const countFor = (prompt: number, [least, most]: [number, number], seed: number): number =>
  least + stream(seed, "answers to a prompt", prompt).integer(most - least + 1);

function counted(answered: readonly Answered[], tasks: readonly Task[]) {
  const different = answered.map(({ completions }) => new Set(completions.map((text) => JSON.stringify(text))).size);
  const all = answered.reduce((n, { completions }) => n + completions.length, 0);
  return {
    tasks: tasks.length,
    completions: tasks.reduce((n, { completions }) => n + completions.length, 0),
    withoutChoice: different.filter((n) => n < 2).length,
    repeated: all - different.reduce((a, b) => a + b, 0),
  };
}

function describe({ out, tasks, completions, withoutChoice, repeated }: z.infer<typeof Result>): string {
  const notes = [
    `${out}: ${tasks} ranking tasks with ${completions} answers`,
    ...(repeated > 0 ? [`${repeated} answers repeated another one and were kept once`] : []),
    ...(withoutChoice > 0 ? [`${withoutChoice} prompts got only one answer, again and again: nothing to rank`] : []),
  ];
  return notes.join("\n");
}
