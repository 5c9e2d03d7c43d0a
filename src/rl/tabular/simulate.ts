import { type Rng, stream, UsageError } from "../../base/index.ts";
import type { Discrete, Env, EnvSpec, Tabular } from "../../envs/index.ts";
import { draw } from "./config.ts";
import type { Mdp } from "./mdp.ts";

/**
 * The process as an environment, with states and actions by their numbers. Episodes begin by `initial`, by default the
 * process's own. Where a state has fewer actions than another, or none, a missing one ends the episode with reward 0: so
 * ends do by themselves.
 *
 * @throws UsageError `not-tabular` when states that are no ends have different numbers of actions.
 */
export function simulate(
  process: Mdp,
  { initial = process.initial, spec }: { readonly initial?: Float64Array; readonly spec?: EnvSpec | undefined } = {},
): Env<Discrete, Discrete> & Tabular {
  const counts = new Set(process.transitions.map((row) => row.length).filter((n) => n > 0));
  if (counts.size !== 1) {
    throw new UsageError(`states with ${[...counts].join(", ")} actions: an environment has the same in all`, {
      code: "not-tabular",
      help: "plan instead: plaudit mdp",
    });
  }
  const [actions] = counts as unknown as Iterable<number>;
  const { transitions } = process;
  let rng: Rng = stream(0, "mdp");
  let s = 0;
  return {
    name: "Mdp",
    ...(spec && { spec }),
    observationSpace: { kind: "discrete", n: transitions.length, start: 0 },
    actionSpace: { kind: "discrete", n: actions!, start: 0 },
    transitions,
    initial,
    reset({ seed } = {}) {
      if (seed !== undefined) rng = stream(seed, "mdp");
      s = draw(initial, rng);
      return [s, {}];
    },
    step(action) {
      const outcomes = transitions[s]![action];
      if (outcomes === undefined) return [s, 0, true, false, {}];
      const [, next, reward, terminated] =
        outcomes[
          draw(
            outcomes.map(([p]) => p),
            rng,
          )
        ]!;
      s = next;
      return [s, reward, terminated || transitions[s]!.length === 0, false, {}];
    },
  };
}
