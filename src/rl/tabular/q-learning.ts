/**
 * Q-learning (Watkins 1989; Sutton & Barto 2018, §6.5): off-policy TD control. It acts ε-greedily and learns what acting
 * greedily would be worth:
 *
 *     Q(S, A) ← Q(S, A) + α [R + γ maxₐ Q(S′, a) − Q(S, A)]
 *
 * Run it: plaudit rl q-learning --env CliffWalking-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { exploring, mover, moving, playing } from "./config.ts";
import { learner, type Rule, type Sizes, type Transition } from "./learning.ts";
import { epsilonGreedy, greedyPolicy, highest, storing, type Table, table } from "./table.ts";

export const QLearningConfig = z.object({ ...playing, ...moving, ...exploring });
export type QLearningConfig = z.infer<typeof QLearningConfig>;

/** R + γ maxₐ Q(S′, a); nothing after an end. */
export const qLearningTarget = (Q: Table, { reward, next, terminated }: Transition, gamma: number): number =>
  terminated ? reward : reward + gamma * highest(Q, next);

function rule(config: QLearningConfig, { states, actions }: Sizes): Rule {
  const Q = table(states, actions, config.initialValue);
  const visits = table(states, actions);
  const move = mover(config, Q, visits);
  return {
    episode({ start, step, epsilon, rng }) {
      let s = start();
      for (;;) {
        const a = epsilonGreedy(Q, s, epsilon, rng);
        const transition = step(a);
        move(s, a, qLearningTarget(Q, transition, config.gamma));
        if (transition.terminated || transition.truncated) return;
        s = transition.next;
      }
    },
    policy: () => greedyPolicy(Q),
    ...storing({ Q, visits }),
  };
}

export const qLearning = learner("q-learning", QLearningConfig, rule);
