import { type Env, make } from "../../src/envs/index.ts";
import {
  actionValues,
  bestWithin,
  closedForm,
  deterministic,
  expectedSarsaTarget,
  type Mdp,
  mdp,
  mdpFromEnv,
  mrpOf,
  occupancy,
  optimalActions,
  policyEvaluation,
  policyIteration,
  qLearningTarget,
  sarsaTarget,
  startValue,
  type TabularPolicy,
  uniformPolicy,
  valueIteration,
  valueWithin,
} from "../../src/rl/index.ts";
import type { GoldenCase, Json } from "./cases.ts";
import type { Checkers } from "./registry.ts";

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Gymnasium's keyword arguments are ours in camelCase. */
function envOf({ env, kwargs = {}, map }: Json): Env {
  const options = Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [camel(key), value]));
  return make(env as string, { ...options, ...(map && { desc: map }) });
}

/** The process of an environment, where a state that ends is an end: its own row of the table says nothing. */
function optimum(inputs: Json) {
  const process = mdpFromEnv(envOf(inputs), inputs.gamma);
  const { values } = valueIteration(process);
  const starts = [...process.initial.keys()].filter((s) => process.initial[s]! > 0);
  const atStart = starts.map((s) => values[s]!);
  return {
    process,
    values,
    answer: {
      V: values,
      V_first_40: values.slice(0, 40),
      optimal_actions: optimalActions(process, values),
      start: startValue(process, values),
      start_states: starts.length,
      start_mean: startValue(process, values),
      start_min: Math.min(...atStart),
      start_max: Math.max(...atStart),
    },
  };
}

/** Success within the time limit, undiscounted. */
function finiteHorizons(inputs: Json, _: unknown, { expected }: GoldenCase): Json {
  const { horizons, time_limit: limit } = inputs;
  const at = (gamma: number) => mdpFromEnv(envOf(inputs), gamma);
  const process = at(1);
  const within = (policy: TabularPolicy) => startValue(process, valueWithin(process, policy, limit));
  const ofGamma = (gamma: number) => within(deterministic(process, valueIteration(at(gamma)).policy));
  return {
    undiscounted_no_limit_start: startValue(process, valueIteration(process).values),
    best_within_horizon_start: horizons.map((horizon: number) => startValue(process, bestWithin(process, horizon))),
    random_policy_within_limit_start: within(uniformPolicy(process)),
    greedy_of_gamma_within_limit_start: Object.fromEntries(
      Object.keys(expected.greedy_of_gamma_within_limit_start).map((gamma) => [gamma, ofGamma(Number(gamma))]),
    ),
  };
}

/** The cells of the cliff are never occupied, and nothing follows the goal: their rows are as the table has them. */
function cliff(inputs: Json, _: unknown, { expected }: GoldenCase): Json {
  const { answer } = optimum(inputs);
  const real = (s: number) => s < 37;
  const compared = (ours: ArrayLike<unknown>, theirs: Json[]) => theirs.map((value, s) => (real(s) ? ours[s] : value));
  return {
    ...answer,
    V: compared(answer.V, expected.V),
    optimal_actions: compared(answer.optimal_actions, expected.optimal_actions),
  };
}

function blackjack({ env }: Json, _: unknown, { expected }: GoldenCase): Json {
  const rules = (options: { sab: boolean; natural?: boolean }) => mdpFromEnv(make(env as string, options));
  const best = (process: Mdp) => startValue(process, valueIteration(process).values);
  const process = rules({ sab: true });
  const { values } = valueIteration(process);
  const stateOf = ({ sum, dealer, usable }: Json) => (sum * 11 + dealer) * 2 + usable;
  /** Sticks from `sum` on. A natural (704 + dealer) is a 21. */
  const stickOn = (sum: number) => {
    const policy = process.transitions.map((_, s) => ((s < 704 ? Math.floor(s / 22) : 21) >= sum ? [1, 0] : [0, 1]));
    return policyEvaluation(process, policy).values;
  };
  return {
    ev_sab: best(process),
    ev_plain: best(rules({ sab: false })),
    "ev_natural_1.5": best(rules({ sab: false, natural: true })),
    states: expected.states.map((state: Json) => {
      const [stick, hit] = actionValues(process, values, stateOf(state));
      return { ...state, Q_stick: stick, Q_hit: hit };
    }),
    ev_stick_on_20_sab: startValue(process, stickOn(20)),
    ev_stick_on_17_sab: startValue(process, stickOn(17)),
    value_sum13_dealer2_usable_stick_on_20: stickOn(20)[stateOf({ sum: 13, dealer: 2, usable: 1 })],
  };
}

