import { PlauditError, UsageError } from "../../base/index.ts";
import type { Pointer } from "./declarations.ts";
import { check, created, openLibrary } from "./library.ts";

/** Where a graph runs. */
export type Device = "cpu" | "webgpu" | "cuda";

const providers: { readonly [D in Device]: string } = {
  cpu: "CPUExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
  cuda: "CUDAExecutionProvider",
};

/** Devices that the loaded build can address; whether this machine has one shows when a session is created. */
export function availableDevices(): Device[] {
  const built = openLibrary().providers;
  return (Object.keys(providers) as Device[]).filter((device) => built.includes(providers[device]));
}

/** Adds the device's execution provider to a session's options. Throws a UsageError (`device`) where there is none. */
export function appendDevice(options: Pointer, device: Device): void {
  const devices = availableDevices();
  if (!devices.includes(device))
    throw new UsageError(`this build of ONNX Runtime has no device ${device}`, {
      code: "device",
      help: `it has: ${devices.join(", ")}`,
    });
  if (device === "cpu") return; // always there, and what no other device takes falls back to it
  try {
    if (device === "cuda") appendCuda(options);
    else appendByName(options, "WebGPU");
  } catch (error) {
    if (!(error instanceof PlauditError)) throw error;
    throw new UsageError(`the device ${device} cannot be used on this machine: ${error.message}`, {
      code: "device",
      help: "the device cpu runs everywhere",
      cause: error,
    });
  }
}

function appendByName(options: Pointer, name: string): void {
  const { api } = openLibrary();
  check(api, api.SessionOptionsAppendExecutionProvider(options, name, [], [], 0), "opening it");
}

function appendCuda(options: Pointer): void {
  const { api } = openLibrary();
  const cuda = created(api, "describing it", (out) => api.CreateCUDAProviderOptions(out));
  try {
    check(api, api.SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda), "opening it");
  } finally {
    api.ReleaseCUDAProviderOptions(cuda);
  }
}
