/**
 * What gradients of this global L2 norm are multiplied by so that it does not exceed `maxNorm`: min(1, maxNorm / (norm +
 * 10⁻⁶)), as torch.nn.utils.clip_grad_norm_.
 */
export const clipCoefficient = (norm: number, maxNorm: number): number => Math.min(1, maxNorm / (norm + 1e-6));