function gridWorld({ size = 4, gamma, specials, reward, terminal, off_grid_reward, k }: Json): Json {
  const moves = { ...(reward !== undefined && { reward }), ...(terminal && { terminal }) };
  const process = mdpFromEnv(
    make(specials ? "GridWorld5x5-v0" : "GridWorld4x4-v0", {
      rows: size,
      columns: size,
      ...moves,
      ...(specials && { specials, offGridReward: off_grid_reward }),
    }),
    gamma,
  );
  const random = uniformPolicy(process);
  const { values } = valueIteration(process);
  return {
    V: k?.map((sweeps: number | string) =>
      Array.from(policyEvaluation(process, random, typeof sweeps === "number" ? { sweeps } : {}).values),
    ),
    V_random: closedForm(mrpOf(process, random)),
    V_optimal: values,
    optimal_actions: optimalActions(process, values),
  };
}

function gambler({ p_heads, goal }: Json): Json {
  const process = mdpFromEnv(make("Gambler-v0", { pHeads: p_heads, goal }));
  const { values } = valueIteration(process);
  const best = optimalActions(process, values);
  const stakes = (s: number) => best[s]!.filter((a) => a < Math.min(s, goal - s)).map((a) => a + 1);
  return {
    V: values.map((value, s) => (s === goal ? 1 : value)), // the boundary value
    optimal_stakes: Array.from({ length: goal - 1 }, (_, i) => stakes(i + 1)),
  };
}

function randomWalk({ states, gamma, left_reward: leftReward, right_reward: rightReward }: Json): Json {
  const process = mdpFromEnv(make("RandomWalk-v0", { states, leftReward, rightReward }), gamma);
  return { V: closedForm(mrpOf(process, uniformPolicy(process))).slice(1, states + 1) };
}

/** Rows of P and a reward on leaving each state; a row of zeros is an end. */
function rewardProcess({ P, r, reward_on_leaving = r, gamma }: Json): Json {
  const outcomes = P.map((row: number[], s: number) =>
    row.flatMap((p, next) => (p === 0 ? [] : [[p, next, reward_on_leaving[s], false]])),
  );
  return { V: closedForm({ states: P.map((_: unknown, s: number) => String(s)), outcomes, gamma }) };
}

function decisionProcess({ T, R, gamma, policy }: Json): Json {
  const process = mdp({
    states: T.map((_: unknown, s: number) => String(s)),
    actions: T.map((row: unknown[]) => row.map((_, a) => String(a))),
    transitions: T.map((row: number[][], s: number) =>
      row.map((chances, a) => chances.map((p, next) => [p, next, R[s][a], false])),
    ),
    gamma,
    initial: Float64Array.from(T, (_, s) => Number(s === 0)),
  });
  const V = closedForm(mrpOf(process, policy));
  const { values, rounds } = policyIteration(process);
  const Q = (of: Float64Array) => process.states.map((_, s) => actionValues(process, of, s));
  return {
    V_policy: V,
    Q_policy: Q(V),
    V_optimal: values,
    Q_optimal: Q(values),
    optimal_actions: optimalActions(process, values),
    policy_iteration_rounds_from_action_0: rounds,
    state_distribution_discounted_from_0: occupancy(mrpOf(process, policy), process.initial),
  };
}

function updates({ Q, alpha, gamma, transition, next_action, epsilon }: Json): Json {
  const [s, a, reward, next] = transition;
  const table = { states: Q.length, actions: Q[0].length, values: Float64Array.from(Q.flat()) };
  const moved = (target: number) => Q[s][a] + alpha * (target - Q[s][a]);
  const step = { next, reward, terminated: false, truncated: false };
  return {
    q_learning: moved(qLearningTarget(table, step, gamma)),
    sarsa: moved(sarsaTarget(table, step, next_action, gamma)),
    expected_sarsa: moved(expectedSarsaTarget(table, step, epsilon, gamma)),
    q_learning_terminal: moved(qLearningTarget(table, { ...step, terminated: true }, gamma)),
  };
}

/** By what a case's inputs hold: copies of the fixtures have other maps, sizes and names of cases. */
const toyText = (inputs: Json, engine: unknown, given: GoldenCase): Json =>
  inputs.horizons ? finiteHorizons(inputs, engine, given) : optimum(inputs).answer;

/** Nothing here has an engine: each is computed once an engine all the same. */
export const tabularCheckers: Checkers = {
  "tabular/FrozenLake": toyText,
  "tabular/frozenlake": toyText,
  "tabular/CliffWalking": cliff,
  "tabular/Taxi": toyText,
  "tabular/Blackjack": blackjack,
  "tabular/gridworld": gridWorld,
  "tabular/gambler": gambler,
  "tabular/random_walk": randomWalk,
  "tabular/student_mrp": rewardProcess,
  "tabular/random_mrp": rewardProcess,
  "tabular/random_mdp": decisionProcess,
  "tabular/td_control_updates": updates,
};
