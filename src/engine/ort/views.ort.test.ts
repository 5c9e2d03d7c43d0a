import { describe, expect, it } from "vitest";
import { compileOn } from "../compile/index.ts";
import { gradients } from "../grad/index.ts";
import { concat, exp, matmul, mul, reshape, slice, sub, sum, type Tensor, tanh } from "../graph/index.ts";
import { interpreter } from "../interpret/index.ts";
import { onnxRuntime } from "./backend.ts";

const specs = { flat: [10], x: [5, 2] } as const;
const partsOf = (flat: Tensor) => [reshape(slice(flat, { 0: [0, 6] }), [2, 3]), slice(flat, { 0: [6, 10] })] as const;

/** What three runs leave in `flat` and in the outputs. */
function left(backend: typeof interpreter, fn: (x: { flat: Tensor; x: Tensor }) => Record<string, Tensor>) {
  using graph = compileOn(backend, fn, specs, { update: { next: "flat" } });
  for (let i = 0; i < 10; i++) [graph.inputs.flat[i], graph.inputs.x[i]] = [Math.sin(i), Math.cos(i)];
  for (let run = 0; run < 3; run++) graph.run();
  return [graph.inputs.flat, ...Object.values(graph.outputs)].flatMap((a) => [...(a as Float32Array)]);
}

describe("pieces of an array that is updated in place", () => {
  const cases: Readonly<Record<string, Parameters<typeof left>[1]>> = {
    "are read before it is written": ({ flat, x }) => {
      const [w, b] = partsOf(flat);
      const loss = sum(mul(tanh(matmul(x, w)), sum(exp(b))));
      return { loss, next: sub(flat, mul(gradients(loss, [flat])[0]!, 0.01)) };
    },
    "keep what they were for a reader that does not come before": ({ flat, x }) => {
      const [w, b] = partsOf(flat);
      return { next: mul(flat, 0.5), product: matmul(x, w), again: concat([b, b], 0) };
    },
  };
  it.each(Object.entries(cases))("%s", (_, fn) => {
    expect(left(onnxRuntime({ threads: 1 }), fn)).toBeCloseToAll(left(interpreter, fn), 1e-6);
  });
});
