import { allocate, sizeOf, type TypedArray } from "../../base/index.ts";
import type { Backend, BoundArray, Prepared, Program } from "../compile/index.ts";
import { lower, mayShareMemory, type View } from "../onnx/index.ts";
import type { Device } from "./device.ts";
import { explained } from "./explain.ts";
import { createSession } from "./session.ts";

/** Output names in the model; the prefix keeps them apart from inputs of the same name. */
const resultName = (name: string) => `>${name}`;

export interface OnnxRuntimeOptions {
  /** Default `cpu`. */
  readonly device?: Device | undefined;
  /** 1: the thread that runs a graph does all of it, so that several graphs can run side by side. Default: all threads. */
  readonly threads?: 1 | undefined;
  /**
   * The memory between its nodes is the graph's own, and it keeps that of its largest run. Threads that run small graphs wait
   * for each other at the common one, whose lock they take for every node. Default false.
   */
  readonly ownMemory?: boolean | undefined;
}

/** Runs graphs by ONNX Runtime. */
export const onnxRuntime = ({ device = "cpu", threads, ownMemory }: OnnxRuntimeOptions = {}): Backend => ({
  name: `onnxruntime-${device}`,
  prepare: (program) => prepare(program, { device, threads, ownMemory }),
});

function prepare(program: Program, { device, threads, ownMemory }: OnnxRuntimeOptions): Prepared {
  const outputs = [...program.outputs].map(([name, tensor]) => ({ name: resultName(name), tensor }));
  const { bytes, nodes, grounds, views } = lower(outputs, {
    external: program.frozen,
    oneThread: threads === 1,
    views: device === "cpu", // elsewhere one array is brought there faster than its pieces
  });
  const load = () =>
    createSession(bytes, {
      device: device ?? "cpu",
      threads,
      ownMemory,
      // Level 0: the nodes that run are the nodes that we ordered and proved to be safe in place, nothing is fused or merged.
      graphOptimizationLevel: 0,
      externalInitializers: new Map([...program.frozen].map((name) => [name, program.inputs[name]!])),
    });
  const explain = (error: unknown): never => {
    throw explained(error, nodes);
  };
  const session = attempt(load, explain);

  const mayBeWrittenOver = (output: string, input: string) =>
    mayShareMemory(
      nodes,
      output,
      input,
      [...views].flatMap(([name, { of }]) => (of === input ? [name] : [])),
    );
  const updates = [...program.updates].map(([name, target]) => ({
    name,
    inPlace: program.inPlace && mayBeWrittenOver(resultName(name), target),
  }));
  const beside = new Set(updates.filter(({ inPlace }) => !inPlace).map(({ name }) => name));
  /** Values that may be made where the output stands that is made of them. */
  const together = [...grounds].filter(([output]) => {
    const target = [...program.updates].find(([name]) => resultName(name) === output)?.[1];
    return program.inPlace && (target === undefined || mayBeWrittenOver(grounds.get(output)!, target));
  });
  let users = 0;

  /** Ties the session to memory. Updates that may not be computed in place are computed beside and copied. */
  const over = (inputs: Program["inputs"], results: Program["results"]): Prepared => {
    const outputs: Record<string, BoundArray> = {};
    const copies: { from: TypedArray; to: TypedArray }[] = [];
    for (const [name, result] of Object.entries(results)) {
      const data = beside.has(name) ? allocate(result.dtype, result.data.length) : result.data;
      outputs[resultName(name)] = { ...result, data };
      if (data !== result.data) copies.push({ from: data, to: result.data });
    }
    for (const [output, ground] of together) outputs[ground] = outputs[output]!;
    const fed = Object.entries(inputs).filter(([name]) => !program.frozen.has(name));
    const pieces = [...views].map(([name, view]) => [name, pieceOf(inputs[view.of]!, view)] as const);
    const binding = session.bind(Object.fromEntries([...fed, ...pieces]), outputs);
    users++;
    const copyBack = () => {
      for (const { from, to } of copies) (to as Float32Array).set(from as Float32Array);
    };
    let disposed = false;
    return {
      run() {
        attempt(() => binding.run(), explain);
        copyBack();
      },
      async runAsync() {
        await binding.runAsync().catch(explain);
        copyBack();
      },
      over,
      dispose() {
        if (disposed) return;
        disposed = true;
        binding.dispose();
        if (--users === 0) session.dispose();
      },
    };
  };
  return over(program.inputs, program.results);
}

/** The very memory, seen as the view says. */
const pieceOf = ({ data }: BoundArray, { start, shape, dtype }: View): BoundArray => ({
  ...{ shape, dtype },
  data: data.subarray(start, start + sizeOf(shape)),
});

function attempt<T>(f: () => T, explain: (error: unknown) => never): T {
  try {
    return f();
  } catch (error) {
    return explain(error);
  }
}
