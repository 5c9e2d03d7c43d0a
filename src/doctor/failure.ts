import type { Problem } from "../base/index.ts";
import type { Finding } from "./finding.ts";

interface Explanation {
  readonly cause: string;
  readonly fix: string;
}

const explanations: Readonly<Record<string, Explanation>> = {
  "non-finite": {
    cause: "numbers grew beyond what 32 bits hold, or a reward was none",
    fix: "lower the learning rate, clip the gradient (--max-grad-norm), or look at the rows of this step",
  },
  "ratio-not-one": {
    cause:
      "the recorded log-probabilities are not those of the pass that trains: dropout, another shape or another temperature came between",
    fix: "this is a bug, of Plaudit or of the network: report it with the command line",
  },
};

/** What a trainer found itself in the middle of a step, and ended with as an error of one of these codes. */
export function findingOfFailure({ code, message, help }: Problem): Finding | undefined {
  const known = explanations[code];
  return known && { code, level: "stop", number: null, message, cause: known.cause, fix: help ?? known.fix };
}
