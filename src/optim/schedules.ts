import { nearest, UsageError } from "../base/index.ts";

/** What the base learning rate is multiplied by. Steps count from 0, the first update. */
export type Schedule = (step: number) => number;

interface Warmup {
  /** Steps of linear growth from `startRatio` to 1. Default 0. */
  readonly warmupSteps?: number;
  /** What the first update is multiplied by when there is a warm-up. Default 0. */
  readonly startRatio?: number;
}
interface Bounded extends Warmup {
  /** The step at which the schedule has come to its end. */
  readonly totalSteps: number;
}
interface WithEnd {
  /** Where it ends, as a part of the base learning rate. */
  readonly minRatio?: number;
}

/** The warm-up, then what `after` makes of the steps since. */
const warmup =
  ({ warmupSteps = 0, startRatio = 0 }: Warmup, after: Schedule): Schedule =>
  (step) =>
    step < warmupSteps ? startRatio + ((1 - startRatio) * step) / warmupSteps : after(step - warmupSteps);

/** `rest` is told how much of the time after the warm-up is over: 0 … 1. */
const decay = (options: Bounded, rest: (progress: number) => number): Schedule => {
  const { warmupSteps = 0, totalSteps } = options;
  return warmup(options, (step) => rest(Math.min(1, step / Math.max(1, totalSteps - warmupSteps))));
};

/** Down to `minRatio` (default 0) in a straight line; without warm-up also the annealing of ppo2 and cleanrl. */
export const linear = (options: Bounded & WithEnd): Schedule => polynomial(options);

/** Half a cosine, down to `minRatio` (default 0). */
export const cosine = ({ minRatio = 0, ...options }: Bounded & WithEnd): Schedule =>
  decay(options, (progress) => minRatio + (1 - minRatio) * 0.5 * (1 + Math.cos(Math.PI * progress)));

/** (1 − progress)^power, down to `minRatio` (default 0); power 1 (the default) is linear. */
export const polynomial = ({
  minRatio = 0,
  power = 1,
  ...options
}: Bounded & WithEnd & { readonly power?: number }): Schedule =>
  decay(options, (progress) => minRatio + (1 - minRatio) * (1 - progress) ** power);

export const constant = (): Schedule => () => 1;

export const constantWithWarmup = (options: Warmup): Schedule => warmup(options, constant());

/** InstructGPT's PPO (Ouyang et al. 2022, appendix C.4): from a tenth of the peak over 10 iterations, then constant. */
export const instructGptConstant = (): Schedule => constantWithWarmup({ warmupSteps: 10, startRatio: 0.1 });

/** 1/√step after the warm-up (Vaswani et al. 2017); `timescale` defaults to the warm-up, or 10,000 steps without one. */
export const inverseSqrt = (options: Warmup & { readonly timescale?: number } = {}): Schedule => {
  const { timescale = options.warmupSteps || 10_000 } = options;
  return warmup(options, (step) => Math.sqrt(timescale / (step + timescale)));
};

/** A value that moves in a straight line from `start` to `end` over `duration` steps and stays there (DQN's ε). */
export const interpolate =
  ({ start, end, duration }: { readonly start: number; readonly end: number; readonly duration: number }): Schedule =>
  (step) =>
    start + (end - start) * Math.min(1, step / duration);

const byName = {
  linear,
  cosine,
  cosine_with_min_lr: (options) => cosine({ ...options, minRatio: options.minRatio || 0.1 }),
  constant,
  constant_with_warmup: constantWithWarmup,
  inverse_sqrt: inverseSqrt,
  polynomial,
} satisfies Record<string, (options: ScheduleOptions) => Schedule>;

export interface ScheduleOptions extends Bounded, WithEnd {
  /** Of `polynomial`. Default 1. */
  readonly power?: number;
}
export type ScheduleName = keyof typeof byName;
export const scheduleNames = Object.keys(byName) as ScheduleName[];

/**
 * A schedule by the name that Transformers and TRL give it (`lr_scheduler_type`). `minRatio` acts on `polynomial`
 * (default 0), `cosine` (default 0) and `cosine_with_min_lr` (default 0.1).
 *
 * @throws UsageError when there is none of that name.
 */
export function schedule(name: string, options: ScheduleOptions): Schedule {
  if (!Object.hasOwn(byName, name)) {
    const meant = nearest(name, scheduleNames);
    throw new UsageError(`there is no learning-rate schedule "${name}"`, {
      code: "unknown-schedule",
      help: meant === undefined ? `choose one of ${scheduleNames.join(", ")}` : `was ${meant} meant?`,
    });
  }
  const make: (options: ScheduleOptions) => Schedule = byName[name as ScheduleName];
  return make(options);
}
