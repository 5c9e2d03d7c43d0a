export { mayShareMemory } from "./alias.ts";
export { namedNode, type OnnxNode } from "./emitter.ts";
export { type Lowered, lower, type NamedTensor, type View } from "./lower.ts";
export { onnxModel } from "./model.ts";
