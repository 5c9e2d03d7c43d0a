import type { Bindings } from "../ui/keys.ts";
import { type Choice, choiceOfCell, type Form } from "./draft.ts";

interface Hands {
  readonly comparison: Form["comparison"];
  /** How many answers there are. */
  readonly count: number;
  readonly ties: boolean;
  /** Ranks the answer in focus; null takes its rank away. */
  readonly rank: (rank: number | null) => void;
  readonly choose: (choice: Choice) => void;
  readonly move: (by: number) => () => void;
}

const digits = (run: (n: number) => void, highest: number): Bindings =>
  Object.fromEntries(Array.from({ length: highest }, (_, i) => [String(i + 1), () => run(i + 1)]));

/** The keys with which answers are compared; `shortcuts.tsx` explains them to people. */
export function comparisonKeys({ comparison, count, ties, rank, choose, move }: Hands): Bindings {
  const equal = ties ? () => choose({ better: "equal" }) : undefined;
  const neither = comparison === "arena" ? () => choose({ better: "neither" }) : undefined;
  switch (comparison) {
    case "ranking":
      return {
        ...digits(rank, Math.min(count, 9)),
        0: () => rank(null),
        backspace: () => rank(null),
        arrowdown: move(1),
        arrowup: move(-1),
      };
    case "strength":
      return { ...digits((cell) => choose(choiceOfCell(cell)), 8), t: equal };
    case "pairwise":
    case "arena":
      return {
        arrowleft: () => choose({ better: "left" }),
        arrowright: () => choose({ better: "right" }),
        arrowdown: equal,
        t: equal,
        arrowup: neither,
        b: neither,
      };
    case "none":
      return {};
  }
}
