/**
 * The policy that did best on the way, not the last one: every so many environment steps the policy plays some episodes
 * without exploring, and the best one so far is kept. Off-policy learning with a constant learning rate ends anywhere
 * between its best and its worst policy, which is why rl-baselines3-zoo trains like this (stable-baselines3's EvalCallback
 * with `best_model_save_path`). Departures: the episodes begin alike each time, so that policies are compared and not
 * their luck; an evaluation happens at a step of the trainer, and once more at the end.
 */
import type { VectorEnv } from "../envs/index.ts";
import type { Checkpoint, CheckpointFiles, Finished, Trainer } from "../run/index.ts";
import { evaluate } from "./evaluate.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import type { OnPolicyResult } from "./on-policy/on-policy.ts";
import { openPolicy, type Policy, policyFiles } from "./policy.ts";

export interface KeepBestOptions {
  /** Environments for nothing but this, which reset in the same step. */
  readonly env: VectorEnv;
  /** Environment steps between two evaluations, at least. */
  readonly evalFreq: number;
  /** Episodes of one. Default 5. */
  readonly nEvalEpisodes?: number;
  /** Where they begin. */
  readonly seed: number;
}

/** What the trainers of policies return. */
export interface Taught extends Finished {
  readonly policy: Policy<ActingNetwork>;
  readonly result: OnPolicyResult;
}

/** Of the evaluations on the way. */
export interface Kept {
  /** Environment steps after which the kept policy stood. */
  readonly timesteps: number;
  /** Its mean return there. */
  readonly mean: number;
  /** That of the last policy. */
  readonly last: number;
}

export interface TaughtBest extends Taught {
  readonly result: OnPolicyResult & { readonly kept: Kept };
}

const stateFile = "evaluation.json";
const folder = "best/";

/**
 * The trainer, whose policy is the best one on the way. Of two that do equally well the earlier one is kept.
 *
 * @throws UsageError `no-snapshot` at the first evaluation when the trainer's environments cannot be saved
 */
export async function* keepBest(
  trainer: Trainer<Taught>,
  { env, evalFreq, nEvalEpisodes: episodes = 5, seed }: KeepBestOptions,
  from?: Checkpoint,
): Trainer<TaughtBest> {
  /** At the last evaluation. */
  let at = 0;
  let kept: Kept | undefined;
  let files: CheckpointFiles = {};
  const saved = from?.files[stateFile] as { readonly at: number; readonly kept?: Kept } | undefined;
  if (from && saved?.kept) {
    ({ at, kept } = saved);
    const best = Object.entries(from.files).filter(([path]) => path.startsWith(folder));
    files = Object.fromEntries(best.map(([path, file]) => [path.slice(folder.length), file]));
  }
  const judge = (policy: Policy<ActingNetwork>, timesteps: number) => {
    const { mean, meanLength } = evaluate(policy, { env, episodes, seed });
    at = timesteps;
    if (kept === undefined || mean > kept.mean) {
      kept = { timesteps, mean, last: mean };
      files = policyFiles(policy);
    } else kept = { ...kept, last: mean };
    return { "eval/mean_reward": mean, "eval/mean_ep_length": meanLength };
  };

  try {
    let next = await trainer.next();
    for (; !next.done; next = await trainer.next()) {
      const step = next.value;
      const timesteps = step.metrics["time/total_timesteps"]!;
      const due = Math.floor(timesteps / evalFreq) > Math.floor(at / evalFreq);
      const found = due ? judge(openPolicy(step.snapshot().files), timesteps) : {};
      yield {
        ...step,
        metrics: { ...step.metrics, ...found },
        snapshot() {
          const inner = step.snapshot();
          const best = Object.entries(files).map(([path, file]) => [folder + path, file] as const);
          return { ...inner, files: { ...inner.files, ...Object.fromEntries(best), [stateFile]: { at, kept } } };
        },
      };
    }
    const { policy, result } = next.value;
    if (kept === undefined || at < result.steps) judge(policy, result.steps);
    return { policy: openPolicy(files), files, result: { ...result, kept: kept! } };
  } finally {
    await trainer.return(undefined as never); // where the caller leaves early
  }
}
