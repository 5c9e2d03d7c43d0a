/**
 * Writes src/engine/ort/declarations.ts from ONNX Runtime's own C header, so that no index is ever counted by hand.
 *
 *     npx tsx tools/ort-declarations.ts path/to/onnxruntime_c_api.h
 *
 * The header is in the "include" folder of every release archive of github.com/microsoft/onnxruntime. `OrtApi` is a
 * struct of function pointers that only ever grows at its end: a member's position is its address for good.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The functions that src/engine/ort calls. */
const used = `
  GetErrorMessage ReleaseStatus
  CreateThreadingOptions ReleaseThreadingOptions SetGlobalIntraOpNumThreads SetGlobalInterOpNumThreads
  SetGlobalSpinControl CreateEnvWithGlobalThreadPools DisableTelemetryEvents GetAvailableProviders
  ReleaseAvailableProviders
  CreateCpuMemoryInfo CreateAndRegisterAllocator CreateTensorWithDataAsOrtValue ReleaseValue
  CreateSessionOptions ReleaseSessionOptions DisablePerSessionThreads SetIntraOpNumThreads DisableMemPattern SetSessionLogSeverityLevel
  SetSessionGraphOptimizationLevel AddSessionConfigEntry AddExternalInitializers
  SessionOptionsAppendExecutionProvider SessionOptionsAppendExecutionProvider_CUDA_V2 CreateCUDAProviderOptions
  ReleaseCUDAProviderOptions
  CreateSessionFromArray ReleaseSession SessionGetInputCount SessionGetInputName SessionGetOutputCount
  SessionGetOutputName GetAllocatorWithDefaultOptions AllocatorFree
  CreateIoBinding ReleaseIoBinding BindInput BindOutput RunWithBinding Run
`;

interface Parameter {
  readonly name: string;
  readonly koffi: string;
  readonly typescript: string;
}
interface Member {
  readonly name: string;
  readonly result: { readonly koffi: string; readonly typescript: string };
  readonly parameters: readonly string[];
}

const status = { koffi: "void*", typescript: "Status" };

/** The members of `struct OrtApi` in order; undefined for a form that none of the used functions has. */
function members(header: string): (Member | undefined)[] {
  const code = header.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
  const body = /\nstruct OrtApi \{([\s\S]*?)\n\};/.exec(code)?.[1];
  if (body === undefined) throw new Error("no `struct OrtApi { … };` in this file: is it onnxruntime_c_api.h?");
  const split = (list: string) => list.split(/,(?![^(]*\))/).map((p) => p.trim());
  return body
    .split(";")
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "")
    .map((text) => {
      const release = /^ORT_CLASS_RELEASE\((\w+)\)$/.exec(text);
      if (release)
        return {
          name: `Release${release[1]}`,
          result: { koffi: "void", typescript: "void" },
          parameters: [`Ort${release[1]}* input`],
        };
      const fallible = /^ORT_API2_STATUS\((\w+), (.*)\)$/.exec(text);
      if (fallible) return { name: fallible[1]!, result: status, parameters: split(fallible[2]!) };
      const other = /^(.+?)\(ORT_API_CALL ?\* ?(\w+)\)\((.*?)\)( NO_EXCEPTION.*)?$/.exec(text.replace(")NO_", ") NO_"));
      if (!other) return undefined;
      const result = parameter(`${other[1]!.trim()} result`);
      return { name: other[2]!, result, parameters: split(other[3]!) };
    });
}

/** `_In_ const OrtSession* session` → how koffi passes it and what TypeScript gives. */
function parameter(text: string): Parameter {
  const plain = text.replace(/\b_\w+_(\(\w*\))?\s*/g, "").replace(/\b(const|struct|enum)\b\s*/g, "");
  const match = /^(\w+)\s*([* ]*?)\s*(\w+)$/.exec(plain.trim());
  if (!match) throw new Error(`a parameter of a form this tool does not know: ${text}`);
  const [type, stars, name] = [match[1]!, match[2]!.replaceAll(" ", ""), match[3]!];
  const is = (koffi: string, typescript: string) => ({ name, koffi, typescript });
  const isConst = /\bconst\b/.test(text);
  if (/\b_Out/.test(text)) {
    const counted = stars === "*" && (type === "int" || type === "size_t");
    return counted ? is(`_Out_ ${type}*`, "[number]") : is("_Out_ void**", "[Pointer]");
  }
  if (type === "void" && stars === "") return is("void", "void");
  if (stars === "") return is(type === "size_t" ? "size_t" : "int", "number"); // enums are ints
  if (type === "char" && isConst) return stars === "*" ? is("str", "string") : is("const char**", "readonly string[]");
  if (type === "int64_t") return is("int64_t*", "BigInt64Array");
  if (stars === "**" && type !== "char") return is("void**", "readonly Pointer[]");
  return is("void*", type === "void" ? "Memory" : "Pointer");
}

function generate(header: string): string {
  const all = members(header);
  const version = /#define ORT_API_VERSION (\d+)/.exec(header)?.[1];
  const names = used.trim().split(/\s+/);
  const rows = names.map((name) => {
    const index = all.findIndex((m) => m?.name === name);
    if (index < 0) throw new Error(`the header has no function ${name}`);
    return { name, index, result: all[index]!.result, parameters: all[index]!.parameters.map(parameter) };
  });
  rows.sort((a, b) => a.index - b.index);
  return `// Generated by tools/ort-declarations.ts from onnxruntime_c_api.h, API version ${version}. Do not edit.

/** An address that native code gave us; null where it may be absent. */
export type Pointer = bigint | null;
/** An OrtStatus: null means that the call succeeded. */
export type Status = Pointer;
/** Memory of ours that native code reads or writes. */
export type Memory = ArrayBufferView | Pointer;

/** Position in \`struct OrtApi\`, result type and parameter types as koffi spells them. */
export const declarations = {
${rows.map((r) => `  ${r.name}: [${r.index}, "${r.result.koffi}", ${JSON.stringify(r.parameters.map((p) => p.koffi))}],`).join("\n")}
} as const;

/** The functions as TypeScript calls them. */
export interface Api {
${rows.map((r) => `  ${r.name}(${r.parameters.map((p) => `${p.name}: ${p.typescript}`).join(", ")}): ${r.result.typescript};`).join("\n")}
}
`;
}

const [header] = process.argv.slice(2);
if (header === undefined) throw new Error("usage: npx tsx tools/ort-declarations.ts path/to/onnxruntime_c_api.h");
writeFileSync(
  fileURLToPath(new URL("../src/engine/ort/declarations.ts", import.meta.url)),
  generate(readFileSync(header, "utf8")),
);
