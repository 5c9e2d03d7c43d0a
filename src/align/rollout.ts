import { type Completion, generator } from "../generate/index.ts";
import type { Model } from "../models/index.ts";

export interface RolloutOptions {
  readonly stopIds: readonly number[];
  readonly maxNewTokens: number;
  readonly temperature: number;
}

/** Samples completions from a policy that is being trained. */
export function rollout(policy: Model, options: RolloutOptions) {
  const sampler = generator(policy);
  return {
    /** Each row has a stream of its own, named by seed, iteration and place. */
    sample: (
      prompts: readonly (readonly number[])[],
      { seed, step }: { seed: number; step: number },
    ): Promise<Completion[]> =>
      sampler.generate(prompts, { ...options, seed, streamKey: (row) => ["rollout", step, row] }),
    /** The weights have changed. */
    refresh: () => sampler.refresh(),
    dispose: () => sampler.dispose(),
  };
}
