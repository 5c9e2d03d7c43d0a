/**
 * A small network's pass is made of operations too short to be shared by several cores: they would wait for each other at
 * each. There every core takes whole passes instead, one lane a core (docs/log.md has the times).
 */
import { threads } from "./ort/index.ts";

/** Weights up to which passes run side by side; beyond, cores share each pass and memory holds one of everything. */
const smallNetwork = 1 << 24;

/** How many passes of a network with so many weights run side by side: 1 or one for each thread. */
export const lanesFor = (weights: number): number => (weights <= smallNetwork ? threads() : 1);

type Job = Promise<unknown>;

/** Per lane, the last of the jobs that were given to it: all networks of the process share the cores. */
const last: Job[] = [];
const waiting: number[] = [];

/** Runs a job when those before it in the lane are done. */
export async function inLane<T>(lane: number, job: () => Promise<T>): Promise<T> {
  waiting[lane] = (waiting[lane] ?? 0) + 1;
  const mine = (last[lane] ?? Promise.resolve()).then(job);
  last[lane] = mine.catch(() => {});
  try {
    return await mine;
  } finally {
    waiting[lane]!--;
  }
}

/** The lane that has the least to do. */
export function freeLane(lanes: number): number {
  let free = 0;
  for (let lane = 1; lane < lanes; lane++) if ((waiting[lane] ?? 0) < (waiting[free] ?? 0)) free = lane;
  return free;
}

/**
 * Runs `job` for every item, starting them in their order and as many at once as there are lanes. Results stand in the
 * order of the items. After a failure no more are started, and it is thrown when none is at work any longer: what they
 * use may then be disposed of.
 */
export async function sideBySide<T, R>(
  { lanes }: { readonly lanes: number },
  items: Iterable<T>,
  job: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items].entries();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const [i, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[i] = await job(item);
      } catch (cause) {
        failures.push(cause);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
