/**
 * Opens ONNX Runtime's shared library and makes the process's one environment: a global pool of threads that do not
 * spin. With a pool per session, the idle threads of one session would burn the cores that the next one needs.
 */
import { availableParallelism } from "node:os";
import koffi, { type LibraryHandle } from "koffi";
import { PlauditError, UsageError } from "../../base/index.ts";
import { type Api, declarations, type Pointer, type Status } from "./declarations.ts";
import { libraryPath } from "./locate.ts";

/** OrtApi version asked for: that of onnxruntime 1.22; later libraries still serve it. */
const apiVersion = 22;
/** ORT_LOGGING_LEVEL_FATAL: every error reaches us as a status; at lower levels native code prints it to stderr too. */
export const silent = 4;

export interface Library {
  readonly api: Api;
  /** `api.RunWithBinding` on a worker thread. */
  readonly runWithBindingAsync: Async<[session: Pointer, options: Pointer, binding: Pointer]>;
  /** `api.Run` on a worker thread. */
  readonly runAsync: Async<Parameters<Api["Run"]>>;
  readonly env: Pointer;
  /** Describes memory that JavaScript owns. */
  readonly cpuMemory: Pointer;
  /** Names of the execution providers that were compiled in; a machine may still lack their device. */
  readonly providers: readonly string[];
  readonly threads: number;
  /** koffi closes a library whose handle was garbage-collected, and the next call would crash: never let go of it. */
  readonly handle: unknown;
}
type Async<Arguments extends unknown[]> = (...args: Arguments) => Promise<Status>;

let chosenThreads: number | undefined;
let library: Library | undefined;

/**
 * Sets the number of threads that compute, the calling one included (default: all cores). Results are reproducible
 * for a fixed number. Throws a UsageError (`threads`) for a number the machine has not, or another one than an
 * environment that already runs was made with.
 */
export function configureThreads(n: number): void {
  const cores = availableParallelism();
  if (!Number.isInteger(n) || n < 1 || n > cores)
    throw new UsageError(`${n} threads were asked for, but this machine has ${cores} cores`, {
      code: "threads",
      help: `choose a whole number from 1 to ${cores}`,
    });
  if (library !== undefined && library.threads !== n)
    throw new UsageError(`the engine already runs with ${library.threads} threads and cannot change to ${n}`, {
      code: "threads",
      help: "choose the number of threads before the first model is compiled",
    });
  chosenThreads = n;
}

/** Number of threads that compute. */
export const threads = (): number => library?.threads ?? chosenThreads ?? availableParallelism();

/** The opened library; the first call opens it. */
export function openLibrary(): Library {
  library ??= open(chosenThreads ?? availableParallelism());
  return library;
}

/** Throws what a failed call reports. `what` says in a few words what was being done. */
export function check(api: Api, status: Status, what: string): void {
  if (status === null) return;
  const message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw new PlauditError(`${what}: ${message}`, { code: "engine" });
}

/** What a function that returns its result through its last parameter created. */
export function created(api: Api, what: string, call: (out: [Pointer]) => Status): Pointer {
  const out: [Pointer] = [null];
  check(api, call(out), what);
  return out[0];
}

/** The characters at an address. */
export const textAt = (address: Pointer): string => koffi.decode.string(address);

function open(threads: number): Library {
  const { handle, api, decode } = load(libraryPath());
  const env = createEnv(api, threads);
  check(api, api.DisableTelemetryEvents(env), "switching telemetry off");
  const cpuMemory = created(api, "describing memory", (out) => api.CreateCpuMemoryInfo(1, 0, out)); // arena, default memory
  // One arena for all sessions: each would keep the memory of its largest run for ever.
  check(api, api.CreateAndRegisterAllocator(env, cpuMemory, null), "sharing memory");
  const promised =
    <Arguments extends unknown[]>(f: { async(...args: unknown[]): void }): Async<Arguments> =>
    (...args) =>
      new Promise((resolve, reject) =>
        f.async(...args, (error: unknown, status: Status) => (error ? reject(error) : resolve(status))),
      );
  return {
    api,
    runWithBindingAsync: promised(decode("RunWithBinding")),
    runAsync: promised(decode("Run")),
    env,
    cpuMemory,
    providers: availableProviders(api),
    threads,
    handle,
  };
}

function createEnv(api: Api, threads: number): Pointer {
  const options = created(api, "creating thread options", (out) => api.CreateThreadingOptions(out));
  try {
    check(api, api.SetGlobalIntraOpNumThreads(options, threads), "setting threads");
    check(api, api.SetGlobalInterOpNumThreads(options, 1), "setting threads");
    check(api, api.SetGlobalSpinControl(options, 0), "setting threads");
    return created(api, "creating the environment", (out) =>
      api.CreateEnvWithGlobalThreadPools(silent, "plaudit", options, out),
    );
  } finally {
    api.ReleaseThreadingOptions(options);
  }
}

function availableProviders(api: Api): string[] {
  const count: [number] = [0];
  const names = created(api, "listing devices", (out) => api.GetAvailableProviders(out, count));
  const copies = koffi.decode(names, koffi.array("str", count[0])) as string[];
  check(api, api.ReleaseAvailableProviders(names, count[0]), "listing devices");
  return copies;
}

function load(path: string) {
  // Native code runs on a stack that koffi allocates: 128 KiB in worker threads unless told, of which one matrix kernel
  // takes more than half, and an overflow is a crash. 8 MiB is what a main thread has; untouched pages cost nothing.
  const stack = 8 << 20;
  const config = koffi.config();
  if (config.async_stack_size! < stack) koffi.config({ ...config, sync_stack_size: stack, async_stack_size: stack });
  let handle: LibraryHandle;
  let base: Pointer;
  try {
    handle = koffi.load(path);
    base = handle.func("OrtGetApiBase", "void*", [])();
  } catch (cause) {
    throw new PlauditError(`${path} is not an ONNX Runtime library for this machine: ${(cause as Error).message}`, {
      code: "engine",
      help: "run npm install again, or let PLAUDIT_ORT_LIBRARY name another build of libonnxruntime",
      cause,
    });
  }
  const [getApi, getVersion] = koffi.decode(base, koffi.array("void*", 2)) as [bigint, bigint];
  const table = koffi.decode(getApi, koffi.proto("void*", ["uint32_t"]))(apiVersion) as Pointer;
  if (table === null)
    throw new PlauditError(`${path} is ONNX Runtime ${koffi.decode(getVersion, koffi.proto("str", []))()}`, {
      code: "engine",
      help: "version 1.22 or newer is needed",
    });
  const length = Math.max(...Object.values(declarations).map(([index]) => index)) + 1;
  const addresses = koffi.decode(table, koffi.array("void*", length)) as bigint[];
  const decode = (name: keyof Api) => {
    const [index, result, parameters] = declarations[name];
    return koffi.decode(addresses[index]!, koffi.proto(result, [...parameters]));
  };
  const api = Object.fromEntries(Object.keys(declarations).map((name) => [name, decode(name as keyof Api)]));
  return { handle, api: api as unknown as Api, decode };
}
