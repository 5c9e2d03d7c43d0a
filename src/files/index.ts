export { type Content, replaceFolder, writeAtomic, writeJson } from "./atomic.ts";
export { type JsonLine, type JsonlWriter, openJsonl, readJsonl } from "./jsonl.ts";
export { type Line, type ReadOptions, readBytes, readJson, readLines, readText } from "./read.ts";
export { inspectSafetensors, type NDArrayMap, readSafetensors, toFloat32, writeSafetensors } from "./safetensors.ts";
