/** The thread of in-thread.ts: runs one command line and tells what it says. */
import { parentPort, workerData } from "node:worker_threads";
import { carryError } from "../../base/index.ts";
import { commands } from "../commands.ts";
import { runInside } from "../frame/index.ts";
import type { Told } from "./in-thread.ts";

const port = parentPort!;
const tell = (told: Told) => port.postMessage(told);
const stopping = new AbortController();
port.on("message", () => stopping.abort());

try {
  await runInside(commands, (workerData as { argv: readonly string[] }).argv, {
    emit: () => {},
    note: (note) => tell({ note }),
    progress: { update: (state) => tell({ state }), note: () => {}, done: () => {}, clear: () => {} },
    signal: stopping.signal,
    json: false,
    given: new Set(),
    env: process.env,
    now: Date.now,
  });
} catch (error) {
  tell({ failed: carryError(error) });
} finally {
  port.close();
}
