import { add, type Tensor } from "../../engine/graph/index.ts";
import { tdLoss } from "../losses/td.ts";

/** Σ_i E[(y − Q_i(s, a))²] over critics that learn the same targets, all [B]; and the first one's differences [B]. */
export function criticLoss(
  values: readonly Tensor[],
  targets: Tensor,
): { readonly loss: Tensor; readonly errors: Tensor } {
  const each = values.map((q) => tdLoss({ values: q, targets, form: "mse" }));
  return { loss: each.map(({ loss }) => loss).reduce((a, b) => add(a, b)), errors: each[0]!.differences };
}
