import { mean, sum } from "../../stats/index.ts";
import { preferenceError } from "./preference.ts";

export interface FitInputs {
  /** μ(left) of each pair. */
  readonly preferred: readonly number[];
  /** Σ r̂ of the left clip less that of the right one. */
  readonly gaps: readonly number[];
  /** How often the member has the pair in its sample; 0: it holds it out. */
  readonly times: readonly number[];
  readonly noise: number;
}

export interface FitQuality {
  /** Nats a pair of its sample. */
  readonly trainLoss: number;
  /** Nats a pair that it holds out; NaN without any. */
  readonly validationLoss: number;
  /** Held-out pairs, ties aside, and those of them whose better clip has the larger sum. */
  readonly judged: number;
  readonly right: number;
}

/** How well one member knows the answers. */
export function fitQuality({ preferred, gaps, times, noise }: FitInputs): FitQuality {
  const errors = preferred.map((mu, i) => preferenceError(gaps[i]!, mu, noise));
  const heldOut = preferred.map((_, i) => i).filter((i) => times[i] === 0);
  const judged = heldOut.filter((i) => preferred[i] !== 0.5);
  return {
    trainLoss: sum(errors.map((error, i) => times[i]! * error)) / sum(times),
    validationLoss: mean(heldOut.map((i) => errors[i]!)),
    judged: judged.length,
    right: judged.filter((i) => gaps[i]! > 0 === preferred[i]! > 0.5).length,
  };
}
