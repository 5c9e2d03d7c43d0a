import type { OnnxNode } from "./emitter.ts";

/** Ops whose kernel reads element i of an operand no later than it writes element i of the result. */
const elementwise = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Where"],
  ...["Neg", "Abs", "Sign", "Exp", "Log", "Sqrt", "Tanh", "Sigmoid", "Relu", "Erf", "Sin", "Cos", "Softplus", "Not"],
]);

/** Whether the kernel may write its result over operand `i` while it reads it. */
const mayOverwrite = (n: OnnxNode, i: number): boolean =>
  elementwise.has(n.opType) || (n.opType === "Gemm" && i === 2) || (n.opType === "ScatterElements" && i === 0);

/**
 * Whether `output` may be written into the memory of the graph input `input` of equal shape: when every node that reads
 * the input is either finished before the output is written, because the output depends on it, or is the output's own
 * node reading it element by element. Listing order proves nothing: the runtime chooses its own.
 */
export function mayShareMemory(nodes: readonly OnnxNode[], output: string, input: string): boolean {
  const producer = nodes.find((n) => n.outputs.includes(output));
  if (producer === undefined) return false;
  const ancestors = ancestorsOf(nodes, producer);
  return nodes
    .filter((n) => n.inputs.includes(input))
    .every((n) => (n === producer ? n.inputs.every((x, i) => x !== input || mayOverwrite(n, i)) : ancestors.has(n)));
}

function ancestorsOf(nodes: readonly OnnxNode[], node: OnnxNode): Set<OnnxNode> {
  const producers = new Map(nodes.flatMap((n) => n.outputs.map((x) => [x, n] as const)));
  const found = new Set<OnnxNode>();
  const open = [node];
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    for (const x of n.inputs) {
      const p = producers.get(x);
      if (p !== undefined && !found.has(p)) {
        found.add(p);
        open.push(p);
      }
    }
  }
  return found;
}
