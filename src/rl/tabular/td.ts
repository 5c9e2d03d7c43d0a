/**
 * TD(0) (Sutton 1988; Sutton & Barto 2018, §6.1): the value of a policy, learnt from each step as it comes. The error of one
 * step is δ = R + γ V(S′) − V(S):
 *
 *     V(S) ← V(S) + α δ
 *
 * Run it: plaudit rl td --env RandomWalk-v0     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import { draw, mover, moving, playing } from "./config.ts";
import { learner, type Rule, type Sizes } from "./learning.ts";
import { givenPolicy, type Predicting, predictor } from "./prediction.ts";
import { table } from "./table.ts";

export const TdConfig = z.object({
  ...playing,
  ...moving,
  learningRate: moving.learningRate.default(0.1),
});
export type TdConfig = z.infer<typeof TdConfig>;

function rule(config: TdConfig, sizes: Sizes, world: Predicting): Rule {
  const policy = givenPolicy(world, sizes);
  const V = table(sizes.states, 1, config.initialValue);
  const visits = table(sizes.states, 1);
  const move = mover(config, V, visits);
  return {
    episode({ start, step, rng }) {
      let s = start();
      for (;;) {
        const { next, reward, terminated, truncated } = step(draw(policy[s]!, rng));
        move(s, 0, terminated ? reward : reward + config.gamma * V.values[next]!);
        if (terminated || truncated) return;
        s = next;
      }
    },
    ...predictor(policy, { V, visits }, config.gamma),
  };
}

export const td = learner("td", TdConfig, rule);
