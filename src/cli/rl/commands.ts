import type { Commands } from "../frame/dispatch.ts";
import type { Algorithm } from "./algorithm.ts";

interface Line {
  readonly summary: string;
  load(): Promise<Algorithm>;
}

/** Every algorithm of `plaudit rl`, in the order in which one climbs. Its code is loaded when it runs. */
const algorithms: Readonly<Record<string, Line>> = {
  "monte-carlo": {
    summary: "Monte-Carlo control with tables: means of whole returns",
    load: async () => (await import("./tabular.ts")).monteCarlo,
  },
  td: {
    summary: "the values of a given policy: TD(0), n-step TD, TD(λ)",
    load: async () => (await import("./tabular.ts")).td,
  },
  sarsa: {
    summary: "on-policy TD control with a table",
    load: async () => (await import("./tabular.ts")).sarsa,
  },
  "expected-sarsa": {
    summary: "SARSA with the mean over the next action",
    load: async () => (await import("./tabular.ts")).expectedSarsa,
  },
  "q-learning": {
    summary: "off-policy TD control with a table",
    load: async () => (await import("./tabular.ts")).qLearning,
  },
  "double-q-learning": {
    summary: "Q-learning with two tables, which do not overestimate",
    load: async () => (await import("./tabular.ts")).doubleQLearning,
  },
  "dyna-q": {
    summary: "Q-learning that also plans with what it remembers",
    load: async () => (await import("./tabular.ts")).dynaQ,
  },
};

/** `rl q-learning` … as the table of commands has them. */
export const rlCommands: Commands = Object.fromEntries(
  Object.entries(algorithms).map(([name, { summary, load }]) => [
    `rl ${name}`,
    { summary, load: async () => (await import("./algorithm.ts")).commandOf(await load()) },
  ]),
);
