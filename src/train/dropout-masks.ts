import { stream } from "../base/index.ts";
import type { Executable } from "../engine/index.ts";
import { dropoutPrefix } from "../nn/index.ts";
import type { Batch } from "./batch.ts";

/** What a mask depends on, besides its place in the network. */
export interface MaskKey {
  readonly seed: number;
  readonly step: number;
  /** The place of the batch's first row in the whole step. */
  readonly firstRow: number;
}

/**
 * Fills the dropout masks of an executable: each row's from a stream of the step, the site and the row, so that they do
 * not depend on how rows are batched.
 */
export function fillDropout(executable: Executable, batch: Batch, { seed, step, firstRow }: MaskKey): void {
  const rows = Math.min(...Object.values(batch).flatMap(({ shape }) => shape.slice(0, 1)));
  for (const [name, input] of Object.entries(executable.inputs)) {
    if (!name.startsWith(dropoutPrefix)) continue;
    const mask = input as unknown as Uint8Array;
    const rate = Number(name.slice(name.lastIndexOf("@") + 1));
    const threshold = rate * 4294967296;
    const width = mask.length / rows;
    for (let r = 0; r < rows; r++) {
      const rng = stream(seed, name, step, firstRow + r);
      for (let i = r * width; i < (r + 1) * width; i++) mask[i] = rng.uint32() >= threshold ? 1 : 0;
    }
  }
}
