export * from "./build.ts";
export * from "./composite.ts";
export { broadcastShapes, isFloat, type Operands, type OpName, type Ops, sameShape, shapeRules } from "./ops.ts";
export { printGraph } from "./print.ts";
export { userLine } from "./site.ts";
export {
  dims,
  graphError,
  type Shape,
  type Spec,
  show,
  type Tensor,
  type TensorLike,
  topologicalOrder,
} from "./tensor.ts";
