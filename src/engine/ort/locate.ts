import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PlauditError } from "../../base/index.ts";

/** The library's file name by `process.platform`. */
const fileName: Readonly<Record<string, RegExp>> = {
  linux: /^libonnxruntime\.so/,
  darwin: /^libonnxruntime\.[\d.]+\.dylib$/,
  win32: /^onnxruntime\.dll$/,
};

/**
 * Path of ONNX Runtime's shared library: the one that `PLAUDIT_ORT_LIBRARY` names, or else the one that the npm package
 * onnxruntime-node carries for this machine. Throws a PlauditError (`engine`) when there is none.
 */
export function libraryPath(): string {
  const named = process.env.PLAUDIT_ORT_LIBRARY;
  if (named) {
    if (existsSync(named)) return named;
    throw new PlauditError(`PLAUDIT_ORT_LIBRARY names ${named}, which does not exist`, { code: "engine" });
  }
  const { platform, arch } = process;
  const packaged = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  const folder = join(dirname(packaged), "bin", "napi-v6", platform, arch);
  const file = existsSync(folder) && readdirSync(folder).find((name) => fileName[platform]?.test(name));
  if (file) return join(folder, file);
  throw new PlauditError(`the npm package onnxruntime-node carries no library for ${platform}-${arch}`, {
    code: "engine",
    help: "let PLAUDIT_ORT_LIBRARY name a libonnxruntime that was built for this machine",
  });
}
