import { nearest, PlauditError } from "../../base/index.ts";
import { Binding, type BoundArrays } from "./binding.ts";
import type { Pointer } from "./declarations.ts";
import { appendDevice, type Device } from "./device.ts";
import { check, created, openLibrary, silent, textAt } from "./library.ts";
import { releaser } from "./release.ts";
import { type BoundArray, createValue } from "./value.ts";

export interface SessionOptions {
  /** Values of the model's initializers whose data location is external. They are copied. */
  readonly externalInitializers?: ReadonlyMap<string, BoundArray>;
  /** Default true: a training step of GPT-2 needs a quarter less memory so, and no more time. */
  readonly disableMemPattern?: boolean;
  /** Names of graph optimizers that must not run, for example `CommonSubexpressionElimination`. */
  readonly disabledOptimizers?: readonly string[];
  /** 0 none, 1 basic, 2 extended, 99 (default) all. */
  readonly graphOptimizationLevel?: 0 | 1 | 2 | 99;
  /** 0 verbose … 4 (default) fatal only; errors are thrown whatever it is. Native code writes to stderr. */
  readonly logSeverity?: 0 | 1 | 2 | 3 | 4;
  /** Default `cpu`. */
  readonly device?: Device;
  /** 1: the thread that calls does all the work. Default: it is shared by the process's threads. */
  readonly threads?: 1 | undefined;
  /** Default false: one arena for all sessions, or each would keep the memory of its largest run for ever. */
  readonly ownMemory?: boolean | undefined;
  /** Default true: initializers are repacked for the kernels, which costs once and makes every run faster. */
  readonly prepack?: boolean;
}

/** A model that is ready to run. Dispose of it and of its bindings: the weights it copied are the native heap's. */
export class Session {
  /** Names the model declares, in its order. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #pointer: Pointer;
  readonly #onCpu: boolean;
  readonly #release: () => void;
  #bindings = 0;
  #disposed = false;

  /** Use `createSession`. */
  constructor(pointer: Pointer, device: Device) {
    const { api } = openLibrary();
    this.#pointer = pointer;
    this.#onCpu = device === "cpu";
    this.#release = releaser(this, () => api.ReleaseSession(pointer));
    this.inputNames = names(pointer, "Input");
    this.outputNames = names(pointer, "Output");
  }

  /**
   * Binds one array to every input and to the outputs that are wanted. Throws a PlauditError (`engine`) for names that
   * the model has not, for a missing input, and for arrays that do not hold their shape.
   */
  bind(inputs: BoundArrays, outputs: BoundArrays): Binding {
    if (this.#disposed) throw new PlauditError("this session was disposed of", { code: "engine" });
    requireKnown("input", Object.keys(inputs), this.inputNames);
    requireKnown("output", Object.keys(outputs), this.outputNames);
    const missing = this.inputNames.filter((name) => !(name in inputs));
    if (missing.length > 0)
      throw new PlauditError(`no array is bound to the input ${missing.join(", ")}`, { code: "engine" });
    const binding = new Binding(this.#pointer, {
      inputs,
      outputs,
      onCpu: this.#onCpu,
      // Refers to this session on purpose: a session outlives its bindings, also when all of them become garbage.
      onRelease: () => {
        this.#bindings--;
        this.#releaseUnused();
      },
    });
    this.#bindings++;
    return binding;
  }

  /** Frees the model once its last binding is disposed of. */
  dispose(): void {
    this.#disposed = true;
    this.#releaseUnused();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #releaseUnused(): void {
    if (this.#disposed && this.#bindings === 0) this.#release();
  }
}

/** Makes a session from the bytes of an ONNX model. Everything ORT objects to becomes a PlauditError (`engine`). */
export function createSession(model: Uint8Array, options: SessionOptions = {}): Session {
  const { api, env } = openLibrary();
  const device = options.device ?? "cpu";
  const values: Pointer[] = [];
  const native = created(api, "creating session options", (out) => api.CreateSessionOptions(out));
  try {
    configure(native, options, device);
    const initializers = options.externalInitializers ?? new Map<string, BoundArray>();
    for (const [name, array] of initializers) values.push(createValue(name, array));
    if (values.length > 0)
      check(
        api,
        api.AddExternalInitializers(native, [...initializers.keys()], values, values.length),
        "adding initializers",
      );
    const session = created(api, "loading the graph", (out) =>
      api.CreateSessionFromArray(env, model, model.byteLength, native, out),
    );
    return new Session(session, device);
  } finally {
    for (const value of values) api.ReleaseValue(value);
    api.ReleaseSessionOptions(native);
  }
}

function configure(native: Pointer, options: SessionOptions, device: Device): void {
  const { api } = openLibrary();
  const set = (status: Pointer) => check(api, status, "setting session options");
  if (options.threads === 1) set(api.SetIntraOpNumThreads(native, 1));
  else set(api.DisablePerSessionThreads(native));
  set(api.AddSessionConfigEntry(native, "session.use_env_allocators", options.ownMemory ? "0" : "1"));
  set(api.SetSessionLogSeverityLevel(native, options.logSeverity ?? silent));
  set(api.SetSessionGraphOptimizationLevel(native, options.graphOptimizationLevel ?? 99));
  if (options.disableMemPattern ?? true) set(api.DisableMemPattern(native));
  if (options.disabledOptimizers?.length) {
    const names = options.disabledOptimizers.join(";");
    set(api.AddSessionConfigEntry(native, "optimization.disable_specified_optimizers", names));
  }
  if (options.prepack === false) set(api.AddSessionConfigEntry(native, "session.disable_prepacking", "1"));
  appendDevice(native, device);
}

function names(session: Pointer, kind: "Input" | "Output"): string[] {
  const { api } = openLibrary();
  const count: [number] = [0];
  check(api, api[`SessionGet${kind}Count`](session, count), "reading names");
  const allocator = created(api, "reading names", (out) => api.GetAllocatorWithDefaultOptions(out));
  return Array.from({ length: count[0] }, (_, i) => {
    const text = created(api, "reading names", (out) => api[`SessionGet${kind}Name`](session, i, allocator, out));
    const name = textAt(text);
    check(api, api.AllocatorFree(allocator, text), "reading names");
    return name;
  });
}

function requireKnown(kind: "input" | "output", given: readonly string[], known: readonly string[]): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new PlauditError(`the graph has no ${kind} ${name}`, {
      code: "engine",
      help: near === undefined ? `it has: ${known.join(", ")}` : `did you mean ${near}?`,
    });
  }
}
