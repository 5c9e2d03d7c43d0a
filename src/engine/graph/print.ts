import type { Ops } from "./ops.ts";
import { show, type Tensor, topologicalOrder } from "./tensor.ts";

/** One line per node, in an order in which they could run: `%3 = matmul(%1, %2) float32[4, 8]`. */
export function printGraph(outputs: readonly Tensor[]): string {
  const order = topologicalOrder(outputs);
  const names = new Map(order.map((t, i) => [t, t.op === "input" ? (t.attributes as Ops["input"]).name : `%${i}`]));
  return order
    .filter((t) => t.op !== "input")
    .map((t) => `${names.get(t)} = ${t.op}(${t.inputs.map((x) => names.get(x)).join(", ")}) ${show(t)}`)
    .join("\n");
}
