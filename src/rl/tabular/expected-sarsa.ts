/**
 * Expected SARSA (van Seijen et al. 2009; Sutton & Barto 2018, §6.6): SARSA's target averaged over the next action instead of
 * drawn, which takes that part of its variance away:
 *
 *     Q(S, A) ← Q(S, A) + α [R + γ Σₐ π(a|S′) Q(S′, a) − Q(S, A)]
 *
 * Run it: plaudit rl expected-sarsa --env CliffWalking-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { exploring, mover, moving, playing } from "./config.ts";
import { learner, type Rule, type Sizes, type Transition } from "./learning.ts";
import { epsilonGreedy, expectedValue, greedyPolicy, storing, type Table, table } from "./table.ts";

export const ExpectedSarsaConfig = z.object({ ...playing, ...moving, ...exploring });
export type ExpectedSarsaConfig = z.infer<typeof ExpectedSarsaConfig>;

/** R + γ Σₐ π(a|S′) Q(S′, a) with π ε-greedy; nothing after an end. */
export const expectedSarsaTarget = (
  Q: Table,
  { reward, next, terminated }: Transition,
  epsilon: number,
  gamma: number,
): number => (terminated ? reward : reward + gamma * expectedValue(Q, next, epsilon));

function rule(config: ExpectedSarsaConfig, { states, actions }: Sizes): Rule {
  const Q = table(states, actions, config.initialValue);
  const visits = table(states, actions);
  const move = mover(config, Q, visits);
  return {
    episode({ start, step, epsilon, rng }) {
      let s = start();
      for (;;) {
        const a = epsilonGreedy(Q, s, epsilon, rng);
        const transition = step(a);
        move(s, a, expectedSarsaTarget(Q, transition, epsilon, config.gamma));
        if (transition.terminated || transition.truncated) return;
        s = transition.next;
      }
    },
    policy: () => greedyPolicy(Q),
    ...storing({ Q, visits }),
  };
}

export const expectedSarsa = learner("expected-sarsa", ExpectedSarsaConfig, rule);
