import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { epsilonGreedyAgent, gaussianBandit, gradientAgent, testbed, ucbAgent } from "./index.ts";

describe("bandits", () => {
  it("without a step size an agent keeps the mean of what each arm gave", () => {
    const agent = epsilonGreedyAgent(2, { epsilon: 0 });
    for (const reward of [1, 2, 6]) agent.learn(0, reward); // 3
    agent.learn(1, 2.9);
    expect(agent.choose(stream(0, "a"))).toBe(0);
    agent.learn(1, 3.2); // 3.05
    expect(agent.choose(stream(0, "a"))).toBe(1);
  });

  it("with a constant step size old rewards are forgotten", () => {
    const agent = epsilonGreedyAgent(2, { epsilon: 0, stepSize: 0.5 });
    for (let i = 0; i < 50; i++) agent.learn(0, 10);
    for (let i = 0; i < 10; i++) agent.learn(0, 0); // ~0.01
    agent.learn(1, 1); // 0.5
    expect(agent.choose(stream(0, "a"))).toBe(1);
  });

  it("UCB pulls every arm once before any twice, and a neglected one again in the end", () => {
    const agent = ucbAgent(4, { c: 1 });
    const rng = stream(1, "ucb");
    const pulled: number[] = [];
    for (let t = 0; t < 400; t++) {
      const arm = agent.choose(rng);
      pulled.push(arm);
      agent.learn(arm, arm === 2 ? 1 : 0);
    }
    expect(new Set(pulled.slice(0, 4)).size).toBe(4);
    for (const arm of [0, 1, 3]) expect(pulled.filter((a) => a === arm).length).toBeGreaterThan(1);
    expect(pulled.filter((a) => a === 2).length).toBeGreaterThan(300);
  });

  it("a gradient agent begins with every arm alike and moves towards what paid more than usual", () => {
    const share = (agent: ReturnType<typeof gradientAgent>) => {
      const rng = stream(3, "draws");
      return Array.from({ length: 4000 }, () => agent.choose(rng)).filter((arm) => arm === 1).length / 4000;
    };
    const agent = gradientAgent(4, { stepSize: 0.2 });
    expect(share(agent)).toBeCloseTo(0.25, 1);
    for (let i = 0; i < 20; i++) {
      agent.learn(0, 4);
      agent.learn(1, 6);
    }
    expect(share(agent)).toBeGreaterThan(0.5);
  });

  it("the testbed's means are what the arms pay, and a seed gives the same curves", () => {
    const bandit = gaussianBandit(3, stream(5, "arms"), 4);
    const rng = stream(5, "pulls");
    const mean = Array.from({ length: 20_000 }, () => bandit.pull(1, rng)).reduce((a, b) => a + b, 0) / 20_000;
    expect(mean).toBeCloseTo(bandit.means[1]!, 1);
    const run = () => testbed((arms) => ucbAgent(arms), { bandits: 20, steps: 50, seed: 7 });
    expect(run()).toEqual(run());
    const { optimal } = run();
    expect(optimal[49]).toBeGreaterThan(optimal[0]!);
  });
});
