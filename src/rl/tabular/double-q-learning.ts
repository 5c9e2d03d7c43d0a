/**
 * Double Q-learning (van Hasselt 2010; Sutton & Barto 2018, §6.7). The maximum of noisy values is too high on average. Two
 * tables learn from different steps; one says which action is best, the other what it is worth:
 *
 *     Q₁(S, A) ← Q₁(S, A) + α [R + γ Q₂(S′, argmaxₐ Q₁(S′, a)) − Q₁(S, A)], or the same with 1 and 2 exchanged
 *
 * Run it: plaudit rl double-q-learning --env CliffWalking-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { exploring, mover, moving, playing } from "./config.ts";
import { learner, type Rule, type Sizes, type Transition } from "./learning.ts";
import { bestAtRandom, epsilonGreedy, greedyPolicy, storing, type Table, table } from "./table.ts";

export const DoubleQLearningConfig = z.object({ ...playing, ...moving, ...exploring });
export type DoubleQLearningConfig = z.infer<typeof DoubleQLearningConfig>;

/** R + γ Q₂(S′, a*) with a* the best action by Q₁, given; nothing after an end. */
export const doubleQTarget = (
  Q2: Table,
  { reward, next, terminated }: Transition,
  bestAction: number,
  gamma: number,
): number => (terminated ? reward : reward + gamma * Q2.values[next * Q2.actions + bestAction]!);

function rule(config: DoubleQLearningConfig, { states, actions }: Sizes): Rule {
  const pair = [0, 1].map(() => {
    const Q = table(states, actions, config.initialValue);
    const visits = table(states, actions);
    return { Q, visits, move: mover(config, Q, visits) };
  });
  const [one, two] = [pair[0]!, pair[1]!];
  const both = table(states, actions, 2 * config.initialValue); // Q₁ + Q₂: what is acted on
  const sum = (s: number) => {
    for (let i = s * actions; i < (s + 1) * actions; i++) both.values[i] = one.Q.values[i]! + two.Q.values[i]!;
  };
  const stored = storing({ Q1: one.Q, Q2: two.Q, visits1: one.visits, visits2: two.visits });
  return {
    episode({ start, step, epsilon, rng }) {
      let s = start();
      for (;;) {
        const a = epsilonGreedy(both, s, epsilon, rng);
        const transition = step(a);
        const [learns, judges] = rng.uniform() < 0.5 ? [one, two] : [two, one];
        const bestAction = bestAtRandom(learns.Q, transition.next, rng);
        learns.move(s, a, doubleQTarget(judges.Q, transition, bestAction, config.gamma));
        sum(s);
        if (transition.terminated || transition.truncated) return;
        s = transition.next;
      }
    },
    policy: () => greedyPolicy(both),
    save: stored.save,
    load(saved) {
      stored.load(saved);
      for (let s = 0; s < states; s++) sum(s);
    },
  };
}

export const doubleQLearning = learner("double-q-learning", DoubleQLearningConfig, rule);
