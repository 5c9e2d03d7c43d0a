/**
 * How strongly weights are held small: so much that the validation loss stays within 1.1 and 1.5 times the training loss
 * (Christiano et al. 2017, appendix A.1). Bounded, which the paper does not say: few labels never come within 1.5.
 */
const [least, most] = [1.1, 1.5];
const factor = 1.5;
const [weakest, strongest] = [1e-6, 1e-3];

/** The coefficient of ½‖W‖² for the next fit. */
export function adaptedDecay(decay: number, trainLoss: number, validationLoss: number): number {
  if (!(trainLoss > 0) || !Number.isFinite(validationLoss)) return decay;
  const ratio = validationLoss / trainLoss;
  if (ratio > most) return Math.min(strongest, decay * factor);
  if (ratio < least) return Math.max(weakest, decay / factor);
  return decay;
}
