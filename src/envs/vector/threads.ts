import type { MessagePort, Worker as Thread } from "node:worker_threads";
import { DataError, reviveError, UsageError } from "../../base/index.ts";
import type { Json } from "../env.ts";
import { readBatch, writeBatch } from "../spaces/batch.ts";
import type { Actions, Space } from "../spaces/space.ts";
import { answers, type SavedAnswers } from "./answers.ts";
import { checkActions, checkEnvCount, checkSavedCount, resetPlan } from "./arguments.ts";
import {
  type Asked,
  bytesNeeded,
  type EnvSource,
  type Ready,
  roomIn,
  type ThreadData,
  type Told,
  threadMemory,
  word,
} from "./thread-memory.ts";
import type { VectorEnv, VectorOptions } from "./vector-env.ts";

export interface ThreadsOptions extends VectorOptions {
  /** Default 2; never more than there are environments. */
  readonly threads?: number | undefined;
  /** How long a call may take before its thread counts as hanging, default 60,000. */
  readonly timeoutMs?: number | undefined;
}

type Saved = { readonly envs: readonly Json[]; readonly answers: SavedAnswers };

/** A thread with the rows first … first + count − 1. */
interface Crew {
  readonly worker: Thread;
  readonly port: MessagePort;
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Environments in threads (Gymnasium's AsyncVectorEnv), for those that take long to step: a call costs some 100 µs besides.
 * Observations and actions are in shared memory; row i is the single environment with seed + i, as everywhere. `step` waits,
 * so it is as synchronous as any other. Close it, or the threads live as long as the program.
 *
 * @throws UsageError `bad-env-option`, `bad-space` (a space without a fixed size)
 * @throws DataError `env-threw` (also in `step`), `env-hangs` (in `step`)
 */
export async function threadVector(
  source: EnvSource,
  numEnvs: number,
  { autoreset = "next-step", copy = true, threads = 2, timeoutMs = 60_000 }: ThreadsOptions = {},
): Promise<VectorEnv> {
  checkEnvCount(numEnvs);
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new UsageError(`wanted a positive number of threads, got ${threads}`, { code: "bad-env-option" });
  }
  // Loaded here, so that what needs no threads runs in browsers too.
  const { MessageChannel, receiveMessageOnPort } = await import("node:worker_threads");
  const { startThread } = await import("../../threads/index.ts");
  const crewCount = Math.min(threads, numEnvs);
  const control = new Int32Array(new SharedArrayBuffer(4 * crewCount));
  const begun = Array.from({ length: crewCount }, (_, index) => {
    const first = Math.floor((index * numEnvs) / crewCount);
    const count = Math.floor(((index + 1) * numEnvs) / crewCount) - first;
    const data: ThreadData = { source, autoreset, first, count, n: numEnvs, index, control };
    const worker = startThread(new URL("./thread", import.meta.url), data);
    return { worker, index, first, count };
  });
  const stop = () => {
    for (const { worker } of begun) void worker.terminate();
  };
  const [observationSpace, actionSpace] = (
    await Promise.all(begun.map(({ worker }) => ready(worker))).catch((error) => {
      stop();
      throw error;
    })
  )[0]!;

  const buffer = new SharedArrayBuffer(sizeOrStop(() => bytesNeeded(observationSpace, actionSpace, numEnvs), stop));
  const memory = threadMemory(observationSpace, actionSpace, numEnvs, roomIn(buffer));
  const crews: Crew[] = begun.map(({ worker, ...rest }) => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ memory: buffer, port: port2 }, [port2]);
    worker.unref();
    return { ...rest, worker, port: port1 };
  });
  const out = answers(observationSpace, numEnvs, copy, memory.rows);

  const tell = (index: number, what: number) => {
    Atomics.store(control, index, what);
    Atomics.notify(control, index);
  };
  /** Waits for every thread that was asked, then hands on what they said, or the first error. */
  const gather = (asked: readonly Crew[]): Told[] => {
    const all = asked.map(({ index, port }): Told | undefined => {
      for (let state = Atomics.load(control, index); state !== word.rest && state !== word.told; ) {
        if (Atomics.wait(control, index, state, timeoutMs) === "timed-out") {
          void begun[index]!.worker.terminate();
          throw hangs(index, timeoutMs);
        }
        state = Atomics.load(control, index);
      }
      if (Atomics.load(control, index) === word.rest) return undefined;
      const told = receiveMessageOnPort(port)?.message as Told | undefined;
      tell(index, word.rest);
      return told;
    });
    const told = all.filter((one) => one !== undefined);
    const failed = told.find(({ error }) => error !== undefined);
    if (failed !== undefined) throw reviveError(failed.error!);
    for (const { i, info, final } of told.flatMap(({ infos }) => infos)) {
      out.tell(i, info as Record<string, unknown>, final as Record<string, unknown> | undefined);
    }
    return told;
  };
  const ask = (what: (crew: Crew) => Asked): Told[] => {
    for (const crew of crews) {
      crew.port.postMessage(what(crew));
      tell(crew.index, word.message);
    }
    return gather(crews);
  };
  const isMine = ({ first, count }: Crew, i: number) => i >= first && i < first + count;

  return {
    numEnvs,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    autoreset,
    name: "ThreadVectorEnv",
    reset(how = {}) {
      const { seeds, isReset, options } = resetPlan(how, numEnvs);
      out.begin();
      const wanted = seeds.map((seed, i) => ({ i, seed })).filter(({ i }) => isReset(i));
      ask((crew) => ({ reset: wanted.filter(({ i }) => isMine(crew, i)), options }));
      return out.reset();
    },
    step(actions: Actions<Space>) {
      checkActions(actionSpace, actions, numEnvs, "ThreadVectorEnv");
      for (let i = 0; i < numEnvs; i++) {
        writeBatch(actionSpace, memory.actions, i, readBatch(actionSpace as Space, actions, i));
      }
      out.begin();
      for (const { index } of crews) tell(index, word.step);
      gather(crews);
      return out.step();
    },
    close() {
      for (const { index, port } of crews) {
        tell(index, word.end);
        port.close();
      }
    },
    snapshot: (): Saved => ({
      envs: ask(() => ({ snapshot: true })).flatMap(({ snapshot }) => snapshot ?? []),
      answers: out.save(),
    }),
    restore(state) {
      const saved = state as Saved;
      checkSavedCount(saved.envs.length, numEnvs);
      ask(({ first, count }) => ({ restore: saved.envs.slice(first, first + count) }));
      out.load(saved.answers);
    },
  };
}

/** The spaces of a thread's environments, when they are made. */
function ready(worker: Thread): Promise<readonly [observation: Space, action: Space]> {
  return new Promise((resolve, reject) => {
    worker.once("message", (message: Ready) => {
      if ("error" in message) reject(reviveError(message.error));
      else resolve(message.spaces);
    });
    worker.once("error", (error) => reject(new DataError(error.message, { code: "env-threw", cause: error })));
    worker.once("exit", (code) =>
      reject(new DataError(`a thread of environments ended with ${code}`, { code: "env-threw" })),
    );
  });
}

function sizeOrStop(size: () => number, stop: () => void): number {
  try {
    return size();
  } catch (error) {
    stop();
    throw error;
  }
}

const hangs = (index: number, timeoutMs: number): DataError =>
  new DataError(`thread ${index} of environments has not answered for ${timeoutMs} ms: it hangs or has died`, {
    code: "env-hangs",
    help: "close the vector environment; where a step may take so long, give timeoutMs",
  });
