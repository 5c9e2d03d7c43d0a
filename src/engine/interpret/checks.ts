import { UsageError } from "../../base/index.ts";
import { show, type Tensor, userLine } from "../graph/index.ts";

/** A mistake in the numbers that a node met: names the op, its shape and the user's line that made it. */
export const valueError = (t: Tensor, code: string, message: string, help?: string): UsageError =>
  new UsageError(`${t.op} ${show(t)}: ${message}`, { code, help, where: userLine(t.site) });

/** The index itself when it is one of 0 … size − 1. */
export function checkedIndex(index: number, size: number, t: Tensor): number {
  if (Number.isInteger(index) && 0 <= index && index < size) return index;
  throw valueError(t, "index", `index ${index} is outside 0 … ${size - 1} (size ${size})`);
}
