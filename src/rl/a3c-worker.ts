/** One thread of A3C, see a3c.ts: takes the shared weights, plays, learns, gives back. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PlauditError, stream } from "../base/index.ts";
import { add, compile, div, gradients, mean, minimum, mul, type Specs, sqrt, square, sum } from "../engine/index.ts";
import type { Json } from "../envs/index.ts";
import type { A3cConfig } from "./a3c.ts";
import { type EnvSource, openEnvs } from "./env-source.ts";
import { paramsIn } from "./fused.ts";
import { actorCriticLoss, policyGradientLoss } from "./losses/policy-gradient.ts";
import { valueLoss } from "./losses/value.ts";
import { scheduled } from "./on-policy.ts";
import { type NewPolicy, newPolicy, type Policy } from "./policy.ts";
import { gae } from "./returns.ts";
import { type Collector, collector, type Episode } from "./rollout.ts";
import { type Memory, viewMemory } from "./shared-memory.ts";
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
export interface WorkerState {
  readonly turns: number;
  /** Absent where the environment has no snapshot(). */
  readonly env?: Json;
  readonly observations: readonly number[];
  readonly returns: readonly number[];
  readonly lengths: readonly number[];
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
  const { nSteps: T, numEnvs: n, gamma, gaeLambda, totalTimesteps } = config;
  const shared = viewMemory(memory);
  const env = await openEnvs(source, n);
  const policy = newPolicy(shape, seed);
  const acting = collector({ env, policy, T });
  const slope = compileSlope(policy, config);
  let turns = 0;
  if (state === undefined) acting.start(seed + worker * n);
  else {
    turns = state.turns;
    env.restore?.(state.env!);
    restoreCollector(acting, state);
  }
  let [episodes, sums, updates]: [Episode[], Record<string, number>, number] = [[], {}, 0];

  const turn = () => {
    policy.weights.flat.set(shared.weights); // θ′ = θ
    const played = acting.collect(stream(seed + worker, "act", turns++));
    const { rollout } = played;
    if (config.truncation === "terminal")
      for (let i = 0; i < T * n; i++) rollout.terminated[i]! |= rollout.truncated[i]!;
    const metrics = slope.run(rollout, gae({ ...rollout, gamma, lambda: gaeLambda }));
    const progress = Math.max(0, 1 - shared.took(T * n) / totalTimesteps);
    shared.descend(slope.gradient, {
      learningRate: scheduled(config.learningRate, config.lrSchedulerType, progress),
      decay: config.rmsDecay,
      epsilon: config.epsilon,
    });
    episodes.push(...played.episodes);
    for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value;
    updates++;
  };
  const report = (): Report => {
    const { observations, returns, lengths } = acting.state;
    const now = { turns, observations: [...observations], returns: [...returns], lengths: [...lengths] };
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
      slope.dispose();
      env.close?.();
    },
  };
}

function restoreCollector(acting: Collector, saved: WorkerState): void {
  for (const name of ["observations", "returns", "lengths"] as const) acting.state[name].set(saved[name]);
}

/** The loss of one rollout and its gradient by all weights: A2C's, see a2c.ts. */
function compileSlope({ network, weights, observation, action }: Policy, config: A3cConfig) {
  const { nSteps, numEnvs, entCoef, vfCoef, maxGradNorm } = config;
  const rows = nSteps * numEnvs;
  const executable = compile<Specs, string>(
    (x) => {
      const params = paramsIn(x.weights!, weights.parameters);
      const now = network.policy(params, x.observations!);
      const policyLoss = policyGradientLoss({ logProb: now.logProb(x.actions!), advantages: x.advantages! });
      const values = valueLoss({ values: network.value(params, x.observations!), returns: x.returns!, form: "full" });
      const entropy = mean(now.entropy());
      const loss = actorCriticLoss({ policyLoss, valueLoss: values, vfCoef, entropy, entCoef });
      const [gradient] = gradients(loss, [x.weights!]);
      const gradNorm = sqrt(sum(square(gradient!)));
      const scale = minimum(div(maxGradNorm, add(gradNorm, 1e-6)), 1);
      return { policyLoss, values, entropy, gradNorm, gradient: maxGradNorm > 0 ? mul(gradient!, scale) : gradient! };
    },
    {
      weights: [weights.flat.length],
      observations: [rows, observation.width],
      actions: action.spec(rows),
      advantages: [rows],
      returns: [rows],
    },
    { buffers: { weights: weights.flat }, threads: 1 },
  );
  const inputs = executable.inputs as Readonly<Record<string, Float32Array>>;
  const [policyLoss, values, entropy, gradNorm] = ["policyLoss", "values", "entropy", "gradNorm"].map((name) =>
    executable.float(name),
  );
  return {
    gradient: executable.float("gradient"),
    /** @throws PlauditError `non-finite`: the shared weights are as they were */
    run(rollout: ReturnType<Collector["collect"]>["rollout"], { advantages, returns }: ReturnType<typeof gae>) {
      inputs.observations!.set(rollout.observations);
      inputs.actions!.set(rollout.actions);
      inputs.advantages!.set(advantages);
      inputs.returns!.set(returns);
      executable.run();
      if (!Number.isFinite(gradNorm![0])) {
        throw new PlauditError("the gradient is not finite", {
          code: "non-finite",
          help: "lower the learning rate, clip the gradient, or look at the rewards and observations of the environment",
        });
      }
      return {
        "train/policy_loss": policyLoss![0]!,
        "train/value_loss": values![0]!,
        "train/entropy_loss": -entropy![0]!,
        "train/grad_norm": gradNorm![0]!,
      };
    },
    dispose: () => executable.dispose(),
  };
}

/** What went wrong, as it travels between threads. */
function failure(thrown: unknown): Failure {
  const { message, code, help } = thrown as Error & { code?: string; help?: string };
  return { failed: { message, ...(code && { code }), ...(help && { help }) } };
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
      port.postMessage(failure(thrown));
    }
  });
  port.postMessage({ done: true } satisfies Reply);
}

serve(parentPort!).catch((thrown) => parentPort!.postMessage(failure(thrown)));
