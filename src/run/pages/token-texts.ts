import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../files/index.ts";
import { openTokenizer, streamDecoder, type Tokenizer } from "../../text/index.ts";
import { checkpointFolders } from "../checkpoint.ts";

/** The tokenizer of a run's model, or of its newest checkpoint; undefined when it has neither yet. */
export function tokenizerOf(run: string): Tokenizer | undefined {
  const folder = [join(run, "model"), ...checkpointFolders(run)].find((at) => existsSync(join(at, "tokenizer.json")));
  if (folder === undefined) return undefined;
  return openTokenizer({ "tokenizer.json": readJson(join(folder, "tokenizer.json")) });
}

/**
 * What each token adds to the text. A token that ends inside a character adds nothing; the one that completes it adds
 * it whole. Special tokens are shown by name.
 */
export function tokenTexts(tokenizer: Tokenizer, ids: readonly number[]): string[] {
  const decoder = streamDecoder(tokenizer);
  return ids.map((id) => decoder.push(id));
}
