import { UsageError } from "../../base/index.ts";
import type { Space } from "../../envs/index.ts";

/** A space whose members are numbered 0 … size − 1, so that a table can have a row for each. */
export interface Numbering {
  readonly size: number;
  of(member: unknown): number;
}

/**
 * The numbers of a space's members: a Discrete's in order, those of composites row by row, the last part running fastest
 * (as NumPy's `ravel_multi_index`).
 *
 * @throws UsageError `not-tabular` for a space that has no end of members.
 */
export function numbering(space: Space): Numbering {
  switch (space.kind) {
    case "discrete":
      return { size: space.n, of: (member) => (member as number) - space.start };
    case "multi-discrete":
      return mixed(space.nvec.map((n) => ({ size: n, of: (member) => member as number })));
    case "multi-binary":
      return mixed(Array.from({ length: space.n }, () => ({ size: 2, of: (member) => member as number })));
    case "tuple":
      return mixed(space.spaces.map(numbering));
    default:
      throw new UsageError(`a table has a row for each observation, and there is no end of those of a ${space.kind}`, {
        code: "not-tabular",
        help: "use an algorithm with a network (plaudit rl dqn), or an environment with numbered states",
      });
  }
}

/** Digits of different ranges as one number. */
function mixed(parts: readonly Numbering[]): Numbering {
  return {
    size: parts.reduce((n, part) => n * part.size, 1),
    of(member) {
      let index = 0;
      for (let i = 0; i < parts.length; i++) {
        index = index * parts[i]!.size + parts[i]!.of((member as ArrayLike<unknown>)[i]);
      }
      return index;
    },
  };
}
