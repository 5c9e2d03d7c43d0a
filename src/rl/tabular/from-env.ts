import { UsageError } from "../../base/index.ts";
import type { Env, Tabular } from "../../envs/index.ts";
import { type Mdp, mdp } from "./mdp.ts";

/** What of an environment is looked at. */
type Described = Pick<Env, "spec" | "name" | "inner">;

/** Wrappers that leave the process as it is. */
const harmless = new Set(["PassiveEnvChecker", "OrderEnforcing", "TimeLimit", "RecordEpisodeStatistics"]);

/**
 * The bare environment, if it has its transitions: wrappers pass them on. Undefined where one of them may have changed what
 * is observed, done or earned, since they are not the process of such an environment any more.
 */
export function tabularOf(env: Described): (Described & Tabular) | undefined {
  let bare = env;
  for (; bare.inner; bare = bare.inner) if (!harmless.has(bare.name ?? "")) return undefined;
  return "transitions" in bare && "initial" in bare ? (bare as Described & Tabular) : undefined;
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
