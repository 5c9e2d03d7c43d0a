export {
  type Attention,
  attention,
  causalMask,
  conv1d,
  type Dropout,
  dropoutPrefix,
  hiddenScore,
  mergeHeads,
  noDropout,
  splitHeads,
  trainingDropout,
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
