/**
 * Monte-Carlo prediction (Sutton & Barto 2018, §5.1): the value of a state is the mean of the returns that followed it. From
 * its first visit in an episode (unbiased), or from each one (biased, consistent, more samples).
 *
 * An episode that was cut goes on with the value of where it was cut.
 */
import { z } from "zod";
import { draw, mover, moving, playing } from "./config.ts";
import { firstVisits, playEpisode } from "./episode.ts";
import { learner, type Rule, type Sizes } from "./learning.ts";
import { givenPolicy, type Predicting, predictor } from "./prediction.ts";
import { table } from "./table.ts";

export const visits = z
  .enum(["first", "every"])
  .default("first")
  .describe("returns that count: from the first visit of an episode, or from each");

export const MonteCarloPredictionConfig = z.object({
  ...playing,
  ...moving,
  learningRate: moving.learningRate.default(1),
  learningRatePower: moving.learningRatePower.default(1).describe("ω of α/n^ω; 1 with α = 1 is the mean"),
  visits,
});
export type MonteCarloPredictionConfig = z.infer<typeof MonteCarloPredictionConfig>;

function rule(config: MonteCarloPredictionConfig, sizes: Sizes, world: Predicting): Rule {
  const policy = givenPolicy(world, sizes);
  const V = table(sizes.states, 1, config.initialValue);
  const counts = table(sizes.states, 1);
  const move = mover(config, V, counts);
  return {
    episode(play) {
      const { states, rewards, cutAt } = playEpisode(play, (s) => draw(policy[s]!, play.rng));
      const counted = config.visits === "first" ? firstVisits(states) : undefined;
      let G = cutAt === undefined ? 0 : V.values[cutAt]!;
      for (let t = states.length - 1; t >= 0; t--) {
        G = rewards[t]! + config.gamma * G;
        if (counted?.[t] ?? true) move(states[t]!, 0, G);
      }
    },
    ...predictor(policy, { V, visits: counts }, config.gamma),
  };
}

export const monteCarloPrediction = learner("monte-carlo-prediction", MonteCarloPredictionConfig, rule);
