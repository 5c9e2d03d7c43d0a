/** What a policy is worth: exactly where the environment says how it works, else from episodes. */
import { stream } from "../../base/index.ts";
import { mean, std } from "../../stats/index.ts";
import { draw } from "./config.ts";
import { bestWithin } from "./finite-horizon.ts";
import type { TabularEnv } from "./learning.ts";
import { type Mdp, type Policy, startValue } from "./mdp.ts";
import type { Numbering } from "./observations.ts";

/** Of the sum of an episode's rewards, without discount. */
export interface Returns {
  readonly mean: number;
  readonly std: number;
}

/** The return of `policy` over episodes of at most `horizon` steps, by dynamic programming over its first two moments. */
export function exactReturn(process: Mdp, policy: Policy, horizon: number): Returns {
  const { transitions, initial } = process;
  let first = new Float64Array(transitions.length); // E[G | s]
  let second = new Float64Array(transitions.length); // E[G² | s]
  for (let k = 0; k < horizon; k++) {
    const [E, E2] = [first.slice(), second.slice()];
    transitions.forEach((row, s) => {
      if (row.length === 0) return;
      E[s] = 0;
      E2[s] = 0;
      row.forEach((outcomes, a) => {
        const chance = policy[s]![a]!;
        if (chance === 0) return;
        for (const [p, next, r, terminated] of outcomes) {
          const [v, v2] = terminated ? [0, 0] : [first[next]!, second[next]!];
          E[s]! += chance * p * (r + v);
          E2[s]! += chance * p * (r * r + 2 * r * v + v2);
        }
      });
    });
    const settled = E.every((value, s) => value === first[s]) && E2.every((value, s) => value === second[s]);
    [first, second] = [E, E2];
    if (settled) break;
  }
  const average = initial.reduce((sum, p, s) => sum + p * first[s]!, 0);
  const square = initial.reduce((sum, p, s) => sum + p * second[s]!, 0);
  return { mean: average, std: Math.sqrt(Math.max(0, square - average * average)) };
}

/** The best return that any policy can have in `horizon` steps, one that looks at the clock too. */
export const bestReturn = (process: Mdp, horizon: number): number =>
  startValue(process, bestWithin({ ...process, gamma: 1 }, horizon));

/** Plays so many fresh episodes of at most `horizon` steps. */
export function sampledReturn(
  env: TabularEnv,
  policy: Policy,
  numbers: { readonly observations: Numbering; readonly action: (index: number) => number },
  { episodes, horizon, seed }: { readonly episodes: number; readonly horizon: number; readonly seed: number },
): Returns & { readonly episodes: number } {
  const rng = stream(seed, "evaluate", "policy");
  const fixed = policy.map(certain);
  const returns: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    // Once, as Gymnasium wants it: the generator goes on from episode to episode.
    const start = episode === 0 ? { seed: stream(seed, "evaluate", "env").integer(2 ** 31) } : undefined;
    let s = numbers.observations.of(env.reset(start)[0]);
    let total = 0;
    for (let step = 0; step < horizon; step++) {
      const a = fixed[s]! >= 0 ? fixed[s]! : draw(policy[s]!, rng);
      const [observation, reward, terminated, truncated] = env.step(numbers.action(a));
      total += reward;
      if (terminated || truncated) break;
      s = numbers.observations.of(observation);
    }
    returns.push(total);
  }
  return { mean: mean(returns), std: episodes > 1 ? std(returns) : 0, episodes };
}

/** The action of a row that leaves no choice, else −1. */
const certain = (row: ArrayLike<number>): number => Array.prototype.indexOf.call(row, 1);
