export { type Bernoulli, bernoulli } from "./bernoulli.ts";
export { type Categorical, categorical } from "./categorical.ts";
export { type Distribution, drawNoise, type Noise } from "./distribution.ts";
export { type Gaussian, gaussian } from "./gaussian.ts";
export { type GsdeInputs, gsde } from "./gsde.ts";
export { type MultiCategorical, multiCategorical } from "./multi-categorical.ts";
export { type Squashed, squashed, squashedGaussian } from "./squashed.ts";
