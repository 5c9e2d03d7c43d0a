import type { Network } from "../models/index.ts";
import { type Cache, copyRow, type Place, rowSize } from "./cache.ts";
import { bucket } from "./graphs.ts";
import { reserve, type Steps } from "./steps.ts";

/** Tokens of one pass over prompts: larger passes fall out of the processor's cache. */
const passTokens = 512;

/** What to put into the cache, and where: equal prompts are computed once and copied. */
export interface Prompt {
  readonly ids: readonly number[];
  readonly places: Place[];
}

/** Merges equal prompts, the longest first. Empty ones need nothing. */
export function distinct(prompts: readonly { readonly ids: readonly number[]; readonly place: Place }[]): Prompt[] {
  const merged = new Map<string, Prompt>();
  for (const { ids, place } of prompts) {
    if (ids.length === 0) continue;
    const known = merged.get(ids.join());
    if (known === undefined) merged.set(ids.join(), { ids, places: [place] });
    else known.places.push(place);
  }
  return [...merged.values()].sort((a, b) => b.ids.length - a.ids.length);
}

/** Computes keys and values of whole prompts and copies them to their places. Returns its working memory for next time. */
export async function prefill(
  network: Network,
  steps: Steps,
  working: Cache,
  prompts: readonly Prompt[],
): Promise<Cache> {
  let cache = working;
  for (let first = 0; first < prompts.length; ) {
    const tokens = Math.min(network.context, bucket(Math.max(8, prompts[first]!.ids.length)));
    const pass = prompts.slice(first, first + Math.max(1, Math.floor(passTokens / tokens)));
    const rows = bucket(pass.length);
    cache = reserve(network.cache, cache, rows * rowSize(network.cache, tokens), steps);
    const step = steps.get({ rows, tokens, length: tokens, packed: false }, cache, "caches");
    const { ids, positions, lengths, total } = step.inputs as Record<string, Int32Array>;
    // Padding is token 0 at position 0, behind the prompt: no real token looks that far.
    for (const input of [ids!, positions!, lengths!]) input.fill(0);
    total![0] = tokens;
    for (const [row, prompt] of pass.entries()) {
      ids!.set(prompt.ids, row * tokens);
      for (let t = 0; t < prompt.ids.length; t++) positions![row * tokens + t] = t;
      lengths![row] = prompt.ids.length - 1;
    }
    await step.runAsync();
    for (const [row, prompt] of pass.entries()) {
      for (const place of prompt.places) {
        copyRow(network.cache, { cache, row, length: tokens }, place, prompt.ids.length);
      }
    }
    first += pass.length;
  }
  return cache;
}
