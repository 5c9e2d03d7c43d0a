/** Threads that run a module of ours, from a checkout as from the package. */
import { Worker } from "node:worker_threads";

/**
 * Begins a thread with a module.
 *
 * @param module its address without its ending: `new URL("./worker", import.meta.url)`
 * @param data what the module finds as `workerData`
 */
export const startThread = (module: URL, data: object): Worker =>
  new Worker(new URL("./boot.js", import.meta.url), {
    workerData: { ...data, module: module.href },
    execArgv: [], // the program's own flags are not for threads
  });
