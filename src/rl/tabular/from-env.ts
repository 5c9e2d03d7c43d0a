import { UsageError } from "../../base/index.ts";
import type { Env, Tabular } from "../../envs/index.ts";
import { type Mdp, mdp } from "./mdp.ts";

/** What of an environment is looked at. */
type Described = Pick<Env, "spec" | "name" | "inner">;

/** The environment's transition table and start, where it (or what it wraps) has them. */
export function tabularOf(env: Described): (Described & Tabular) | undefined {
  for (let inner: Described | undefined = env; inner; inner = inner.inner) {
    if ("transitions" in inner && "initial" in inner) return inner as Described & Tabular;
  }
  return undefined;
}

/**
 * The process that a toy-text environment is. States and actions are called by their numbers.
 *
 * @throws UsageError `no-transitions` when the environment does not say how it works.
 */
export function mdpFromEnv(env: Described, gamma = 1): Mdp {
  const table = tabularOf(env);
  if (table === undefined) {
    throw new UsageError(`${env.spec?.id ?? env.name ?? "this environment"} does not give its transitions`, {
      code: "no-transitions",
      help: "planning needs them; what learns by trying does not: plaudit rl q-learning",
    });
  }
  const { transitions, initial } = table;
  const names = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  return mdp({
    states: names(transitions.length),
    actions: transitions.map((row) => names(row.length)),
    transitions,
    gamma,
    initial,
  });
}
