/**
 * Asynchronous advantage actor-critic (Mnih et al. 2016, arXiv:1602.01783, algorithm S3): threads, each with environments of
 * its own, take the shared weights, play t_max steps, and add the step that these ask for to the shared weights, all at once
 * and without locks (Hogwild: Recht et al. 2011). RMSProp's squares are shared too.
 *
 * The threads are real: weights and squares lie in a SharedArrayBuffer, and nothing orders what is written to it, so two runs
 * of the same seed differ. `schedule: "round-robin"` lets one thread play at a time, in turn: the same bits for the same
 * seed, and after a checkpoint.
 *
 * Between taking and giving back a thread is A2C (a2c.ts); alone, it is A2C bit for bit.
 *
 * Departs from the paper: the loss is the mean over t_max steps, not the sum (RMSProp does not see the difference); ε, which
 * the paper does not say, is 10⁻⁵ under the root, and the squares begin at 1, as in OpenAI's A2C; the gradient is clipped;
 * policy and value share no layers; γ, t_max, entropy and decay are the paper's. The learning rate goes down to 0 from a
 * fixed value in place of one drawn from 10⁻⁴ to 10⁻² for each run.
 *
 * No running normalisation: mean, variance and count only make sense together, and threads that merge into them without
 * locks would leave them apart; statistics of each thread would show the shared weights different observations. Scale in
 * the environment, by numbers that stand still (`rescaleObservation`, `transformReward`).
 *
 * Run it: plaudit rl a3c --env CartPole-v1 --workers 2     Results: docs/algorithms/rl-policy-gradients.md
 */
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import type { Checkpoint, CheckpointFiles, Trainer } from "../../run/index.ts";
import { optimizerFile, tensorsOf } from "../checkpoint.ts";
import { episodeMetrics, onPolicySettings, type Trained, trainReturn } from "../on-policy/on-policy.ts";
import type { Episode } from "../on-policy/rollout.ts";
import { type NewPolicy, newPolicy, type Policy, policyFiles, restoreWeights } from "../policy.ts";
import type { Order, Reply, Report, WorkerSeed, WorkerState } from "./a3c-worker.ts";
import { type EnvSource, openEnvs } from "./env-source.ts";
import { sharedMemory } from "./shared-memory.ts";
import { openThreads, type Threads } from "./threads.ts";

const { nSteps, gamma, gaeLambda, learningRate, lrSchedulerType, ...others } = onPolicySettings;
const { entCoef, vfCoef, maxGradNorm, truncation, netArch, activation, orthoInit, logStdInit } = others;
const { useSde, sdeSampleFreq } = others;

export const A3cConfig = z.object({
  totalTimesteps: z
    .int()
    .positive()
    .max(2 ** 31 - 1)
    .default(100_000)
    .describe("environment steps of all threads, at least"),
  workers: z.int().positive().default(2).describe("threads"),
  numEnvs: z.int().positive().default(1).describe("environments of each thread"),
  schedule: z
    .enum(["hogwild", "round-robin"])
    .default("hogwild")
    .describe("all threads at once, or one after the other: slower, and the same for the same seed"),
  nSteps: nSteps.default(5).describe("t_max: steps of each environment between two updates"),
  gamma,
  gaeLambda: gaeLambda.default(1),
  learningRate: learningRate.default(2e-3),
  lrSchedulerType: lrSchedulerType.default("linear"),
  rmsDecay: z.number().min(0).lt(1).default(0.99).describe("α: decay of RMSprop's squares"),
  epsilon: z.number().positive().default(1e-5).describe("of RMSprop, under the root"),
  entCoef: entCoef.default(0.01),
  vfCoef,
  maxGradNorm: maxGradNorm.default(40),
  truncation,
  netArch,
  activation,
  orthoInit,
  logStdInit,
  useSde,
  sdeSampleFreq,
  logSteps: z.int().positive().default(2000).describe("environment steps between two lines of the log"),
});
export type A3cConfig = z.infer<typeof A3cConfig>;

export interface A3cOptions extends z.input<typeof A3cConfig> {
  readonly env: EnvSource;
  readonly seed?: number;
  /** For how long no thread may take a step before the run ends with `env-hangs`. Default 60,000. */
  readonly timeoutMs?: number;
}

/**
 * A step in logs and checkpoints is a round of `logSteps` environment steps, after which the threads wait: what is logged and
 * saved is one state of all. A thread that dies or whose environment throws or hangs ends the run; the last round's state is
 * that of the last `snapshot()`.
 *
 * @throws PlauditError `worker-died`, `non-finite` and whatever the environment threw; DataError `env-hangs`; UsageError
 * `bad-env-module`, `bad-settings`, `other-environment`
 */
