import { type CompileOptions, compileOn, type Executable, type Specs } from "./compile/index.ts";
import type { Spec, Tensor } from "./graph/index.ts";
import { type OnnxRuntimeOptions, onnxRuntime } from "./ort/index.ts";

export type { Backend, CompileOptions, Executable, Specs } from "./compile/index.ts";
export { compileOn } from "./compile/index.ts";
export { type GradientOptions, gradients } from "./grad/index.ts";
export * from "./graph/index.ts";
export { evaluate, interpreter } from "./interpret/index.ts";
export { freeLane, inLane, lanesFor, sideBySide } from "./lanes.ts";
export { onnxModel } from "./onnx/index.ts";
export {
  availableDevices,
  configureThreads,
  type Device,
  type OnnxRuntimeOptions,
  onnxRuntime,
  threads,
} from "./ort/index.ts";

/** Compiles for ONNX Runtime; see `compileOn`. */
export function compile<const S extends Specs, O extends string>(
  fn: (inputs: { readonly [N in keyof S]: Tensor }) => Readonly<Record<O, Tensor>>,
  specs: S,
  { device, threads, ownMemory, ...options }: CompileOptions<S, O> & OnnxRuntimeOptions = {},
): Executable<S, O> {
  return compileOn(onnxRuntime({ device, threads, ownMemory }), fn, specs, options as CompileOptions<S, O>);
}

/** Shorthands for `compile`'s inputs. */
export const ints = (...shape: number[]): Spec<"int32"> => ({ shape, dtype: "int32" });
export const floats = (...shape: number[]): Spec<"float32"> => ({ shape, dtype: "float32" });
export const bools = (...shape: number[]): Spec<"bool"> => ({ shape, dtype: "bool" });
