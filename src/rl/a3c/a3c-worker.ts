/** One thread of A3C, see a3c.ts: takes the shared weights, plays, learns, gives back. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { carryError, stream } from "../../base/index.ts";
import type { Json } from "../../envs/index.ts";
import { rmsprop } from "../../optim/index.ts";
import { restoreUnderWay, type UnderWay, underWayFile } from "../checkpoint.ts";
import { optimized } from "../fused.ts";
import { a2cLearning } from "../on-policy/a2c.ts";
import { collector, type Episode, endTruncated } from "../on-policy/rollout.ts";
import { type NewPolicy, newPolicy } from "../policy.ts";
import type { A3cConfig } from "./a3c.ts";
import { type EnvSource, openEnvs } from "./env-source.ts";
import { type Memory, ownCopy, viewMemory } from "./shared-memory.ts";
import type { Failure } from "./threads.ts";

/** What a thread begins with. */
export interface WorkerSeed {
  readonly worker: number;
  readonly env: EnvSource;
  readonly shape: NewPolicy;
  readonly config: A3cConfig;
  readonly seed: number;
  readonly memory: Memory;
  /** What it goes on from. */
  readonly state: WorkerState | undefined;
}

/** All that changes in a thread. */
export interface WorkerState extends UnderWay {
  readonly turns: number;
  /** Absent where the environment has no snapshot(). */
  readonly env?: Json;
}

export type Order =
  | { readonly kind: "turn" }
  /** Turns until all threads together have taken so many environment steps. */
  | { readonly kind: "play"; readonly until: number }
  | { readonly kind: "report" }
  | { readonly kind: "end" };

/** Since the last report. */
export interface Report {
  readonly episodes: readonly Episode[];
  readonly updates: number;
  /** Of each metric over the updates. */
  readonly sums: Readonly<Record<string, number>>;
  readonly state: WorkerState;
}
export type Reply = Report | { readonly done: true };

async function begin({ worker, env: source, shape, config, seed, memory, state }: WorkerSeed) {
  const { nSteps: T, numEnvs: n, totalTimesteps } = config;
  const shared = viewMemory(memory);
  const env = await openEnvs(source, n);
  const policy = newPolicy(shape, seed);
  const redraw = config.useSde ? (config.sdeSampleFreq ?? T) : 1;
  const acting = collector({ env, policy, T, redraw });
  const optimizer = rmsprop({ alpha: config.rmsDecay, epsilon: config.epsilon, epsilonStyle: "tensorflow" });
  const own = optimized(policy.weights, optimizer);
  const algorithm = a2cLearning({ policy, state: own, rows: T * n }, { ...config, normalizeAdvantage: false });
  const weights = ownCopy(shared.weights, own.weights.flat);
  const squares = ownCopy(shared.squares, own.slots.v!);
  let turns = 0;
  if (state === undefined) acting.start(seed + worker * n);
  else {
    turns = state.turns;
    env.restore?.(state.env!);
    restoreUnderWay(acting.state, state);
  }
  let [episodes, sums, updates]: [Episode[], Record<string, number>, number] = [[], {}, 0];

  const turn = () => {
    weights.take(); // θ′ = θ
    const played = acting.collect(stream(seed + worker, "act", turns++));
    const { rollout } = played;
    if (config.truncation === "terminal") endTruncated(rollout);
    squares.take();
    const progress = Math.max(0, 1 - shared.took(T * n) / totalTimesteps);
    // Of a few steps the explained variance says nothing; updates are counted over all threads.
    const {
      "train/explained_variance": _,
      "train/n_updates": __,
      ...metrics
    } = algorithm.learn(rollout, { iteration: turns, progress });
    weights.giveBack();
    squares.giveBack();
    episodes.push(...played.episodes);
    for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value;
    updates++;
  };
  const report = (): Report => {
    const now = { turns, ...underWayFile(acting.state) };
    const said = { episodes, updates, sums, state: { ...now, ...(env.snapshot && { env: env.snapshot() }) } };
    [episodes, sums, updates] = [[], {}, 0];
    return said;
  };
  return {
    obey(order: Exclude<Order, { kind: "end" }>): Reply {
      if (order.kind === "report") return report();
      if (order.kind === "turn") turn();
      else while (shared.steps() < order.until && !shared.isStopped()) turn();
      return { done: true };
    },
    end() {
      acting.dispose();
      algorithm.dispose();
      env.close?.();
    },
  };
}

async function serve(port: MessagePort): Promise<void> {
  const worker = await begin(workerData as WorkerSeed);
  port.on("message", (order: Order) => {
    if (order.kind === "end") {
      worker.end();
      port.close();
      return;
    }
    try {
      port.postMessage(worker.obey(order));
    } catch (thrown) {
      port.postMessage({ failed: carryError(thrown) } satisfies Failure);
    }
  });
  port.postMessage({ done: true } satisfies Reply);
}

serve(parentPort!).catch((thrown) => parentPort!.postMessage({ failed: carryError(thrown) } satisfies Failure));
