/** What `watchSignals` needs of `process`; a test gives its own. `hangup` = what we print reaches nobody any more. */
export interface SignalSource {
  on(event: "SIGINT" | "SIGTERM" | "hangup", listener: () => void): unknown;
  off(event: "SIGINT" | "SIGTERM" | "hangup", listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * The first Ctrl-C or SIGTERM aborts the signal, so that the step is finished and saved; the second ends the process at
 * once with 130. A hang-up aborts too, but never counts as the second: Ctrl-C in `plaudit sft 2>&1 | tee log` ends tee
 * as well. `stop` gives Ctrl-C its usual meaning back.
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
  const hangUp = () => controller.abort();
  source.on("SIGINT", listener);
  source.on("SIGTERM", listener);
  source.on("hangup", hangUp);
  return {
    signal: controller.signal,
    stop() {
      source.off("SIGINT", listener);
      source.off("SIGTERM", listener);
      source.off("hangup", hangUp);
    },
  };
}
