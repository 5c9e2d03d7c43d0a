import { PlauditError, type TypedArray } from "../../base/index.ts";
import type { Backend, Prepared, Program } from "../compile/index.ts";
import { evaluate } from "./evaluate.ts";

/** Runs graphs in plain TypeScript: slow, obvious, needs no native library. Values are double precision inside. */
export const interpreter: Backend = { name: "interpreter", prepare };

function prepare(program: Program): Prepared {
  const run = () => {
    const feeds = Object.fromEntries(Object.entries(program.inputs).map(([name, { data }]) => [name, data]));
    const values = evaluate([...program.outputs.values()], feeds);
    for (const [i, name] of [...program.outputs.keys()].entries()) store(program.results[name]!.data, values[i]!);
  };
  return {
    run,
    runAsync: async () => run(),
    over: (inputs, results) => prepare({ ...program, inputs, results }),
    dispose: () => {},
  };
}

function store(target: TypedArray, values: Float64Array): void {
  if (target instanceof BigInt64Array) for (let i = 0; i < values.length; i++) target[i] = BigInt(values[i]!);
  else if (target instanceof Uint16Array)
    throw new PlauditError("the interpreter stores no half-precision results", { code: "engine" });
  else target.set(values);
}
