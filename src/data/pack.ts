/** Packing for pretraining: documents become one stream of ids, and the stream windows of context + 1 ids. */
import { DataError, type Rng } from "../base/index.ts";

/** The documents one after another with `separator` (the end-of-text id) between them. */
export function packDocuments(documents: readonly (readonly number[])[], separator: number | undefined): Int32Array {
  const between = separator === undefined ? 0 : Math.max(documents.length - 1, 0);
  const ids = new Int32Array(documents.reduce((sum, { length }) => sum + length, between));
  let at = 0;
  documents.forEach((document, i) => {
    if (i > 0 && separator !== undefined) ids[at++] = separator;
    ids.set(document, at);
    at += document.length;
  });
  return ids;
}

/** The last part of a stream (default 10 %) is kept for validation, as nanoGPT does it. Views, not copies. */
export function splitStream(ids: Int32Array, validationShare = 0.1): { train: Int32Array; validation: Int32Array } {
  const cut = Math.floor(ids.length * (1 - validationShare));
  return { train: ids.subarray(0, cut), validation: ids.subarray(cut) };
}

/** A window of context + 1 ids (inputs and, one further, targets) at a random place. Throws `stream-too-short`. */
export function randomWindow(ids: Int32Array, context: number, random: Rng): Int32Array {
  if (ids.length <= context) {
    throw new DataError(`the text has ${ids.length} tokens, a window of context ${context} needs ${context + 1}`, {
      code: "stream-too-short",
      help: "use more text, or a smaller --context",
    });
  }
  const start = random.integer(ids.length - context);
  return ids.subarray(start, start + context + 1);
}

/** The whole stream in windows of context + 1 ids that overlap by one, so each id but the first is once a target. The last may be shorter. */
export function consecutiveWindows(ids: Int32Array, context: number): Int32Array[] {
  const windows: Int32Array[] = [];
  for (let start = 0; start + 1 < ids.length; start += context) windows.push(ids.subarray(start, start + context + 1));
  return windows;
}
