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
  reinforce: {
    summary: "the policy gradient over whole episodes, with its baselines as switches",
    load: async () => (await import("./deep.ts")).reinforce,
  },
  ppo: {
    summary: "small steps on each rollout, clipped or with a price on the distance",
    load: async () => (await import("./deep.ts")).ppo,
  },
  "recurrent-ppo": {
    summary: "PPO with a memory, for what cannot be seen at one moment",
    load: async () => (await import("./deep.ts")).recurrentPpo,
  },
  a2c: {
    summary: "advantage actor-critic: one step on each short rollout",
    load: async () => (await import("./deep.ts")).a2c,
  },
  a3c: {
    summary: "advantage actor-critic by threads that share their weights without waiting",
    load: async () => (await import("./deep.ts")).a3c,
  },
  trpo: {
    summary: "the natural gradient, as far as a trust region reaches",
    load: async () => (await import("./deep.ts")).trpo,
  },
  dqn: {
    summary: "deep Q-learning; each of the tips of its lecture is a switch",
    load: async () => (await import("./deep.ts")).dqn,
  },
  c51: {
    summary: "deep Q-learning of the return's distribution over fixed values",
    load: async () => (await import("./deep.ts")).c51,
  },
  "qr-dqn": {
    summary: "deep Q-learning of the return's quantiles",
    load: async () => (await import("./deep.ts")).qrDqn,
  },
  rainbow: {
    summary: "deep Q-learning with all tips at once",
    load: async () => (await import("./deep.ts")).rainbow,
  },
  "continuous-q": {
    summary: "Q-learning that searches for the best continuous action",
    load: async () => (await import("./deep.ts")).continuousQ,
  },
  naf: {
    summary: "Q-learning whose best continuous action has a formula",
    load: async () => (await import("./deep.ts")).naf,
  },
  ddpg: {
    summary: "an actor that climbs a critic of continuous actions",
    load: async () => (await import("./deep.ts")).ddpg,
  },
  td3: {
    summary: "DDPG with two critics, delay and smoothing",
    load: async () => (await import("./deep.ts")).td3,
  },
  sac: {
    summary: "an actor that stays as random as it may",
    load: async () => (await import("./deep.ts")).sac,
  },
};

const training: Commands = Object.fromEntries(
  Object.entries(algorithms).map(([name, { summary, load }]) => [
    `rl ${name}`,
    { summary, load: async () => (await import("./algorithm.ts")).commandOf(await load(), summary) },
  ]),
);

/** `rl q-learning` … as the table of commands has them. */
export const rlCommands: Commands = {
  ...training,
  "rl export": {
    summary: "a policy as an ONNX model, to be run anywhere: observations in, actions out",
    load: async () => (await import("./export.ts")).exported,
  },
};
