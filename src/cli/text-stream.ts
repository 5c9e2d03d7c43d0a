/** Running text for pretraining: `.txt` and `.md` files, each one document, and files of rows with `text`, each row one. */
import { type Dataset, mapRows, packDocuments, type ReadOptions, readDataset } from "../data/index.ts";
import type { Tokenizer } from "../text/index.ts";

export const readTexts = (files: readonly string[], options: ReadOptions): Promise<Dataset<"text">[]> =>
  Promise.all(files.map((file) => readDataset(file, "text", options)));

export const documentsOf = ({ rows }: Dataset<"text">): string[] => rows.map(({ text }) => text);

/** One stream of ids, with the end-of-text token between documents. Throws `bad-rows` with what cannot be encoded. */
export const streamOf = (texts: readonly Dataset<"text">[], tokenizer: Tokenizer, options: ReadOptions): Int32Array =>
  packDocuments(
    texts.flatMap((dataset) => mapRows(dataset, ({ text }) => tokenizer.encode(text), options).items),
    tokenizer.special.eos,
  );
