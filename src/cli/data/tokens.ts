import { styleText } from "node:util";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { kinds, mapRows, readDataset } from "../../data/index.ts";
import type { Tokenizer } from "../../text/index.ts";
import { checkAll, defineCommand } from "../frame/index.ts";
import { fileFlag, kindFlag, modelFlag, reading } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { type NamedTokens, rowTokens } from "../inputs/row-tokens.ts";
import { printable } from "../terminal/printable.ts";

const Result = z.strictObject({
  /** `file:line`. */
  where: z.string(),
  name: z.string(),
  ids: z.array(z.int()),
  /** As the vocabulary writes them. */
  tokens: z.array(z.string()),
  /** 1 where the token is learnt. */
  mask: z.array(z.int().min(0).max(1)),
  completionStart: z.int(),
  truncated: z.boolean(),
});

export const dataTokens = defineCommand({
  name: "data tokens",
  summary: "rows as tokens, with those that are learnt in colour",
  examples: [
    "plaudit data tokens demonstrations.jsonl --model runs/sft-001",
    'plaudit data tokens --text "小店几点开门？" --model MODEL --ids',
    "plaudit data tokens rankings.jsonl --model MODEL --row 17 --json",
  ],
  schema: z.strictObject({
    file: fileFlag("the dataset").optional(),
    text: z.string().optional().describe("a text instead of a file"),
    model: modelFlag("whose tokenizer and chat template to use"),
    kind: kindFlag,
    row: z.int().min(1).optional().describe("only this row, counted from 1"),
    limit: z.int().min(1).default(3).describe("rows to show"),
    maxLength: z.int().min(1).optional().describe("cut here (default: the model's context)").meta({ value: "TOKENS" }),
    ids: z.boolean().default(false).describe("one token a line, with its id"),
    ...reading,
  }),
  positionals: ["file"],
  resultSchema: Result,
  async run(context, options) {
    const { file, text, row, limit, kind, skipBadRows } = options;
    if ((file === undefined) === (text === undefined)) {
      throw new UsageError("data tokens needs a file or --text", { code: "missing-flag" });
    }
    const { model, data } = await checkAll({
      model: () => openModel(options.model, "any"),
      data: () =>
        file === undefined
          ? { kind: "text" as const, path: "", rows: [{ text: text! }], places: ["--text"], hash: "", skipped: [] }
          : readDataset(file, kind ?? kinds, options),
    });
    const first = row === undefined ? 0 : row - 1;
    if (first >= data.rows.length) {
      throw new UsageError(`--row ${row}: ${file} has ${data.rows.length} rows`, { code: "bad-flag", where: file });
    }
    const some = { rows: data.rows.slice(first, row ?? limit), places: data.places.slice(first, row ?? limit) };
    const { tokenizer, network } = model;
    const maxLength = options.maxLength ?? network.context;
    const tokenize = (row: (typeof data.rows)[number], i: number) =>
      rowTokens(tokenizer, data.kind, row, maxLength).map((tokens) => ({ where: some.places[i]!, ...tokens }));
    const { items } = mapRows({ ...data, ...some }, tokenize, { skipBadRows });

    context.emit(`${learntLike("learnt", 1)}, ${learntLike("only read", 0)}; │ ends the prompt, ␤ is a newline\n`);
    for (const sequence of items.flat()) {
      const { where, name, ids, mask, completionStart, truncated } = sequence;
      const learnt = mask.filter((bit) => bit === 1).length;
      const heading = `${where} ${name}: ${ids.length} tokens, ${learnt} learnt${truncated ? ", cut at the end" : ""}`;
      context.emit(`${heading}\n${options.ids ? listed(tokenizer, sequence) : coloured(tokenizer, sequence)}\n`, {
        where,
        name,
        ids: [...ids],
        tokens: ids.map((id) => tokenizer.tokenOf(id)),
        mask: [...mask],
        completionStart,
        truncated,
      });
    }
    const left = data.rows.length - limit;
    if (row === undefined && left > 0) context.note(`${left} more rows: --limit, --row`);
    return {};
  },
});

/** Where colour cannot be seen, brackets mark what is learnt. */
function learntLike(text: string, bit: 0 | 1): string {
  if (bit === 0) return text;
  const styled = styleText("green", text, { stream: process.stdout });
  return styled === text ? `[${text}]` : styled;
}

/** The token's own text; half a character is shown as its bytes. */
function textOf(tokenizer: Tokenizer, id: number): string {
  const bytes = tokenizer.bytesOf(id);
  const text = new TextDecoder().decode(bytes);
  const shown = text.includes("\ufffd") ? `<${Buffer.from(bytes).toString("hex")}>` : text;
  return printable(shown).replaceAll("\n", "␤").replaceAll("\t", "␉");
}

function coloured(tokenizer: Tokenizer, { ids, mask, completionStart }: NamedTokens): string {
  const parts = ids.map((id, i) => learntLike(textOf(tokenizer, id), mask[i]!));
  const prompt = parts.slice(0, completionStart);
  return [...prompt, ...(prompt.length > 0 ? ["│"] : []), ...parts.slice(completionStart)].join("·");
}

function listed(tokenizer: Tokenizer, { ids, mask }: NamedTokens): string {
  return ids.map((id, i) => `${String(id).padStart(7)}  ${learntLike(textOf(tokenizer, id), mask[i]!)}`).join("\n");
}
