/**
 * SARSA (Rummery & Niranjan 1994; Sutton & Barto 2018, §6.4): on-policy TD control. The target takes the action that will
 * really be taken, exploration included:
 *
 *     Q(S, A) ← Q(S, A) + α [R + γ Q(S′, A′) − Q(S, A)]
 *
 * Run it: plaudit rl sarsa --env CliffWalking-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { exploring, mover, moving, playing } from "./config.ts";
import { learner, type Rule, type Sizes, type Transition } from "./learning.ts";
import { epsilonGreedy, greedyPolicy, storing, type Table, table } from "./table.ts";

export const SarsaConfig = z.object({ ...playing, ...moving, ...exploring });
export type SarsaConfig = z.infer<typeof SarsaConfig>;

/** R + γ Q(S′, A′); nothing after an end. */
export const sarsaTarget = (
  Q: Table,
  { reward, next, terminated }: Transition,
  nextAction: number,
  gamma: number,
): number => (terminated ? reward : reward + gamma * Q.values[next * Q.actions + nextAction]!);

function rule(config: SarsaConfig, { states, actions }: Sizes): Rule {
  const Q = table(states, actions, config.initialValue);
  const visits = table(states, actions);
  const move = mover(config, Q, visits);
  return {
    episode({ start, step, epsilon, rng }) {
      let s = start();
      let a = epsilonGreedy(Q, s, epsilon, rng);
      for (;;) {
        const transition = step(a);
        const nextAction = epsilonGreedy(Q, transition.next, epsilon, rng);
        move(s, a, sarsaTarget(Q, transition, nextAction, config.gamma));
        if (transition.terminated || transition.truncated) return;
        [s, a] = [transition.next, nextAction];
      }
    },
    policy: () => greedyPolicy(Q),
    ...storing({ Q, visits }),
  };
}

export const sarsa = learner("sarsa", SarsaConfig, rule);
