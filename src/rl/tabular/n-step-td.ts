/**
 * n-step TD prediction (Sutton & Barto 2018, §7.1): n rewards as they came, then the value of where they led.
 *
 *     G = R₁ + γ R₂ + … + γⁿ⁻¹ Rₙ + γⁿ V(Sₙ)        V(S₀) ← V(S₀) + α [G − V(S₀)]
 *
 * n = 1 is TD(0); n beyond the episode's end is Monte-Carlo with a constant step.
 */
import { z } from "zod";
import { draw, mover } from "./config.ts";
import { learner, type Rule, type Sizes } from "./learning.ts";
import { givenPolicy, type Predicting, predictor } from "./prediction.ts";
import { table } from "./table.ts";
import { TdConfig } from "./td.ts";

export const NStepTdConfig = z.object({
  ...TdConfig.shape,
  nSteps: z.int().positive().default(4).describe("n: rewards that are taken as they came"),
});
export type NStepTdConfig = z.infer<typeof NStepTdConfig>;

function rule(config: NStepTdConfig, sizes: Sizes, world: Predicting): Rule {
  const { gamma, nSteps: n } = config;
  const policy = givenPolicy(world, sizes);
  const V = table(sizes.states, 1, config.initialValue);
  const visits = table(sizes.states, 1);
  const move = mover(config, V, visits);
  return {
    episode({ start, step, rng }) {
      const states = [start()];
      const rewards: number[] = [];
      /** Moves the value of the state at time t, of which the rewards up to `end` are known. */
      const learn = (t: number, end: number, after: number) => {
        let G = after;
        for (let i = end - 1; i >= t; i--) G = rewards[i]! + gamma * G;
        move(states[t]!, 0, G);
      };
      for (let T = 1; ; T++) {
        const { next, reward, terminated, truncated } = step(draw(policy[states[T - 1]!]!, rng));
        rewards.push(reward);
        states.push(next);
        const after = () => (terminated ? 0 : V.values[next]!);
        if (!terminated && !truncated) {
          if (T >= n) learn(T - n, T, after());
          continue;
        }
        for (let t = Math.max(0, T - n); t < T; t++) learn(t, T, after());
        return;
      }
    },
    ...predictor(policy, { V, visits }, gamma),
  };
}

export const nStepTd = learner("n-step-td", NStepTdConfig, rule);
