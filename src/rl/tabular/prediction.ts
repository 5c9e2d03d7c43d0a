/** What learners of V^π share: a given policy, and how far the learnt values are from the true ones. */
import { closedForm } from "./closed-form.ts";
import type { Rule, Sizes, World } from "./learning.ts";
import { type Mdp, mrpOf, type Policy } from "./mdp.ts";
import { storing, type Table } from "./table.ts";

export interface Predicting extends World {
  /** The policy whose values are learnt: π(a|s) in a row for each state. Default: every action alike. */
  readonly policy?: Policy;
}

export const givenPolicy = ({ policy }: Predicting, { states, actions }: Sizes): Policy =>
  policy ?? Array.from({ length: states }, () => new Float64Array(actions).fill(1 / actions));

/** The parts of a rule that do not depend on how V is learnt. */
export function predictor(
  policy: Policy,
  { V, visits }: { readonly V: Table; readonly visits: Table },
  gamma: number,
): Omit<Rule, "episode"> {
  let truth: Float64Array | undefined;
  return {
    policy: () => policy,
    ...storing({ V, visits }),
    metrics(process: Mdp | undefined) {
      if (process === undefined) return {};
      truth ??= closedForm(mrpOf({ ...process, gamma }, policy));
      return { "eval/value_error": valueError(V.values, truth, visits.values) };
    },
  };
}

/** Root of the mean squared error over the states that were visited. */
function valueError(V: Float64Array, truth: Float64Array, visits: Float64Array): number {
  let [sum, count] = [0, 0];
  V.forEach((value, s) => {
    if (visits[s] === 0) return;
    sum += (value - truth[s]!) ** 2;
    count++;
  });
  return Math.sqrt(sum / Math.max(1, count));
}
