export { type OnnxRuntimeOptions, onnxRuntime } from "./backend.ts";
export type { Binding, BoundArrays } from "./binding.ts";
export { availableDevices, type Device } from "./device.ts";
export { configureThreads, threads } from "./library.ts";
export { createSession, type Session, type SessionOptions } from "./session.ts";
export type { BoundArray } from "./value.ts";
