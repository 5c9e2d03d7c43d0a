/** What `watchSignals` needs of `process`; a test gives its own. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * The first Ctrl-C or SIGTERM aborts the signal, so that the step is finished and saved; the second ends the process at
 * once with 130. `stop` gives Ctrl-C its usual meaning back.
 */
export function watchSignals(
  source: SignalSource,
  note: (line: string) => void,
): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) {
      source.exit(130);
      return;
    }
    note("finishing this step and saving; press Ctrl-C again to quit");
    controller.abort();
  };
  source.on("SIGINT", listener);
  source.on("SIGTERM", listener);
  return {
    signal: controller.signal,
    stop() {
      source.off("SIGINT", listener);
      source.off("SIGTERM", listener);
    },
  };
}
