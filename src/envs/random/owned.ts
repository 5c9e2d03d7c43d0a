import { type Generator, type GeneratorState, generator } from "./generator.ts";

/** The generator that an environment owns: made by the first reset, renewed by a reset with a seed. */
export interface OwnedGenerator {
  /** A new one where a seed is given, else the one there is, which goes on. @throws UsageError `bad-seed` */
  reseed(seed: number | undefined): Generator;
  readonly current: Generator;
  save(): GeneratorState | null;
  load(state: GeneratorState | null): void;
}

export function ownedGenerator(): OwnedGenerator {
  let rng: Generator | undefined;
  const existing = () => {
    rng ??= generator(0);
    return rng;
  };
  return {
    reseed(seed) {
      if (seed !== undefined) rng = generator(seed);
      return existing();
    },
    get current() {
      return existing();
    },
    save: () => rng?.save() ?? null,
    load(state) {
      if (state === null) rng = undefined;
      else existing().load(state);
    },
  };
}
