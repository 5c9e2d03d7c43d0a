export type { Backend, BoundArray, Prepared, Program } from "./backend.ts";
export { type CompileOptions, compileOn, type Executable, type Specs } from "./compile.ts";
