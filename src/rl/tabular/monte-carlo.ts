/**
 * Monte-Carlo control: Q is the mean of returns, the policy follows it after every episode.
 *
 * - `on-policy` (Sutton & Barto 2018, §5.4): the policy stays ε-soft, so that everything goes on being tried.
 * - `exploring-starts` (§5.3): the policy is greedy; instead an episode begins with any action, and where the environment
 *   gives its transitions in any state.
 * - `off-policy` (§5.7) is in off-policy-monte-carlo.ts.
 *
 * An episode that was cut goes on with the value of where it was cut, under the policy that is followed.
 *
 * Run it: plaudit rl monte-carlo --env Blackjack-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { exploring, mover, moving, playing } from "./config.ts";
import { firstVisits, playEpisode } from "./episode.ts";
import { learner, type Rule, type Sizes } from "./learning.ts";
import { visits } from "./monte-carlo-prediction.ts";
import { epsilonGreedy, expectedValue, greedyPolicy, storing, table } from "./table.ts";

export const MonteCarloConfig = z.object({
  ...playing,
  ...moving,
  learningRate: moving.learningRate.default(1),
  learningRatePower: moving.learningRatePower.default(1).describe("ω of α/n^ω; 1 with α = 1 is the mean"),
  ...exploring,
  visits,
  exploringStarts: z.boolean().default(false).describe("greedy, but for the first action, which is any"),
});
export type MonteCarloConfig = z.infer<typeof MonteCarloConfig>;

function rule(config: MonteCarloConfig, { states, actions }: Sizes): Rule {
  const Q = table(states, actions, config.initialValue);
  const counts = table(states, actions);
  const move = mover(config, Q, counts);
  return {
    episode(play) {
      const { rng } = play;
      const epsilon = config.exploringStarts ? 0 : play.epsilon;
      const tried = playEpisode(play, (s, t) =>
        config.exploringStarts && t === 0 ? rng.integer(actions) : epsilonGreedy(Q, s, epsilon, rng),
      );
      const pairs = tried.states.map((s, t) => s * actions + tried.actions[t]!);
      const counted = config.visits === "first" ? firstVisits(pairs) : undefined;
      let G = tried.cutAt === undefined ? 0 : expectedValue(Q, tried.cutAt, epsilon);
      for (let t = pairs.length - 1; t >= 0; t--) {
        G = tried.rewards[t]! + config.gamma * G;
        if (counted?.[t] ?? true) move(tried.states[t]!, tried.actions[t]!, G);
      }
    },
    policy: () => greedyPolicy(Q),
    ...storing({ Q, visits: counts }),
  };
}

export const monteCarlo = learner("monte-carlo", MonteCarloConfig, rule);