export async function* a3c(
  options: A3cOptions,
  { from }: { readonly from?: Checkpoint | undefined } = {},
): Trainer<Trained> {
  const config = A3cConfig.parse(options);
  const { env, seed = 0, timeoutMs = 60_000 } = options;
  const shape = await policyShape(env, config);
  const policy = newPolicy(shape, seed);
  const shared = sharedMemory(policy.weights.flat);
  const start = from && restore(from, policy, shared, config);
  let { step, turns, recent } = start ?? { step: 0, turns: 0, recent: [] };

  const threads = openThreads<WorkerSeed, Order, Reply>(
    new URL("./a3c-worker", import.meta.url),
    Array.from({ length: config.workers }, (_, worker) => ({
      ...{ worker, env, shape, config, seed, memory: shared.memory },
      state: start?.workers[worker],
    })),
    { beat: shared.steps, timeoutMs },
  );
  try {
    await threads.ready;
    while (shared.steps() < config.totalTimesteps) {
      const until = Math.min(config.totalTimesteps, shared.steps() + config.logSteps);
      turns = await play(threads, until, { config, turns, steps: shared.steps });
      const reports = (await threads.askAll({ kind: "report" })) as Report[];
      step++;
      recent = [...recent, ...reports.flatMap(({ episodes }) => episodes)].slice(-100);
      policy.weights.flat.set(shared.weights);
      const steps = shared.steps();
      yield {
        step,
        metrics: {
          ...episodeMetrics(recent),
          "time/total_timesteps": steps,
          ...meanOf(reports),
          "train/n_updates": reports.reduce((sum, { state }) => sum + state.turns, 0),
        },
        snapshot: () => ({
          step,
          files: { ...policyFiles(policy), ...stateFiles(shared, reports, { turns, recent }) },
        }),
      };
    }
    return { policy, result: { steps: shared.steps(), trainReturn: trainReturn(recent) }, files: policyFiles(policy) };
  } finally {
    shared.stop();
    await threads.close({ kind: "end" });
  }
}

/** Until so many environment steps were taken by all. Returns how many turns of single threads there were in all. */
async function play(
  threads: Threads<Order, Reply>,
  until: number,
  { config, turns, steps }: { config: A3cConfig; turns: number; steps: () => number },
): Promise<number> {
  if (config.schedule === "hogwild") {
    await threads.askAll({ kind: "play", until });
    return turns;
  }
  let turn = turns;
  for (; steps() < until; turn++) await threads.ask(turn % config.workers, { kind: "turn" });
  return turn;
}

/** One environment is made here, only to know its spaces. */
async function policyShape(source: EnvSource, config: A3cConfig): Promise<NewPolicy> {
  const env = await openEnvs(source, 1);
  const { singleObservationSpace: observations, singleActionSpace: actions } = env;
  env.close?.();
  const { activation, orthoInit, logStdInit, useSde, netArch: hidden } = config;
  return { algorithm: "a3c", observations, actions, hidden, activation, orthoInit, logStdInit, useSde };
}

/** The threads' means, each weighted by its updates. */
function meanOf(reports: readonly Report[]): Readonly<Record<string, number>> {
  const updates = reports.reduce((sum, report) => sum + report.updates, 0);
  const totals = new Map<string, number>();
  for (const report of reports) {
    for (const [name, sum] of Object.entries(report.sums)) totals.set(name, (totals.get(name) ?? 0) + sum / updates);
  }
  return Object.fromEntries(totals);
}

type Shared = ReturnType<typeof sharedMemory>;

interface StateFile {
  readonly steps: number;
  /** Whose turn it is. */
  readonly turns: number;
  readonly recent: readonly Episode[];
  readonly workers: readonly WorkerState[];
}

function stateFiles(
  shared: Shared,
  reports: readonly Report[],
  at: Pick<StateFile, "turns" | "recent">,
): CheckpointFiles {
  const workers = reports.map(({ state }) => state);
  if (workers.some(({ env }) => env === undefined)) {
    throw new UsageError("the environment has no snapshot(), so this run cannot go on from a checkpoint", {
      code: "no-snapshot",
      help: "give it snapshot() and restore(), or train without saving",
    });
  }
  const file: StateFile = { ...at, steps: shared.steps(), workers };
  return {
    "optimizer.safetensors": optimizerFile({ slots: { v: Float32Array.from(shared.squares) } }),
    "state.json": file,
  };
}

function restore({ step, files }: Checkpoint, policy: Policy, shared: Shared, { workers }: A3cConfig) {
  const saved = files["state.json"] as StateFile;
  if (saved.workers.length !== workers) {
    throw new UsageError(`the checkpoint has the environments of ${saved.workers.length} threads, not ${workers}`, {
      code: "bad-settings",
      help: `go on with --workers ${saved.workers.length}`,
    });
  }
  restoreWeights(policy, files);
  shared.weights.set(policy.weights.flat);
  shared.squares.set(tensorsOf(files, "optimizer.safetensors").get("v")!.data);
  shared.took(saved.steps);
  return { step, turns: saved.turns, recent: saved.recent, workers: saved.workers };
}
