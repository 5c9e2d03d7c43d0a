import { allocate, type NDArray, sizeOf, stream, UsageError } from "../base/index.ts";
import type { Tensor } from "../engine/graph/index.ts";
import { fillInitial, type Initial } from "./initial.ts";

/** One parameter of a network: its name is that of its tensor in the weight file. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** How a new network starts. */
  readonly init: Initial;
}

/** Parameters in a graph, by name. */
export type Params = Readonly<Record<string, Tensor>>;

/** Matrices decay, biases and the gains of norms do not (GPT-3 appendix B; the usual practice since BERT). */
export const decays = (spec: { readonly shape: readonly number[] }): boolean => spec.shape.length >= 2;

/** A parameter's place in the flat memory. */
export interface Placed extends ParameterSpec {
  readonly offset: number;
  readonly size: number;
}

/**
 * All weights of a network in one flat array, each parameter a view of it. Optimizer, clipping, averaging and
 * (later) communication work on the flat array. Parameters that decay come first.
 */
export interface Weights {
  readonly flat: Float32Array<ArrayBuffer>;
  readonly parameters: readonly Placed[];
  /** flat[0, decayEnd) decays. */
  readonly decayEnd: number;
  readonly arrays: ReadonlyMap<string, NDArray<"float32">>;
}

/** Zeroed memory for the given parameters. */
export function allocateWeights(specs: readonly ParameterSpec[]): Weights {
  const ordered = [...specs.filter(decays), ...specs.filter((s) => !decays(s))];
  let end = 0;
  const parameters = ordered.map((spec): Placed => {
    const size = sizeOf(spec.shape);
    const placed = { ...spec, offset: end, size };
    end += size;
    return placed;
  });
  return viewWeights(parameters, allocate("float32", end));
}

/** The same layout over other memory: gradients, optimizer state, moving averages. */
export function viewWeights(parameters: readonly Placed[], flat: Float32Array<ArrayBuffer>): Weights {
  const arrays = new Map(
    parameters.map(({ name, shape, offset, size }) => [
      name,
      { dtype: "float32" as const, shape, data: flat.subarray(offset, offset + size) },
    ]),
  );
  const decayEnd = parameters.filter(decays).reduce((n, { size }) => n + size, 0);
  return { flat, parameters, decayEnd, arrays };
}

/** Weights of a new network: each parameter from its own stream, so adding one does not change the others. */
export function initialWeights(specs: readonly ParameterSpec[], seed: number): Weights {
  const weights = allocateWeights(specs);
  for (const { name, shape, init } of specs) {
    fillInitial(weights.arrays.get(name)!.data, shape, init, stream(seed, "init", name));
  }
  return weights;
}

/** Copies tensors of a weight file into place; every parameter must be there in its shape. */
export function setWeights(weights: Weights, tensors: ReadonlyMap<string, NDArray<"float32">>, where?: string): void {
  for (const { name, shape } of weights.parameters) {
    const tensor = tensors.get(name);
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      throw new UsageError(
        tensor === undefined
          ? `the tensor ${name} is missing`
          : `the tensor ${name} has shape [${tensor.shape}], the network needs [${shape}]`,
        { code: tensor === undefined ? "missing-tensor" : "misshapen-tensor", where },
      );
    }
    weights.arrays.get(name)!.data.set(tensor.data);
  }
}
