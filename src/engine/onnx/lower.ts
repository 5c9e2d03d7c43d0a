import { type DType, sizeOf } from "../../base/index.ts";
import { broadcastShapes, type Shape, sameShape, type Tensor, topologicalOrder } from "../graph/index.ts";
import { type Emitter, emitter, encodeModel, type OnnxNode } from "./emitter.ts";
import { gemm, lowerings } from "./lowerings.ts";

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

export interface LowerOptions {
  /** Inputs that become initializers whose data is given when the session is made. */
  readonly external?: ReadonlySet<string>;
  /** Whether the session will have one thread; default false. */
  readonly oneThread?: boolean;
  /**
   * Parts of an input that lie in one piece, such as a parameter in the array of all weights, become inputs of their own:
   * whoever binds them to that piece of memory saves a copy. Default false.
   */
  readonly views?: boolean;
  /** A name for the first dimension of all inputs and outputs, which may then have any length: see `onnxModel`. */
  readonly rows?: string;
}

/** A piece of an input's memory, in a shape of its own. */
export interface View {
  readonly of: string;
  /** In elements. */
  readonly start: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface Lowered {
  readonly bytes: Uint8Array;
  /** In the order listed in the model. */
  readonly nodes: readonly OnnxNode[];
  /** Outputs (keys) that a kernel makes by adding to another value, also an output of the model; see `grounds`. */
  readonly grounds: ReadonlyMap<string, string>;
  /** The model's inputs that are pieces of the graph's. */
  readonly views: ReadonlyMap<string, View>;
}

/**
 * A graph as ONNX bytes.
 *
 * The order of execution is decided here: ONNX Runtime walks back depth-first from the leaves, the last listed leaf
 * first, so leaves are listed with the deepest first. The loss and the last layer's gradients then run first and
 * activations die early.
 */
export function lower(
  outputs: readonly NamedTensor[],
  { external = new Set(), oneThread = false, rows, views: wanted = false }: LowerOptions = {},
): Lowered {
  const order = topologicalOrder(outputs.map((o) => o.tensor));
  const e = emitter({ oneThread, rows });
  const fused = fusions(order, outputs);
  const pieces = new Map<Tensor, View>();
  for (const t of order) {
    if (fused.parts.has(t)) continue;
    e.begin(t);
    const piece = wanted ? pieceOf(t, pieces, external) : undefined;
    if (piece !== undefined) {
      pieces.set(t, piece);
      e.setName(t, viewName(piece));
      continue;
    }
    const product = fused.products.get(t);
    const square = fused.squares.get(t);
    if (square !== undefined) {
      const axes = e.integers((t as Tensor<"sum">).attributes.axes);
      e.setName(t, e.emit("ReduceSumSquare", [e.name(square), axes], { attributes: { keepdims: 1 } })[0]!);
    } else if (product !== undefined) {
      const addend = t.inputs.find((x) => x !== product)!;
      e.setName(t, gemm(e, product, [...product.inputs.map(e.name), e.name(skipBroadcast(addend))]));
    } else {
      const lowering = lowerings[t.op] as (e: Emitter, y: Tensor, inputs: readonly string[]) => string;
      e.setName(t, lowering(e, t, t.inputs.map(e.name)));
    }
  }
  nameOutputs(e, outputs);
  const nodes = leavesLast(needed(e.nodes, outputs));
  e.nodes.splice(0, e.nodes.length, ...nodes);
  const read = new Set(nodes.flatMap((n) => n.inputs));
  const views = new Map(
    [...pieces.values()].map((piece) => [viewName(piece), piece] as const).filter(([name]) => read.has(name)),
  );
  const inputs = order
    .filter((t): t is Tensor<"input"> => t.op === "input")
    .map(({ attributes: { name, shape, dtype } }) => ({ name, shape, dtype }));
  const specs = outputs.map(({ name, tensor: { shape, dtype } }) => ({ name, shape, dtype }));
  const found = grounds(
    nodes,
    specs.map(({ name }) => name),
  );
  const more = specs.flatMap(({ name, ...spec }) => (found.has(name) ? [{ name: found.get(name)!, ...spec }] : []));
  const bytes = encodeModel(
    e,
    [
      ...inputs.filter(({ name }) => !external.has(name)),
      ...[...views].map(([name, { shape, dtype }]) => ({ name, shape, dtype })),
    ],
    [...specs, ...more],
    inputs.filter(({ name }) => external.has(name)),
  );
  return { bytes, nodes, grounds: found, views };
}

const viewName = ({ of, start, shape }: View): string => `${of}@${start}[${shape}]`;

/** The piece of an input's memory that a slice, or a reshape of one, is. */
function pieceOf(t: Tensor, pieces: ReadonlyMap<Tensor, View>, external: ReadonlySet<string>): View | undefined {
  const [x] = t.inputs;
  const { shape, dtype } = t;
  if (t.op === "reshape") {
    const piece = pieces.get(x!);
    return piece && { ...piece, shape };
  }
  if (t.op !== "slice" || x!.op !== "input") return undefined;
  const { name } = (x as Tensor<"input">).attributes;
  const inOnePiece = shape.every((n, axis) => axis === 0 || n === x!.shape[axis]);
  if (!inOnePiece || external.has(name)) return undefined;
  const [first = 0] = (t as Tensor<"slice">).attributes.starts;
  return { of: name, start: first * sizeOf(shape.slice(1)), shape, dtype };
}

/**
 * Two ops that one kernel computes: a 2-D product that nobody else reads and a tensor that Gemm can add to it (bias, or
 * an accumulated gradient), and a sum of squares, which so reads its operand once and writes nothing big.
 */
function fusions(order: readonly Tensor[], outputs: readonly NamedTensor[]) {
  const uses = new Map<Tensor, number>();
  const count = (t: Tensor) => uses.set(t, (uses.get(t) ?? 0) + 1);
  for (const t of order) t.inputs.forEach(count);
  for (const { tensor } of outputs) count(tensor);
  const isProduct = (x: Tensor, other: Tensor): x is Tensor<"matmul"> =>
    x.op === "matmul" &&
    x.shape.length === 2 &&
    x !== other &&
    uses.get(x) === 1 &&
    sameShape(broadcastShapes(x.shape, other.shape) ?? [], x.shape);
  /** Ops that need no node of their own. */
  const parts = new Set<Tensor>();
  /** Sum → the product in it. */
  const products = new Map<Tensor, Tensor<"matmul">>();
  /** Sum → the tensor that is squared. */
  const squares = new Map<Tensor, Tensor>();
  for (const t of order) {
    const [a, b] = t.inputs as readonly [Tensor, Tensor];
    if (t.op === "add") {
      const product = isProduct(a, b) ? a : isProduct(b, a) ? b : undefined;
      if (product === undefined) continue;
      parts.add(product);
      products.set(t, product);
    } else if (
      t.op === "sum" &&
      t.dtype === "float32" &&
      a.op === "mul" &&
      a.inputs[0] === a.inputs[1] &&
      uses.get(a) === 1
    ) {
      parts.add(a);
      squares.set(t, a.inputs[0]!);
    }
  }
  return { parts, products, squares };
}

const skipBroadcast = (t: Tensor): Tensor => (t.op === "broadcastTo" ? t.inputs[0]! : t);

/** Renames values to the outputs' names; an input, a constant or a value asked for twice gets an Identity. */
function nameOutputs(e: Emitter, outputs: readonly NamedTensor[]): void {
  const renamed = new Map<string, string>();
  for (const { name, tensor } of outputs) {
    const value = e.name(tensor);
    const producer = e.nodes.find((n) => n.outputs.includes(value));
    if (producer === undefined || renamed.has(value)) {
      e.begin(tensor);
      const [copy] = e.emit("Identity", [renamed.get(value) ?? value]);
      e.nodes.at(-1)!.outputs[e.nodes.at(-1)!.outputs.indexOf(copy!)] = name;
    } else {
      renamed.set(value, name);
      producer.outputs[producer.outputs.indexOf(value)] = name;
    }
  }
  for (const [i, n] of e.nodes.entries()) {
    if (n.inputs.some((x) => renamed.has(x))) e.nodes[i] = { ...n, inputs: n.inputs.map((x) => renamed.get(x) ?? x) };
  }
}

/** Without what nobody reads, such as copies that the reader's own broadcasting made needless: the runtime would run it. */
function needed(nodes: readonly OnnxNode[], outputs: readonly NamedTensor[]): OnnxNode[] {
  const wanted = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((n) => {
    if (!n.outputs.some((x) => wanted.has(x))) return false;
    for (const x of n.inputs) wanted.add(x);
    return true;
  });
  return kept.reverse();
}

/**
 * Outputs whose kernel adds a few numbers to a whole other value that nobody else reads, as the rows of an embedding's
 * gradient are added to that of a tied head. When both are bound to one memory the kernel copies nothing.
 */
function grounds(nodes: readonly OnnxNode[], outputs: readonly string[]): Map<string, string> {
  const reads = nodes.flatMap((n) => n.inputs);
  const made = new Set(nodes.flatMap((n) => n.outputs));
  const found = new Map<string, string>();
  for (const n of nodes) {
    const [ground] = n.inputs;
    const [output] = n.outputs;
    if (!n.opType.startsWith("Scatter") || !outputs.includes(output!) || outputs.includes(ground!)) continue;
    if (made.has(ground!) && reads.filter((x) => x === ground).length === 1) found.set(output!, ground!);
  }
  return found;
}

/**
 * Depth counts in products: what is made of a network's outputs, however many ops that takes, comes before the gradient
 * of any layer, and so logits may be overwritten on the way back.
 */
const lengthOf = (n: OnnxNode): number => (/Gemm|MatMul/.test(n.opType) ? 1000 : 1);

function leavesLast(nodes: readonly OnnxNode[]): OnnxNode[] {
  const consumed = new Set(nodes.flatMap((n) => n.inputs));
  const depth = new Map<string, number>();
  const depths = new Map<OnnxNode, number>();
  for (const n of nodes) {
    const d = lengthOf(n) + Math.max(0, ...n.inputs.map((x) => depth.get(x) ?? 0));
    depths.set(n, d);
    for (const output of n.outputs) depth.set(output, d);
  }
  const isLeaf = (n: OnnxNode) => !n.outputs.some((output) => consumed.has(output));
  const leaves = nodes.filter(isLeaf).toSorted((a, b) => depths.get(b)! - depths.get(a)!);
  return [...nodes.filter((n) => !isLeaf(n)), ...leaves];
}
