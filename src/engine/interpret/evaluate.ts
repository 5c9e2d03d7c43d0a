import { nearest, sizeOf, UsageError } from "../../base/index.ts";
import { type OpName, show, type Tensor, topologicalOrder, userLine } from "../graph/index.ts";
import { decode, type Kernel, kernels, type Values } from "./kernels.ts";
import type { Value } from "./value.ts";

/** Numbers for the inputs of a graph, by name, row-major. 16-bit floats may come as numbers or as raw bits in a Uint16Array. */
export type Feeds = Readonly<Record<string, ArrayLike<number | bigint>>>;

/**
 * The numbers of some tensors, row-major, in double precision: what the graph means, whatever runs it otherwise.
 *
 * @throws UsageError `feed` when a feed is missing or has another length than its input, `index` when a gather,
 *   scatter or target is out of range.
 */
export function evaluate(outputs: readonly Tensor[], feeds: Feeds): Float64Array[] {
  const values = new Map<Tensor, Value>();
  for (const t of topologicalOrder(outputs)) {
    const inputs = isInput(t) ? [{ shape: t.shape, data: fed(t, feeds) }] : t.inputs.map((x) => values.get(x)!);
    const kernel = kernels[t.op] as Kernel<OpName>;
    values.set(t, { shape: t.shape, data: kernel(inputs as unknown as Values, t) });
  }
  return outputs.map((t) => values.get(t)!.data);
}

const isInput = (t: Tensor): t is Tensor<"input"> => t.op === "input";

function fed(t: Tensor<"input">, feeds: Feeds): Float64Array {
  const { name } = t.attributes;
  const data = feeds[name];
  const wanted = `input "${name}" wants ${sizeOf(t.shape)} numbers for ${show(t)}`;
  const where = userLine(t.site);
  if (data === undefined) {
    const meant = nearest(name, Object.keys(feeds));
    throw new UsageError(`${wanted}, got none`, {
      code: "feed",
      where,
      help: meant === undefined ? `add ${name} to the feeds` : `was ${meant} meant?`,
    });
  }
  if (data.length !== sizeOf(t.shape)) throw new UsageError(`${wanted}, got ${data.length}`, { code: "feed", where });
  return decode(data, t.dtype);
}
