import { Worker } from "node:worker_threads";
import { PlauditError } from "../base/index.ts";

/** What a thread answers when it cannot do what it was told. */
export interface Failure {
  readonly failed: { readonly message: string; readonly code?: string; readonly help?: string };
}

/** Threads that each do one thing at a time, when they are told to. */
export interface Threads<Order, Reply> {
  /** Resolves when all have begun. */
  readonly ready: Promise<unknown>;
  /** Rejects when the thread fails or ends, `worker-died`, or answers with a failure. */
  ask(thread: number, order: Order): Promise<Reply>;
  /** The same of all at once; rejects as soon as one does. */
  askAll(order: Order): Promise<Reply[]>;
  /** Tells all to end and waits for it; one that does not within some seconds is stopped. */
  close(end: Order): Promise<void>;
}

/** How long a thread may take to end. */
const patienceMs = 5_000;

/** @param module without its ending; it says "ready" when it has begun, and then answers each order once */
export function openThreads<Seed extends object, Order, Reply extends object>(
  module: URL,
  seeds: readonly Seed[],
): Threads<Order, Reply> {
  const workers = seeds.map((seed) => {
    const worker = new Worker(new URL("../base/worker-boot.js", import.meta.url), {
      workerData: { ...seed, module: module.href },
      execArgv: [], // the program's own flags are not for threads
    });
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    return { worker, ended, isOver: false };
  });
  workers.forEach((thread) => {
    thread.worker.once("exit", () => {
      thread.isOver = true;
    });
  });
  const answerOf = (index: number) =>
    new Promise<Reply>((resolve, reject) => {
      const { worker, isOver } = workers[index]!;
      const named = `thread ${index + 1} of ${workers.length}`;
      const over = () => worker.off("message", answered).off("error", failed).off("exit", ended);
      const died = (why: string, cause?: unknown) =>
        new PlauditError(`${named} ${why}`, {
          code: "worker-died",
          help: "go on from the last checkpoint with --resume",
          cause,
        });
      const answered = (reply: Reply | Failure) => {
        over();
        if ("failed" in reply) reject(new PlauditError(`${named}: ${reply.failed.message}`, reply.failed));
        else resolve(reply);
      };
      const failed = (error: Error) => {
        over();
        reject(died(`failed: ${error.message}`, error));
      };
      const ended = (code: number) => {
        over();
        reject(died(`ended (exit code ${code})`));
      };
      if (isOver) reject(died("has ended"));
      else worker.on("message", answered).on("error", failed).on("exit", ended);
    });
  const ask = (index: number, order: Order) => {
    const answer = answerOf(index);
    workers[index]!.worker.postMessage(order);
    return answer;
  };
  const ready = Promise.all(workers.map((_, index) => answerOf(index)));
  ready.catch(() => {}); // whoever waits for it hears of it
  return {
    ready,
    ask,
    askAll: (order) => Promise.all(workers.map((_, index) => ask(index, order))),
    async close(end) {
      for (const { worker } of workers) worker.postMessage(end);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([Promise.all(workers.map(({ ended }) => ended)), patience]);
      clearTimeout(timer);
      await Promise.all(workers.map(({ worker }) => worker.terminate()));
    },
  };
}
