import { PlauditError, type TypedArray } from "../../base/index.ts";
import type { Pointer, Status } from "./declarations.ts";
import { check, created, openLibrary } from "./library.ts";
import { releaser } from "./release.ts";
import { type BoundArray, createValue } from "./value.ts";

/** Arrays by the name that they have in the graph. */
export type BoundArrays = Readonly<Record<string, BoundArray>>;

/** How a bound graph is called; what is called differs between devices. */
interface Call {
  sync(): Status;
  async(): Promise<Status>;
  release(): void;
  /** Native code holds bare addresses; these references keep the memory behind them alive. */
  readonly memory: readonly TypedArray[];
}

/**
 * A session with the arrays it reads and writes. Bind once, change the arrays' contents, run as often as needed. An
 * output may be bound to the memory of an input when the graph is known to allow that.
 */
export class Binding {
  readonly #call: Call;
  readonly #release: () => void;
  #running = false;
  #disposed = false;

  /** Use `session.bind`. `onRelease` is called once, when nothing native is left. */
  constructor(
    session: Pointer,
    {
      inputs,
      outputs,
      onCpu,
      onRelease,
    }: { inputs: BoundArrays; outputs: BoundArrays; onCpu: boolean; onRelease(): void },
  ) {
    const call = onCpu ? boundCall(session, inputs, outputs) : feedingCall(session, inputs, outputs);
    this.#call = call;
    this.#release = releaser(this, () => {
      call.release();
      onRelease();
    });
  }

  /** Computes the outputs on the calling thread. After an error outputs may be partly written. */
  run(): void {
    this.#requireIdle();
    check(openLibrary().api, this.#call.sync(), "running the graph");
  }

  /** The same on a worker thread, the event loop stays free; the arrays are not to be touched until it is done. */
  async runAsync(): Promise<void> {
    this.#requireIdle();
    this.#running = true;
    try {
      check(openLibrary().api, await this.#call.async(), "running the graph");
    } finally {
      this.#running = false;
      if (this.#disposed) this.#release();
    }
  }

  /** Lets go of the arrays; a run that is under way finishes first. */
  dispose(): void {
    this.#disposed = true;
    if (!this.#running) this.#release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Two runs at once would write the same arrays. */
  #requireIdle(): void {
    if (this.#disposed) throw new PlauditError("this binding was disposed of and cannot run", { code: "engine" });
    if (this.#running)
      throw new PlauditError("this binding is already running", {
        code: "engine",
        help: "await its runAsync() first, or bind other arrays",
      });
  }
}

const memoryOf = (...bound: BoundArrays[]) => bound.flatMap((arrays) => Object.values(arrays).map(({ data }) => data));

/** On the CPU names and values are handed over once: half the cost of a call of a tiny graph. */
function boundCall(session: Pointer, inputs: BoundArrays, outputs: BoundArrays): Call {
  const { api, runWithBindingAsync } = openLibrary();
  const binding = created(api, "creating a binding", (out) => api.CreateIoBinding(session, out));
  const bind = (arrays: BoundArrays, add: typeof api.BindInput) => {
    for (const [name, array] of Object.entries(arrays)) {
      const value = createValue(name, array);
      try {
        check(api, add(binding, name, value), `binding ${name}`);
      } finally {
        api.ReleaseValue(value); // the binding has its own reference
      }
    }
  };
  try {
    bind(inputs, api.BindInput);
    bind(outputs, api.BindOutput);
  } catch (error) {
    api.ReleaseIoBinding(binding);
    throw error;
  }
  return {
    sync: () => api.RunWithBinding(session, null, binding),
    async: () => runWithBindingAsync(session, null, binding),
    release: () => api.ReleaseIoBinding(binding),
    memory: memoryOf(inputs, outputs),
  };
}

/** Other devices would copy inputs when they are bound, not when the graph runs: they get them anew with each call. */
function feedingCall(session: Pointer, inputs: BoundArrays, outputs: BoundArrays): Call {
  const { api, runAsync } = openLibrary();
  const values: Pointer[] = [];
  const release = () => {
    for (const value of values) api.ReleaseValue(value);
  };
  try {
    for (const [name, array] of [...Object.entries(inputs), ...Object.entries(outputs)])
      values.push(createValue(name, array));
  } catch (error) {
    release();
    throw error;
  }
  const [fed, fetched] = [Object.keys(inputs), Object.keys(outputs)];
  const [from, to] = [values.slice(0, fed.length), values.slice(fed.length)];
  const call = [session, null, fed, from, fed.length, fetched, fetched.length, to] as const;
  return { sync: () => api.Run(...call), async: () => runAsync(...call), release, memory: memoryOf(inputs, outputs) };
}
