import type { Backend } from "../engine/index.ts";
import type { CacheShape, Network } from "../models/index.ts";
import type { Weights } from "../nn/index.ts";
import { type Cache, newCache } from "./cache.ts";
import { compileStep, type Step, type StepShape, type Wanted } from "./graphs.ts";

/** Compiled steps by shape; those unused for longest make room. */
export interface Steps {
  get(shape: StepShape, cache: Cache, wanted: Wanted): Step;
  /** Lets go of the graphs that hold memory or weights that are out of date. */
  forget(outdated: (kept: Kept) => boolean): void;
}

interface Kept {
  readonly step: Step;
  readonly cache: Cache;
  readonly packed: boolean;
}

const stepsKept = 16;
/** Every packed graph has its own copy of the weights, in the kernels' own layout. */
const packedBytes = 2 ** 30;

export function stepsOf(model: { readonly network: Network; readonly weights: Weights }, backend: Backend): Steps {
  const all = new Map<string, Kept>();
  const packedKept = Math.max(1, Math.floor(packedBytes / (2 * model.weights.flat.byteLength)));
  const forget: Steps["forget"] = (outdated) => {
    for (const [key, kept] of all) {
      if (!outdated(kept)) continue;
      all.delete(key);
      kept.step.dispose();
    }
  };
  /** Before the next one is made: memory that was just freed is quicker to get than new memory. */
  const makeRoom = (count: number, among: (kept: Kept) => boolean) => {
    const candidates = [...all.values()].filter(among);
    const unused = new Set(candidates.slice(0, Math.max(0, candidates.length + 1 - count)));
    forget((kept) => unused.has(kept));
  };
  return {
    get(shape, cache, wanted) {
      const key = JSON.stringify([shape, wanted]);
      let kept = all.get(key);
      if (kept === undefined) {
        makeRoom(stepsKept, () => true);
        if (shape.packed) makeRoom(packedKept, ({ packed }) => packed);
        kept = { step: compileStep(backend, model, shape, cache, wanted), cache, packed: shape.packed };
      }
      all.delete(key);
      all.set(key, kept);
      return kept.step;
    },
    forget,
  };
}

/** The cache itself when it is large enough, else a new one; graphs over the old one are let go. */
export function reserve(shape: CacheShape, cache: Cache, capacity: number, steps: Steps): Cache {
  if (cache.capacity >= capacity) return cache;
  steps.forget((kept) => kept.cache === cache);
  return newCache(shape, capacity);
}
