/**
 * Off-policy Monte-Carlo control (Sutton & Barto 2018, §5.5–5.7): an ε-soft policy b acts, the greedy policy π is learnt. A
 * return counts by how much likelier π is to have done the same, ρ = Π π(A|S)/b(A|S):
 *
 *     ordinary: Q = Σ ρ G / n (unbiased, its variance can be infinite)      weighted: Q = Σ ρ G / Σ ρ (the reverse)
 *
 * As π is greedy, ρ is 0 for everything before an action that π would not take. The effective sample size (Σ ρ)²/Σ ρ² says
 * how many of the returns really count.
 *
 * Run it: plaudit rl monte-carlo --method off-policy --env Blackjack-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { exploring, moving, playing } from "./config.ts";
import { playEpisode } from "./episode.ts";
import { learner, type Rule, type Sizes } from "./learning.ts";
import { best, epsilonGreedy, epsilonGreedyChances, greedyPolicy, highest, storing, table } from "./table.ts";

export const OffPolicyMonteCarloConfig = z.object({
  ...playing,
  initialValue: moving.initialValue,
  ...exploring,
  importance: z
    .enum(["weighted", "ordinary"])
    .default("weighted")
    .describe("what the sum of weighted returns is divided by: the weights, or their number"),
});
export type OffPolicyMonteCarloConfig = z.infer<typeof OffPolicyMonteCarloConfig>;

function rule(config: OffPolicyMonteCarloConfig, { states, actions }: Sizes): Rule {
  const Q = table(states, actions, config.initialValue);
  const returns = table(states, actions); // n
  const weights = table(states, actions); // Σ ρ
  const squares = table(states, actions); // Σ ρ²
  const weighted = config.importance === "weighted";
  return {
    episode(play) {
      const { epsilon, rng } = play;
      const chances: number[] = [];
      const {
        states,
        actions: taken,
        rewards,
        cutAt,
      } = playEpisode(play, (s) => {
        const a = epsilonGreedy(Q, s, epsilon, rng);
        chances.push(epsilonGreedyChances(Q, s, epsilon)[a]!);
        return a;
      });
      let G = cutAt === undefined ? 0 : highest(Q, cutAt);
      let rho = 1; // of what came after the action at t
      for (let t = taken.length - 1; t >= 0; t--) {
        const [s, a] = [states[t]!, taken[t]!];
        const i = s * actions + a;
        G = rewards[t]! + config.gamma * G;
        returns.values[i]!++;
        weights.values[i]! += rho;
        squares.values[i]! += rho * rho;
        if (weighted) Q.values[i]! += (rho / weights.values[i]!) * (G - Q.values[i]!);
        else Q.values[i]! += (rho * G - Q.values[i]!) / returns.values[i]!;
        rho = a === best(Q, s) ? rho / chances[t]! : 0;
        if (rho === 0 && weighted) return;
      }
    },
    policy: () => greedyPolicy(Q),
    metrics: () => ({ "train/effective_sample_size": effectiveSamples(weights.values, squares.values) }),
    ...storing({ Q, returns, weights, squares }),
  };
}

/** (Σ ρ)²/Σ ρ² of each state and action that has any, on average. */
function effectiveSamples(weights: Float64Array, squares: Float64Array): number {
  let [sum, count] = [0, 0];
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    sum += weight ** 2 / squares[i]!;
    count++;
  });
  return sum / Math.max(1, count);
}

export const offPolicyMonteCarlo = learner("off-policy-monte-carlo", OffPolicyMonteCarloConfig, rule);
