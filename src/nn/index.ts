export type { Initial } from "./initial.ts";
export {
  type Attention,
  attention,
  causalMask,
  conv1d,
  type Dropout,
  dropoutPrefix,
  dropoutWithBorders,
  hiddenScore,
  mergeHeads,
  noDropout,
  splitHeads,
  trainingDropout,
  withoutDropout,
} from "./layers.ts";
export {
  allocateWeights,
  decays,
  initialWeights,
  type ParameterSpec,
  type Params,
  type Placed,
  setWeights,
  viewWeights,
  type Weights,
} from "./parameters.ts";
