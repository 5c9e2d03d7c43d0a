import { z } from "zod";
import { stream } from "../../base/index.ts";
import { mul, square, sub, sum } from "../../engine/index.ts";
import { type Fused, fused, type Optimized } from "../fused.ts";
import { pickRows } from "../minibatch.ts";
import type { Policy } from "../policy.ts";

export const criticSettings = {
  nCriticUpdates: z.int().nonnegative().default(10).describe("passes of the critic over each batch"),
  batchSize: z.int().positive().default(128).describe("rows per update of the critic"),
};
const CriticSettings = z.object(criticSettings);

export interface Critic {
  /**
   * Passes over observations [R, d] and the returns that are to be predicted, [R], in shuffled batches.
   *
   * @returns the mean squared error over all updates, undefined where there are none
   */
  learn(observations: Float32Array, returns: Float64Array, learningRate: number, iteration: number): number | undefined;
  dispose(): void;
}

export interface CriticInputs extends z.infer<typeof CriticSettings> {
  readonly policy: Policy;
  readonly state: Optimized;
  readonly seed: number;
}

/**
 * A critic with updates of its own, apart from the policy's: regression on returns (stable-baselines3's contrib, TRPO). The
 * policy's part of the weights has gradient 0 here, and an optimizer that knows nothing else of it leaves it as it is.
 */
export function critic({ policy, state, seed, nCriticUpdates, batchSize }: CriticInputs): Critic {
  const { network, observation } = policy;
  const shapes = { observations: [batchSize, observation.width], returns: [batchSize], weights: [batchSize] };
  let update: Fused<typeof shapes, "loss"> | undefined;
  /** A batch that is not full is filled up with rows of weight 0. */
  const compiled = () =>
    fused(state, shapes, (params, x) => ({
      loss: sum(mul(square(sub(network.value(params, x.observations), x.returns)), x.weights)),
    }));
  return {
    learn(observations, returns, learningRate, iteration) {
      if (nCriticUpdates === 0) return undefined;
      update ??= compiled();
      const { inputs, outputs } = update;
      const rows = returns.length;
      let [total, updates] = [0, 0];
      for (let pass = 0; pass < nCriticUpdates; pass++) {
        const order = stream(seed, "order", iteration, pass).permutation(rows);
        for (let start = 0; start < rows; start += batchSize) {
          const batch = order.subarray(start, start + batchSize);
          const { length } = batch;
          pickRows(batch, observations, inputs.observations.subarray(0, length * observation.width));
          pickRows(batch, returns, inputs.returns.subarray(0, length));
          inputs.weights.fill(1 / length, 0, length).fill(0, length);
          update.run(learningRate);
          total += outputs.loss[0]!;
          updates++;
        }
      }
      return total / updates;
    },
    dispose: () => update?.dispose(),
  };
}
