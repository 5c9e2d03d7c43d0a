import { type CarriedError, DataError, PlauditError, reviveError } from "../../base/index.ts";
import { startThread } from "../../threads/index.ts";

/** What a thread answers when it cannot do what it was told. */
export interface Failure {
  readonly failed: CarriedError;
}

/** Threads that each do one thing at a time, when they are told to. */
export interface Threads<Order, Reply> {
  /** Resolves when all have begun. */
  readonly ready: Promise<unknown>;
  /** Rejects when the thread fails or ends, `worker-died`, stands still, `env-hangs`, or answers with a failure. */
  ask(thread: number, order: Order): Promise<Reply>;
  /** The same of all at once; rejects as soon as one does. */
  askAll(order: Order): Promise<Reply[]>;
  /** Tells all to end and waits for it; one that does not within some seconds is stopped. */
  close(end: Order): Promise<void>;
}

/** How long a thread may take to end. */
const patienceMs = 5_000;
/** How long it may take to begin, at least: it has code to load, on a machine that may have other work. */
const loadingMs = 600_000;

export interface Pulse {
  /** A number that changes as long as any thread gets on. */
  readonly beat: () => number;
  /** For how long it may stay the same while an answer is waited for. */
  readonly timeoutMs: number;
}

/** @param module without its ending; it says "ready" when it has begun, and then answers each order once */
export function openThreads<Seed extends object, Order, Reply extends object>(
  module: URL,
  seeds: readonly Seed[],
  pulse: Pulse,
): Threads<Order, Reply> {
  const workers = seeds.map((seed) => {
    const worker = startThread(module, seed);
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    return { worker, ended, isOver: false };
  });
  workers.forEach((thread) => {
    thread.worker.once("exit", () => {
      thread.isOver = true;
    });
  });
  const answerOf = (index: number, timeoutMs = pulse.timeoutMs) =>
    new Promise<Reply>((resolve, reject) => {
      const { worker, isOver } = workers[index]!;
      const named = `thread ${index + 1} of ${workers.length}`;
      const stopWatching = whenStill(pulse.beat, timeoutMs, () => {
        over();
        void worker.terminate(); // it hears nothing any more
        reject(hangs(named, timeoutMs));
      });
      const over = () => {
        stopWatching();
        worker.off("message", answered).off("error", failed).off("exit", ended);
      };
      const died = (why: string, cause?: unknown) =>
        new PlauditError(`${named} ${why}`, {
          code: "worker-died",
          help: "go on from the last checkpoint with --resume",
          cause,
        });
      const answered = (reply: Reply | Failure) => {
        over();
        if ("failed" in reply) reject(reviveError({ ...reply.failed, message: `${named}: ${reply.failed.message}` }));
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
      if (isOver) {
        over();
        reject(died("has ended"));
      } else worker.on("message", answered).on("error", failed).on("exit", ended);
    });
  const ask = (index: number, order: Order) => {
    const answer = answerOf(index);
    workers[index]!.worker.postMessage(order);
    return answer;
  };
  const ready = Promise.all(workers.map((_, index) => answerOf(index, Math.max(pulse.timeoutMs, loadingMs))));
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

/** Calls `then` once when the beat has stayed the same for too long. It is counted in looks: a busy machine delays them all. */
function whenStill(beat: Pulse["beat"], timeoutMs: number, then: () => void): () => void {
  const lookMs = Math.min(1000, timeoutMs);
  let [last, quietMs] = [beat(), 0];
  const timer = setInterval(() => {
    const now = beat();
    quietMs = now === last ? quietMs + lookMs : 0;
    last = now;
    if (quietMs >= timeoutMs) then();
  }, lookMs);
  return () => clearInterval(timer);
}

const hangs = (thread: string, timeoutMs: number): DataError =>
  new DataError(`${thread} has taken no step for ${timeoutMs / 1000} s: its environment hangs`, {
    code: "env-hangs",
    help: "look for an endless loop in its step; where a step may take so long, give timeoutMs; go on from the last checkpoint",
  });
