import {
  add,
  clip,
  maximum,
  mean,
  mul,
  neg,
  square,
  sub,
  type Tensor,
  type TensorLike,
} from "../../engine/graph/index.ts";

/**
 * Whose value loss. `half`: ½ E[max((V − R)², (V_clip − R)²)] (OpenAI's baselines, CleanRL). `full`: E[(V_clip − R)²]
 * (stable-baselines3). V_clip is V where there is no clip range.
 */
export type ValueForm = "half" | "full";

export interface ValueInputs {
  /** V(s) as the network says now, [B]. */
  readonly values: Tensor;
  /** R, [B]. */
  readonly returns: Tensor;
  readonly form: ValueForm;
  /** How far a value may move from that of the rollout, [B]; no limit when absent. The range may be a scalar input. */
  readonly clip?: { readonly oldValues: Tensor; readonly range: TensorLike };
}

/** The critic's regression on its returns, a scalar. */
export function valueLoss({ values, returns, form, clip: limit }: ValueInputs): Tensor {
  const error = (v: Tensor) => square(sub(v, returns)); // [B]
  if (limit === undefined) return mul(mean(error(values)), form === "half" ? 0.5 : 1);
  const { oldValues, range } = limit;
  const low = typeof range === "number" ? -range : neg(range);
  const near = add(oldValues, clip(sub(values, oldValues), low, range)); // [B]
  return form === "half" ? mul(mean(maximum(error(values), error(near))), 0.5) : mean(error(near));
}
