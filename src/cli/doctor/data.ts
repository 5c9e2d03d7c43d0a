import { z } from "zod";
import { kinds, mapRows, readDataset } from "../../data/index.ts";
import { truncatedRows } from "../../doctor/index.ts";
import { checkAll, defineCommand } from "../frame/index.ts";
import { fileFlag, kindFlag, modelFlag, reading } from "../inputs/datasets.ts";
import { type Demonstrations, withTemplate } from "../inputs/demonstrations.ts";
import { openModel } from "../inputs/models.ts";
import { rowTokens } from "../inputs/row-tokens.ts";
import { examineAnswers } from "./examine-rows.ts";
import { emitFindings, Findings } from "./findings.ts";

export const doctorData = defineCommand({
  name: "doctor data",
  summary: "what would go wrong in silence if a model learnt these rows",
  examples: [
    "plaudit doctor data demonstrations.jsonl --model runs/pretrain-001",
    "plaudit doctor data rankings.jsonl --model runs/sft-001 --json",
  ],
  schema: z.strictObject({
    file: fileFlag("the dataset"),
    model: modelFlag("whose tokenizer, chat template and context the rows meet"),
    kind: kindFlag,
    maxLength: z.int().min(1).optional().describe("cut here (default: the model's context)").meta({ value: "TOKENS" }),
    ...reading,
  }),
  positionals: ["file"],
  resultSchema: Findings,
  async run(context, options) {
    const { file, kind, skipBadRows } = options;
    const { opened, data } = await checkAll({
      opened: () => openModel(options.model, "any"),
      data: () => readDataset(file, kind ?? kinds, options),
    });
    const learnsAnswers = data.kind === "messages" || data.kind === "prompt-completion";
    const { tokenizer, network } = learnsAnswers ? withTemplate(opened, data as Demonstrations, undefined) : opened;
    const length = options.maxLength ?? network.context;
    const tokenize = (row: (typeof data.rows)[number]) => rowTokens(tokenizer, data.kind, row, length);
    const { items, skipped } = mapRows(data, tokenize, { skipBadRows });
    // Running text is cut into windows anyway.
    const cut = items.map((row) => (data.kind === "text" ? 0 : row.filter(({ truncated }) => truncated).length));
    return emitFindings(context, file, [
      ...(learnsAnswers ? examineAnswers(items.flat(), { tokenizer, skipped }) : []),
      ...truncatedRows({ cut, total: items.flat().length, length }),
    ]);
  },
});
