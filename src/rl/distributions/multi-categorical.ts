import { add, concat, dims, reshape, slice, split, type Tensor } from "../../engine/graph/index.ts";
import { type Categorical, categorical } from "./categorical.ts";
import type { Distribution } from "./distribution.ts";

/** Several independent choices at once. */
export interface MultiCategorical extends Distribution {
  readonly parts: readonly Categorical[];
}

/**
 * A choice among nvec[i] actions for every i, independently: logits and `mask` [N, Σ nvec] side by side, actions
 * [N, d] int32. Log-probabilities, entropies and divergences add up (detail 37 of Huang et al. 2022).
 */
export function multiCategorical(logits: Tensor, nvec: readonly number[], mask?: Tensor): MultiCategorical {
  const { N } = dims(logits, "N A");
  const masks = mask && split(mask, nvec);
  const parts = split(logits, nvec).map((part, i) => categorical(part, masks?.[i]));
  const columns = (choices: readonly Tensor[]) =>
    concat(
      choices.map((choice) => reshape(choice, [N, 1])),
      1,
    ); // [N, d]
  const total = (terms: readonly Tensor[]) => terms.reduce((a, b) => add(a, b)); // [N]
  return {
    parts,
    noise: { kind: "gumbel", shape: logits.shape },
    sample(noise) {
      const noises = split(noise, nvec);
      return columns(parts.map((part, i) => part.sample(noises[i]!)));
    },
    mode: () => columns(parts.map((part) => part.mode())),
    logProb: (action) => total(parts.map((part, i) => part.logProb(reshape(slice(action, { 1: [i, i + 1] }), [N])))),
    entropy: () => total(parts.map((part) => part.entropy())),
    kl: (other) => total(parts.map((part, i) => part.kl(other.parts[i]!))),
  };
}
