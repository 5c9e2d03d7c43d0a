import { agreementCheckers } from "./agreement.ts";
import { bpeCheckers } from "./bpe.ts";
import type { GoldenCase, Json } from "./cases.ts";
import { differences } from "./compare.ts";
import { type Engine, engines } from "./engines.ts";
import { gymCheckers } from "./gym.ts";
import { lossCheckers } from "./losses.ts";
import { modelCheckers } from "./models.ts";
import { optimCheckers } from "./optim.ts";
import { rlPolicyCheckers } from "./rl-policies.ts";
import { rlValueCheckers } from "./rl-values.ts";
import { tabularCheckers } from "./tabular.ts";

/**
 * What we get for the inputs of a case: an object with (at least) the keys of what is expected, or a list of such
 * objects that must all agree with it. Everything is read from the inputs, never from the case's name.
 */
export type Checker = (inputs: Json, engine: Engine, given: GoldenCase) => Json | Promise<Json>;

/** By the beginning of a case's subject; the longest that fits counts. */
export type Checkers = Readonly<Record<string, Checker>>;

const checkers: Checkers = {
  ...agreementCheckers,
  ...optimCheckers,
  ...lossCheckers,
  ...bpeCheckers,
  ...gymCheckers,
  ...modelCheckers,
  ...rlValueCheckers,
  ...rlPolicyCheckers,
  ...tabularCheckers,
};
const families = Object.keys(checkers).sort((a, b) => b.length - a.length);

export type Outcome = "passed" | "not covered" | { readonly problems: readonly string[] };

/** Compares one case on every engine. */
export async function check(given: GoldenCase): Promise<Outcome> {
  const family = families.find((prefix) => given.subject.startsWith(prefix));
  if (family === undefined) return "not covered";
  const problems: string[] = [];
  let compared = 0;
  for (const engine of engines) {
    try {
      const answers = await checkers[family]!(given.inputs, engine, given);
      for (const answer of [answers].flat()) {
        compared++;
        for (const problem of differences(given.expected, answer, given.tolerance)) {
          problems.push(`${engine.name}: ${problem}`);
        }
      }
    } catch (error) {
      problems.push(`${engine.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (compared === 0 && problems.length === 0) problems.push("nothing was compared");
  return problems.length === 0 ? "passed" : { problems };
}
