import { allocate, type TypedArray } from "../../base/index.ts";
import type { Backend, BoundArray, Prepared, Program } from "../compile/index.ts";
import { lower, mayShareMemory } from "../onnx/index.ts";
import type { Device } from "./device.ts";
import { createSession } from "./session.ts";

/** Output names in the model; the prefix keeps them apart from inputs of the same name. */
const resultName = (name: string) => `>${name}`;

/** Runs graphs by ONNX Runtime. */
export const onnxRuntime = (device: Device = "cpu"): Backend => ({
  name: `onnxruntime-${device}`,
  prepare: (program) => prepare(program, device),
});

function prepare(program: Program, device: Device): Prepared {
  const outputs = [...program.outputs].map(([name, tensor]) => ({ name: resultName(name), tensor }));
  const { bytes, nodes } = lower(outputs, program.frozen);
  const session = createSession(bytes, {
    device,
    // Level 0: the nodes that run are the nodes that we ordered and proved to be safe in place, nothing is fused or merged.
    graphOptimizationLevel: 0,
    externalInitializers: new Map([...program.frozen].map((name) => [name, program.inputs[name]!])),
  });

  const bound: Record<string, BoundArray> = {};
  const copies: { from: TypedArray; to: TypedArray }[] = [];
  for (const name of program.outputs.keys()) {
    const result = program.results[name]!;
    const target = program.updates.get(name);
    const shared = target !== undefined && program.inPlace && mayShareMemory(nodes, resultName(name), target);
    if (target === undefined || shared) bound[resultName(name)] = result;
    else {
      const beside = { ...result, data: allocate(result.dtype, result.data.length) };
      bound[resultName(name)] = beside;
      copies.push({ from: beside.data, to: result.data });
    }
  }
  const inputs = Object.fromEntries(Object.entries(program.inputs).filter(([name]) => !program.frozen.has(name)));
  const binding = session.bind(inputs, bound);
  const copyBack = () => {
    for (const { from, to } of copies) (to as Float32Array).set(from as Float32Array);
  };
  return {
    run() {
      binding.run();
      copyBack();
    },
    async runAsync() {
      await binding.runAsync();
      copyBack();
    },
    dispose() {
      binding.dispose();
      session.dispose();
    },
  };
}
