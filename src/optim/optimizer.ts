import { add, mul, type Tensor } from "../engine/graph/index.ts";

/**
 * A rule that turns a gradient into new parameters: plain data and pure functions, the state lives with the caller.
 * Everything is elementwise, so parameters and state may lie in one flat array and be updated in chunks of any size.
 */
export interface Optimizer {
  readonly name: string;
  /** State kept for every element of a parameter: the slot's name and its value before the first step. */
  readonly slots: Readonly<Record<string, number>>;
  /** The numbers of one step that are the same for all elements, in double precision. */
  scalars(x: StepNumbers): Readonly<Record<string, number>>;
  /** One step in graph ops, all in float32. Scalars are [] tensors named as in `scalars`; without `weightDecay` there is none. */
  update(x: UpdateInputs): UpdateOutputs;
}

export interface StepNumbers {
  /** The first step is 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Each optimizer says whether its decay is coupled (L2, added to the gradient) or decoupled (shrinks the weights). */
  readonly weightDecay: number;
}

export interface UpdateInputs {
  readonly parameter: Tensor;
  /** Of the parameter's shape. */
  readonly gradient: Tensor;
  /** One tensor of the parameter's shape per slot. */
  readonly slots: Readonly<Record<string, Tensor>>;
  readonly scalars: Readonly<Record<string, Tensor>>;
}

export interface UpdateOutputs {
  readonly parameter: Tensor;
  /** The slots after the step, under the same names. */
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** Where ε stands: beside the corrected root (PyTorch) or as TensorFlow has it; each optimizer says what that means. */
export type EpsilonStyle = "torch" | "tensorflow";

/** Coupled decay (L2): gradient + λ · parameter. Who never decays leaves λ out and saves two passes over all weights. */
export const withDecay = (gradient: Tensor, parameter: Tensor, weightDecay: Tensor | undefined): Tensor =>
  weightDecay === undefined ? gradient : add(gradient, mul(parameter, weightDecay));
