import { z } from "zod";
import { DataError, type Problem } from "../../base/index.ts";
import { type Kind, kinds, mapRows, readDataset } from "../../data/index.ts";
import { checkAll, defineCommand } from "../frame/index.ts";
import { fileFlag, kindFlag, modelFlag, reading } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { rowTokens } from "../inputs/row-tokens.ts";

const Bad = z.object({
  code: z.string(),
  message: z.string(),
  where: z.string().optional(),
  help: z.string().optional(),
});
const Result = z.strictObject({
  file: z.string(),
  /** Null when the file could not be read at all. */
  kind: z.enum(kinds).nullable(),
  /** Rows that can be used. */
  rows: z.int(),
  problems: z.array(Bad),
});

export const dataCheck = defineCommand({
  name: "data check",
  summary: "every row that cannot be used, and why",
  examples: [
    "plaudit data check rankings.jsonl",
    "plaudit data check *.jsonl --kind preference --json",
    "plaudit data check demonstrations.csv --model runs/pretrain-001   # also what is too long for the model",
  ],
  schema: z.strictObject({
    files: z.array(fileFlag("datasets: .jsonl, .json, .csv (each also .gz), .parquet, .txt, .md")).min(1),
    kind: kindFlag,
    model: modelFlag("whose tokenizer and context the rows must fit").optional(),
    encoding: reading.encoding,
  }),
  positionals: ["files"],
  resultSchema: Result,
  async run(context, { files, kind, model: spec, encoding }) {
    const { model } = await checkAll({ model: () => spec && openModel(spec, "any") });
    let bad = 0;
    for (const file of files) {
      const found = await check(file, { kind, encoding, model: model || undefined });
      const { problems } = found;
      bad += problems.length;
      const verdict = problems.length === 0 ? "all can be used" : `${problems.length} cannot be used`;
      const lines = problems.map(({ where, message, code, help }) =>
        [`${where ?? file}: ${message} [${code}]`, ...(help ? [`  → ${help}`] : [])].join("\n"),
      );
      const total = found.rows + (found.kind === null ? 0 : problems.length);
      const summary =
        found.kind === null ? `${file}: cannot be read` : `${file}: ${total} ${found.kind} rows, ${verdict}`;
      context.emit([...lines, summary].join("\n"), found);
    }
    if (bad > 0) {
      throw new DataError(`${bad} ${bad === 1 ? "problem" : "problems"} in the data`, {
        code: "bad-rows",
        help: "correct them, or train without those rows: --skip-bad-rows",
      });
    }
    return {};
  },
});

interface Options {
  readonly kind: Kind | undefined;
  readonly encoding: string | undefined;
  readonly model: ReturnType<typeof openModel> | undefined;
}

async function check(file: string, { kind, encoding, model }: Options): Promise<z.infer<typeof Result>> {
  try {
    const data = await readDataset(file, kind ?? kinds, { encoding, skipBadRows: true });
    const fits = (row: (typeof data.rows)[number]) =>
      model && rowTokens(model.tokenizer, data.kind, row, model.network.context);
    const { skipped } = mapRows(data, fits, { skipBadRows: true });
    return {
      file,
      kind: data.kind,
      rows: data.rows.length - skipped.length,
      problems: [...data.skipped, ...skipped].map(plain),
    };
  } catch (error) {
    // A file without a single good row, or one that cannot be read: the others are still to be checked.
    if (!(error instanceof DataError)) throw error;
    return { file, kind: null, rows: 0, problems: (error.problems ?? [error]).map(plain) };
  }
}

const plain = ({ code, message, where, help }: Problem) => ({ code, message, where, help });
