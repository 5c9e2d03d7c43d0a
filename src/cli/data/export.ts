import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import {
  type Dashboard,
  dashboardOf,
  datasetCard,
  exportContent,
  exportFormats,
  forms,
  openStore,
  type Store,
} from "../../feedback/index.ts";
import { writeAtomic } from "../../files/index.ts";
import { checkAll, defineCommand } from "../frame/index.ts";
import { overwriteFlag, requireNewFile } from "../inputs/datasets.ts";
import { databaseFlag, requireProject } from "../project/require-project.ts";

const Result = z.strictObject({
  out: z.string(),
  format: z.enum(exportFormats),
  rows: z.int(),
  card: z.string().nullable(),
});
const time = z.union([z.iso.datetime(), z.iso.date()]);

export const dataExport = defineCommand({
  name: "data export",
  summary: "a project's feedback as rows to train on, or as its journal",
  examples: [
    "plaudit data export my-project --to rankings --out rankings.jsonl",
    "plaudit data export my-project --to preference --min-agreement 0.7 --out pairs.parquet --card",
    "plaudit data export my-project --to all --names --out journal.jsonl",
  ],
  schema: z.strictObject({
    project: z.string().min(1).describe("the project's folder").meta({ value: "PROJECT" }),
    out: z.string().min(1).describe("the new file: .jsonl or .parquet").meta({ value: "FILE" }),
    to: z.enum(exportFormats).describe("what its rows are"),
    names: z.boolean().default(false).describe("real names instead of person-1, person-2 …"),
    by: z.array(z.string().min(1)).optional().describe("only what this person said").meta({ value: "NAME" }),
    since: time.optional().describe("only from this time on, ISO 8601").meta({ value: "TIME" }),
    until: time.optional().describe("only before this time, ISO 8601").meta({ value: "TIME" }),
    minAgreement: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("only tasks on whose pairs people agree at least so often"),
    withoutFlag: z
      .array(z.string().min(1))
      .optional()
      .describe("leave out answers and prompts that somebody flagged so")
      .meta({ value: "QUESTION" }),
    decisions: z
      .boolean()
      .default(true)
      .describe("where a disputed task was decided, the decision in place of what people said"),
    implicitPrompt: z.boolean().default(false).describe("preference: the prompt as the beginning of both answers"),
    synthetic: z.boolean().default(false).describe("simulated annotators' words too"),
    card: z.boolean().default(false).describe("a dataset card beside the file: README.md"),
    database: databaseFlag,
    overwrite: overwriteFlag,
  }),
  positionals: ["project"],
  resultSchema: Result,
  async run(context, options) {
    const { project, out, to: format, overwrite, names, by, since, until, minAgreement, synthetic } = options;
    const card = options.card ? join(dirname(out), "README.md") : null;
    await checkAll({
      project: () => requireProject(project),
      out: () => {
        if (!/\.(jsonl|parquet)$/.test(out))
          throw new UsageError(`${out}: the new file must end in .jsonl or .parquet`, { code: "unknown-format" });
        requireNewFile(out, overwrite);
      },
      card: () => card && requireNewFile(card, overwrite),
    });
    const store = await openStore(project, { now: () => context.now(), database: options.database });
    try {
      const content = await exportContent(store, {
        ...{
          format,
          file: out.endsWith(".parquet") ? "parquet" : "jsonl",
          names,
          by,
          since,
          until,
          minAgreement,
          synthetic,
        },
        ...{
          withoutFlags: options.withoutFlag,
          decisions: options.decisions,
          prompt: options.implicitPrompt ? "implicit" : "explicit",
        },
      });
      writeAtomic(out, content.chunks);
      const { rows } = content;
      if (card) writeAtomic(card, await cardOf(store, { format, file: basename(out), rows, synthetic }));
      const people = names ? "" : ", people under pseudonyms";
      context.emit(`${out}: ${rows} ${format === "all" ? "entries" : "rows"}${people}`, { out, format, rows, card });
    } finally {
      await store.close();
    }
    return format === "rankings" ? { next: `plaudit reward --model MODEL --data ${out}` } : {};
  },
});

async function cardOf(
  store: Store,
  { synthetic, ...about }: Pick<Parameters<typeof datasetCard>[0], "format" | "file" | "rows"> & { synthetic: boolean },
): Promise<string> {
  const [settings, words, tasks, people] = await Promise.all([
    ...([store.settings(), store.words({ synthetic }), store.tasks(), store.people()] as const),
  ]);
  const form = settings?.form ?? forms.ranking;
  const { agreement }: Dashboard = dashboardOf(words, tasks, people, form, { synthetic });
  return datasetCard({
    ...about,
    ...{ title: settings?.title ?? "", form, agreement, people: new Set(words.map(({ by }) => by)).size },
    tasks: new Set(words.map(({ data }) => data.task)).size,
    languages: [...new Set(tasks.flatMap(({ language }) => language ?? []))].sort(),
  });
}
