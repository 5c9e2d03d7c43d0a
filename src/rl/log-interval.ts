/**
 * One line of the log for several steps of a trainer, where one for each would say too little at too great a length: A2C
 * takes 12,500 steps in zoo's budget for CartPole. A line holds the last of each number (stable-baselines3's
 * `log_interval`), and is also the step that checkpoints count.
 */
import type { Checkpoint, Finished, Trainer } from "../run/index.ts";

export interface LogInterval {
  /** Steps of the trainer for one line. */
  readonly interval: number;
  /** Environment steps after which the trainer ends: the last line may stand for fewer of its steps. */
  readonly totalTimesteps: number;
}

const stateFile = "log.json";

/** @param begin makes the trainer, from its own checkpoint where there is one */
export async function* everyFew<R extends Finished>(
  begin: (from: Checkpoint | undefined) => Trainer<R>,
  { interval, totalTimesteps }: LogInterval,
  from?: Checkpoint,
): Trainer<R> {
  const saved = from?.files[stateFile] as { readonly step: number } | undefined;
  const trainer = begin(from && saved ? { ...from, step: saved.step } : from);
  let line = from?.step ?? 0;
  let metrics: Readonly<Record<string, number>> = {};
  try {
    let next = await trainer.next();
    for (; !next.done; next = await trainer.next()) {
      const { step, snapshot } = next.value;
      metrics = { ...metrics, ...next.value.metrics };
      if (step % interval !== 0 && metrics["time/total_timesteps"]! < totalTimesteps) continue;
      line++;
      yield {
        step: line,
        metrics,
        snapshot: () => ({ step: line, files: { ...snapshot().files, [stateFile]: { step } } }),
      };
      metrics = {};
    }
    return next.value;
  } finally {
    await trainer.return(undefined as never); // where the caller leaves early
  }
}
