import type { OnnxNode } from "./emitter.ts";

/** Ops whose kernel reads element i of an operand no later than it writes element i of the result. */
const elementwise = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Where"],
  ...["Neg", "Abs", "Sign", "Exp", "Log", "Sqrt", "Tanh", "Sigmoid", "Relu", "Erf", "Sin", "Cos", "Softplus", "Not"],
]);

/** Operands that a kernel may write its results over: [operand, result]. */
const overwritable: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  Gemm: [[2, 0]],
  ScatterElements: [[0, 0]],
  ScatterND: [[0, 0]],
  // Caches of keys and values: the kernel only adds the new tokens when past and present are the same memory.
  GroupQueryAttention: [
    [3, 1],
    [4, 2],
  ],
};

/** Whether the kernel may write result `o` over operand `i` while it reads it. */
const mayOverwrite = (n: OnnxNode, i: number, o: number): boolean =>
  elementwise.has(n.opType) || (overwritable[n.opType] ?? []).some(([from, to]) => from === i && to === o);

/**
 * Whether `output` may be written into the memory of the graph input `input` of equal shape: when every node that reads
 * the input is either finished before the output is written, because the output depends on it, or is the output's own
 * node, whose kernel allows it. Listing order proves nothing: the runtime chooses its own. Pieces of the input that are
 * inputs too (`views`) lie elsewhere in it than where a kernel writes: they must have been read before.
 */
export function mayShareMemory(
  nodes: readonly OnnxNode[],
  output: string,
  input: string,
  views: readonly string[] = [],
): boolean {
  const producer = nodes.find((n) => n.outputs.includes(output));
  if (producer === undefined) return false;
  const ancestors = ancestorsOf(nodes, producer);
  const o = producer.outputs.indexOf(output);
  if (nodes.some((n) => n.inputs.some((x) => views.includes(x)) && !ancestors.has(n))) return false;
  return nodes
    .filter((n) => n.inputs.includes(input))
    .every((n) => (n === producer ? n.inputs.every((x, i) => x !== input || mayOverwrite(n, i, o)) : ancestors.has(n)));
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
