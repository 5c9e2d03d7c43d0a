export { type Content, removeFolder, removeLeftovers, replaceFolder, writeAtomic, writeJson } from "./atomic.ts";
export { contentId } from "./content-id.ts";
export { writeFailure } from "./failure.ts";
export { type Appender, type JsonLine, type JsonlWriter, openAppender, openJsonl, readJsonl } from "./jsonl.ts";
export { isLocked, type Lock, lock, lockHolder } from "./lock.ts";
export { isAlive, type ProcessIdentity, processIdentity } from "./process-identity.ts";
export { type Line, type ReadOptions, readBytes, readJson, readLines, readText } from "./read.ts";
export { inspectSafetensors, type NDArrayMap, readSafetensors, toFloat32, writeSafetensors } from "./safetensors.ts";
