import type { Play } from "./learning.ts";

/** One episode from its start to its end, for methods that learn afterwards. */
export interface Episode {
  readonly states: readonly number[];
  readonly actions: readonly number[];
  readonly rewards: readonly number[];
  /** Where it led, when it was cut: what is worth something yet. Undefined after an end. */
  readonly cutAt: number | undefined;
}

/** Plays to the end. `choose` gets the state and the time. */
export function playEpisode({ start, step }: Play, choose: (s: number, t: number) => number): Episode {
  const [states, actions, rewards]: [number[], number[], number[]] = [[], [], []];
  let s = start();
  for (let t = 0; ; t++) {
    const a = choose(s, t);
    const { next, reward, terminated, truncated } = step(a);
    states.push(s);
    actions.push(a);
    rewards.push(reward);
    if (terminated || truncated) return { states, actions, rewards, cutAt: terminated ? undefined : next };
    s = next;
  }
}

/** For each time, whether none before had the same key. */
export function firstVisits(keys: readonly number[]): boolean[] {
  const seen = new Set<number>();
  return keys.map((key) => !seen.has(key) && Boolean(seen.add(key)));
}
