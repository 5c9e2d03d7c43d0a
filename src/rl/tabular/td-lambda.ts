/**
 * TD(λ) (Sutton 1988; Sutton & Barto 2018, §12.2): every state keeps a trace of how recently it was visited, and each error
 * reaches all of them by it.
 *
 *     z(S) ← γλ z(S) + 1[S = Sₜ]        V(s) ← V(s) + α δₜ z(s) for all s
 *
 * λ = 0 is TD(0), λ = 1 Monte-Carlo. Traces accumulate. The rate of a step is that of the state it begins in.
 */
import { z } from "zod";
import { traceStep } from "../on-policy/eligibility.ts";
import { draw } from "./config.ts";
import { learner } from "./learning.ts";
import { givenPolicy, type Predicting, predictor } from "./prediction.ts";
import type { Rule, Sizes } from "./rule.ts";
import { table } from "./table.ts";
import { TdConfig } from "./td.ts";

export const TdLambdaConfig = z.object({
  ...TdConfig.shape,
  lam: z.number().min(0).max(1).default(0.8).describe("λ: how much of an error earlier states get"),
});
export type TdLambdaConfig = z.infer<typeof TdLambdaConfig>;

function rule(config: TdLambdaConfig, sizes: Sizes, world: Predicting): Rule {
  const { gamma, lam, learningRate, learningRatePower } = config;
  const policy = givenPolicy(world, sizes);
  const V = table(sizes.states, 1, config.initialValue);
  const visits = table(sizes.states, 1);
  return {
    episode({ start, step, rng }) {
      const traces = new Float64Array(sizes.states);
      let s = start();
      for (;;) {
        const { next, reward, terminated, truncated } = step(draw(policy[s]!, rng));
        const alpha = learningRate * (++visits.values[s]!) ** -learningRatePower;
        const seen = { state: s, reward, next: terminated ? undefined : next };
        traceStep(V.values, traces, { ...seen, alpha, gamma, lambda: lam, kind: "accumulating" });
        if (terminated || truncated) return;
        s = next;
      }
    },
    ...predictor(policy, { V, visits }, gamma),
  };
}

export const tdLambda = learner("td-lambda", TdLambdaConfig, rule);
