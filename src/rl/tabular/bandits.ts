/**
 * Bandits (Sutton & Barto 2018, chapter 2): one state, k arms, each with a mean reward that nobody knows.
 */
import { type Rng, stream } from "../../base/index.ts";
import { draw } from "./config.ts";
import { bestAtRandom, epsilonGreedy, table } from "./table.ts";

export interface Bandit {
  /** Mean reward of each arm. */
  readonly means: readonly number[];
  pull(arm: number, rng: Rng): number;
}

/** The book's testbed (§2.3): means from N(`around`, 1), rewards with standard deviation 1 about them. */
export function gaussianBandit(arms: number, rng: Rng, around = 0): Bandit {
  const means = Array.from({ length: arms }, () => around + rng.normal());
  return { means, pull: (arm, rng) => means[arm]! + rng.normal() };
}

export interface BanditAgent {
  choose(rng: Rng): number;
  learn(arm: number, reward: number): void;
}

/** Any arm with probability ε, else a best one. Q ← Q + α (R − Q); without α the mean of what came (§2.4, §2.5). */
export function epsilonGreedyAgent(
  arms: number,
  {
    epsilon,
    stepSize,
    initial = 0,
  }: { readonly epsilon: number; readonly stepSize?: number; readonly initial?: number },
): BanditAgent {
  const Q = table(1, arms, initial);
  const counts = new Float64Array(arms);
  return {
    choose: (rng) => epsilonGreedy(Q, 0, epsilon, rng),
    learn(arm, reward) {
      Q.values[arm]! += (stepSize ?? 1 / ++counts[arm]!) * (reward - Q.values[arm]!);
    },
  };
}

/** Upper confidence bound (Auer et al. 2002; §2.7): argmax Q(a) + c √(ln t / N(a)); an arm never pulled comes first. */
export function ucbAgent(arms: number, { c = 2 }: { readonly c?: number } = {}): BanditAgent {
  const Q = table(1, arms);
  const counts = new Float64Array(arms);
  const bound = table(1, arms);
  let t = 0;
  return {
    choose(rng) {
      t++;
      for (let a = 0; a < arms; a++) {
        bound.values[a] = counts[a] === 0 ? Number.MAX_VALUE : Q.values[a]! + c * Math.sqrt(Math.log(t) / counts[a]!);
      }
      return bestAtRandom(bound, 0, rng);
    },
    learn(arm, reward) {
      Q.values[arm]! += (reward - Q.values[arm]!) / ++counts[arm]!;
    },
  };
}

/**
 * Gradient ascent on preferences H with π = softmax(H) (§2.8): H(a) ← H(a) + α (R − baseline) (1[a = A] − π(a)). The
 * baseline is the mean reward so far, or 0: then learning suffers where all rewards are high.
 */
export function gradientAgent(
  arms: number,
  { stepSize, baseline = true }: { readonly stepSize: number; readonly baseline?: boolean },
): BanditAgent {
  const H = new Float64Array(arms);
  let average = 0;
  let t = 0;
  const chances = (): Float64Array => {
    const top = Math.max(...H);
    const powers = H.map((h) => Math.exp(h - top));
    const total = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / total);
  };
  return {
    choose: (rng) => draw(chances(), rng),
    learn(arm, reward) {
      if (baseline) average += (reward - average) / ++t;
      const advantage = reward - average;
      chances().forEach((p, a) => {
        H[a]! += stepSize * advantage * (Number(a === arm) - p);
      });
    },
  };
}

export interface BanditCurve {
  /** Mean reward of each step. */
  readonly reward: Float64Array;
  /** Share of the bandits on which the best arm was pulled at each step. */
  readonly optimal: Float64Array;
}

/** Many bandits, each with an agent of its own: the curves of the book's figures 2.2 to 2.5. */
export function testbed(
  agent: (arms: number) => BanditAgent,
  {
    bandits = 2000,
    steps = 1000,
    arms = 10,
    around = 0,
    seed = 0,
  }: {
    readonly bandits?: number;
    readonly steps?: number;
    readonly arms?: number;
    /** What the arms' means lie around. */
    readonly around?: number;
    readonly seed?: number;
  } = {},
): BanditCurve {
  const reward = new Float64Array(steps);
  const optimal = new Float64Array(steps);
  for (let b = 0; b < bandits; b++) {
    const rng = stream(seed, "bandit", b);
    const bandit = gaussianBandit(arms, rng, around);
    const bestArm = bandit.means.indexOf(Math.max(...bandit.means));
    const player = agent(arms);
    for (let t = 0; t < steps; t++) {
      const arm = player.choose(rng);
      const got = bandit.pull(arm, rng);
      player.learn(arm, got);
      reward[t]! += got / bandits;
      optimal[t]! += Number(arm === bestArm) / bandits;
    }
  }
  return { reward, optimal };
}
