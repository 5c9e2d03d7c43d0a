export {
  atomsOf,
  categoricalValues,
  distributionalErrors,
  expectedValues,
  type ProjectionInputs,
  projected,
  type Support,
} from "./categorical-value.ts";
export {
  deterministicActorLoss,
  leastValues,
  type SmoothingInputs,
  type SoftInputs,
  smoothedAction,
  softActionValues,
  softActorLoss,
  type TemperatureInputs,
  temperatureLoss,
} from "./continuous.ts";
export { type NafInputs, nafAdvantage } from "./naf.ts";
export {
  type ActorCriticTerms,
  actorCriticLoss,
  type PolicyGradientInputs,
  policyGradientLoss,
  type SurrogateInputs,
  surrogateLoss,
} from "./policy-gradient.ts";
export {
  adaptedKlCoef,
  type ClipInputs,
  type ClipOutputs,
  normalizeAdvantages,
  type PenaltyInputs,
  ppoClipLoss,
  ppoPenaltyLoss,
} from "./ppo.ts";
export { type QuantileInputs, quantileErrors } from "./quantile.ts";
export { softLogPolicy, softValue } from "./soft.ts";
export {
  batchMean,
  chosenValues,
  doubleValues,
  dueling,
  greedyValues,
  huber,
  type TdForm,
  type TdInputs,
  tdLoss,
  tdTarget,
} from "./td.ts";
export { type ValueForm, type ValueInputs, valueLoss } from "./value.ts";
