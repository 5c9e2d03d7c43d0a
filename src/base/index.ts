export {
  allocate,
  bytesPerElement,
  type DType,
  type NDArray,
  sizeOf,
  type TypedArray,
  type TypedArrayOf,
  view,
} from "./array.ts";
export { type CarriedError, carryError, reviveError } from "./carried-error.ts";
export { assert, DataError, nearest, PlauditError, type Problem, UsageError } from "./errors.ts";
export { Heap } from "./heap.ts";
export { type Misfit, misfit, misfitOf } from "./misfit.ts";
export { type Rng, stream } from "./random.ts";
