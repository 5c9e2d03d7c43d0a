/** Running text for pretraining: `.txt` and `.md` files, each one document, and files of rows with `text`, each row one. */
import { pretrainingMix } from "../../align/index.ts";
import { UsageError } from "../../base/index.ts";
import { type Dataset, mapRows, packDocuments, type ReadOptions, readDataset, splitStream } from "../../data/index.ts";
import type { Tokenizer } from "../../text/index.ts";

export const readTexts = (files: readonly string[], options: ReadOptions): Promise<Dataset<"text">[]> =>
  Promise.all(files.map((file) => readDataset(file, "text", options)));

export const documentsOf = ({ rows }: Dataset<"text">): string[] => rows.map(({ text }) => text);

/** One stream of ids, with the end-of-text token between documents. Throws `bad-rows` with what cannot be encoded. */
export const streamOf = (texts: readonly Dataset<"text">[], tokenizer: Tokenizer, options: ReadOptions): Int32Array =>
  packDocuments(
    texts.flatMap((dataset) => mapRows(dataset, ({ text }) => tokenizer.encode(text), options).items),
    tokenizer.special.eos,
  );

/** What of running text training may see: all but the last tenth, which stays for validation in every command. */
export const trainingPartOf = (...stream: Parameters<typeof streamOf>): Int32Array =>
  splitStream(streamOf(...stream)).train;

/** Checks that there is text where a pretraining loss is asked for, enough for a window, and none in vain. */
export function checkMix(
  { ptxCoef, ptxBatchSize }: { readonly ptxCoef: number; readonly ptxBatchSize: number },
  text: Int32Array | undefined,
  context: number,
): void {
  if (ptxCoef === 0 && text !== undefined) {
    throw new UsageError("--pretrain names text, but with --ptx-coef 0 none of it would be learnt", {
      code: "unused-pretraining-text",
      help: "--ptx-coef 1 weighs it like the task itself; or leave --pretrain out",
    });
  }
  pretrainingMix({ ptxCoef, ptxBatchSize }, text, context, { stage: "sft", seed: 0 })?.windows(0);
}
