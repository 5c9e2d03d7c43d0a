import { describe, expect, it } from "vitest";
import { discrete, type Env, make } from "../../envs/index.ts";
import type { Checkpoint, Trainer } from "../../run/index.ts";
import {
  closedForm,
  doubleQLearning,
  dynaQ,
  expectedSarsa,
  type Learnt,
  mdpFromEnv,
  mdpFromYaml,
  monteCarlo,
  monteCarloPrediction,
  mrpOf,
  nStepTd,
  offPolicyMonteCarlo,
  qLearning,
  sarsa,
  simulate,
  type TabularPolicy,
  tabularDefaults,
  td,
  tdLambda,
  uniformPolicy,
} from "./index.ts";

async function toEnd(trainer: Trainer<Learnt>) {
  const metrics: Record<string, number>[] = [];
  const checkpoints: Checkpoint[] = [];
  for (;;) {
    const next = await trainer.next();
    if (next.done) return { ...next.value, metrics, checkpoints };
    metrics.push({ ...next.value.metrics });
    checkpoints.push(JSON.parse(JSON.stringify(next.value.snapshot())));
  }
}
type Result = Awaited<ReturnType<typeof toEnd>>;

const few = { evalEpisodes: 200 };
const table = ({ files }: Result, name: string) => (files["values.json"] as Record<string, number[][]>)[name]!;
const values = (result: Result) => table(result, "V").map(([v]) => v!);

const controls = { sarsa, expectedSarsa, qLearning, doubleQLearning, dynaQ, monteCarlo, offPolicyMonteCarlo };
const predictors = { td, nStepTd, tdLambda, monteCarloPrediction };

describe("every learner", () => {
  it.each(Object.entries({ ...controls, ...predictors }))(
    "%s goes on from any checkpoint as if it had never stopped",
    async (_, learner) => {
      const options = { episodes: 50, episodesPerStep: 10, ...few, seed: 3 };
      const start = () => learner({ ...options, env: make("FrozenLake-v1") });
      const whole = await toEnd(start());
      for (const at of [0, 2]) {
        const from = whole.checkpoints[at]!;
        const rest = await toEnd(learner({ ...options, env: make("FrozenLake-v1") }, { from }));
        expect(rest.metrics).toEqual(whole.metrics.slice(at + 1));
        expect(rest.files).toEqual(whole.files);
        expect(rest.result).toEqual(whole.result);
      }
    },
  );

  it.each(Object.entries(controls))("%s with another seed plays other episodes", async (_, learner) => {
    const run = (seed: number) => toEnd(learner({ episodes: 20, ...few, seed, env: make("FrozenLake-v1") }));
    const [one, two, again] = [await run(1), await run(2), await run(1)];
    expect(one.files).toEqual(again.files);
    expect(one.files).not.toEqual(two.files);
  });
});

describe("control", () => {
  const cliff = (seed: number) => ({ env: make("CliffWalking-v1"), ...few, seed });

  it.each([0, 1, 2])("Q-learning walks along the edge, SARSA takes the safe path (seed %i)", async (seed) => {
    const edge = await toEnd(qLearning({ ...tabularDefaults("q-learning", "CliffWalking-v1"), ...cliff(seed) }));
    expect(edge.result).toMatchObject({ exact: { mean: -13, std: 0 }, optimum: -13, regret: 0 });
    const safe = await toEnd(sarsa({ ...tabularDefaults("sarsa", "CliffWalking-v1"), ...cliff(seed) }));
    expect(safe.result).toMatchObject({ return: { mean: -17 }, regret: 4 });
    // … and falls less while it learns.
    expect(safe.result.trainReturn).toBeGreaterThan(edge.result.trainReturn);
  });

  it("planning from memory needs fewer episodes", async () => {
    const sum = async (planningSteps: number) => {
      const { metrics } = await toEnd(dynaQ({ ...cliff(1), episodes: 40, episodesPerStep: 10, planningSteps }));
      return metrics.at(-1)!["time/total_timesteps"]!;
    };
    expect(await sum(20)).toBeLessThan(0.7 * (await sum(0)));
  });

  it("tells the regret of a policy on every step, and it falls", async () => {
    const options = { ...cliff(0), episodes: 200, episodesPerStep: 20, learningRate: 0.5 };
    const { metrics } = await toEnd(qLearning(options));
    const regrets = metrics.map((row) => row["eval/regret"]!);
    expect(regrets[0]).toBeGreaterThan(regrets.at(-1)!);
    expect(Math.min(...regrets)).toBeGreaterThanOrEqual(0);
  });

  it("an action that is cut off is worth what comes after it; one that ends is not", async () => {
    // Going on pays 1 for ever; the clock cuts after 5 steps, and γ = 0.5 makes it worth 2.
    const forever = (terminates: boolean): Env<ReturnType<typeof discrete>, ReturnType<typeof discrete>> => {
      let steps = 0;
      return {
        observationSpace: discrete(1),
        actionSpace: discrete(1),
        reset() {
          steps = 0;
          return [0, {}];
        },
        step: () => [0, 1, terminates && ++steps >= 5, false, {}],
      };
    };
    const learnt = async (terminates: boolean, learner: typeof qLearning | typeof sarsa | typeof monteCarlo) => {
      const options = {
        episodes: 400,
        gamma: 0.5,
        learningRate: 0.2,
        learningRatePower: 0,
        maxEpisodeSteps: 5,
        ...few,
      };
      return table(await toEnd(learner({ ...options, env: forever(terminates) })), "Q")[0]![0]!;
    };
    for (const learner of [qLearning, sarsa, monteCarlo]) {
      expect(await learnt(false, learner)).toBeCloseTo(2, 3);
      expect(await learnt(true, learner)).toBeLessThan(1.99);
    }
  });

  it("blackjack's regret counts naturals, which the player does not see as such", async () => {
    const env = make("Blackjack-v1");
    const { result } = await toEnd(
      monteCarlo({ env, episodes: 20_000, episodesPerStep: 5000, exploringStarts: true, evalEpisodes: 20_000 }),
    );
    expect(result.optimum).toBeCloseTo(-0.04311310541347696, 12);
    expect(result.regret).toBeGreaterThan(0);
    expect(Math.abs(result.return.mean - result.exact!.mean)).toBeLessThan((4 * result.exact!.std) / Math.sqrt(20_000));
  });

  it("off policy, weighted values never leave the returns that were seen; ordinary ones do", async () => {
    const largest = async (importance: "weighted" | "ordinary") => {
      const exploring = { explorationInitialEps: 0.5, explorationFinalEps: 0.5 };
      const options = { episodes: 20_000, episodesPerStep: 5000, ...exploring, importance };
      const run = await toEnd(offPolicyMonteCarlo({ ...options, ...few, env: make("Blackjack-v1") }));
      expect(run.metrics.at(-1)!["train/effective_sample_size"]).toBeGreaterThan(1);
      expect(run.result.regret).toBeLessThan(0.1); // at random it is 0.34
      return Math.max(...table(run, "Q").flat().map(Math.abs));
    };
    expect(await largest("weighted")).toBe(1);
    expect(await largest("ordinary")).toBeGreaterThan(1.1);
  });

  it("the maximum of noise misleads Q-learning more than double Q-learning (Sutton & Barto, example 6.7)", async () => {
    // Left leads to many actions that pay −0.1 on average, ±1 at random; right ends with 0.
    const actions = 8;
    let state = 0;
    let draws = 0;
    const noise = () => (((draws++ * 2654435761) % 4294967296) / 4294967296 < 0.45 ? 1 : -1);
    const env: Env<ReturnType<typeof discrete>, ReturnType<typeof discrete>> = {
      observationSpace: discrete(3),
      actionSpace: discrete(actions),
      reset() {
        state = 0;
        return [0, {}];
      },
      step(action) {
        if (state === 0 && action % 2 === 0) {
          state = 1;
          return [1, 0, false, false, {}];
        }
        const reward = state === 0 ? 0 : noise();
        state = 2;
        return [2, reward, true, false, {}];
      },
    };
    const left = async (learner: typeof qLearning | typeof doubleQLearning, names: string[]) => {
      draws = 0;
      const options = { episodes: 300, episodesPerStep: 300, learningRate: 0.1, ...few };
      const result = await toEnd(learner({ ...options, env }));
      return names.reduce((sum, name) => sum + table(result, name)[0]![0]! / names.length, 0);
    };
    expect(await left(qLearning, ["Q"])).toBeGreaterThan(await left(doubleQLearning, ["Q1", "Q2"]));
  });
});

describe("prediction", () => {
  const walk = () => make("RandomWalk-v0");
  const truth = closedForm(mrpOf(mdpFromEnv(walk()), uniformPolicy(mdpFromEnv(walk()))));

  it.each([
    ["TD(0)", td({ env: walk(), episodes: 3000, learningRate: 0.5, learningRatePower: 0.6, ...few })],
    [
      "3-step TD",
      nStepTd({ env: walk(), episodes: 3000, nSteps: 3, learningRate: 0.5, learningRatePower: 0.6, ...few }),
    ],
    ["TD(λ)", tdLambda({ env: walk(), episodes: 3000, lam: 0.7, learningRate: 0.5, learningRatePower: 0.6, ...few })],
    ["first-visit Monte-Carlo", monteCarloPrediction({ env: walk(), episodes: 3000, ...few })],
    ["every-visit Monte-Carlo", monteCarloPrediction({ env: walk(), episodes: 3000, visits: "every", ...few })],
  ])("%s finds 1/6 … 5/6 on the random walk", async (_, trainer) => {
    const result = await toEnd(trainer);
    expect(result.result.valueError).toBeLessThan(0.04);
    for (let s = 1; s <= 5; s++) expect(Math.abs(values(result)[s]! - truth[s]!)).toBeLessThan(0.08);
  });

  it("TD(0) is TD(λ) with λ = 0 and n-step TD with n = 1, bit by bit", async () => {
    const options = { env: walk(), episodes: 50, gamma: 0.9, seed: 4, ...few };
    const one = values(await toEnd(td(options)));
    expect(values(await toEnd(tdLambda({ ...options, lam: 0 })))).toEqual(one);
    expect(values(await toEnd(nStepTd({ ...options, nSteps: 1 })))).toEqual(one);
  });

  it("n beyond the episode's end is Monte-Carlo with a constant rate", async () => {
    const process = await mdpFromYaml(
      "a: { reward: 1, next: b }\nb: { reward: 2, next: c }\nc: { reward: 4 }",
      "x",
      0.5,
    );
    const options = { env: simulate(process), episodes: 1, gamma: 0.5, learningRate: 1, ...few };
    expect(values(await toEnd(nStepTd({ ...options, nSteps: 99 })))).toEqual([3, 4, 4]);
    expect(values(await toEnd(monteCarloPrediction(options)))).toEqual([3, 4, 4]);
    expect(values(await toEnd(tdLambda({ ...options, lam: 1 })))).toEqual([3, 4, 4]);
    // One step of TD(0) knows nothing of what comes later.
    expect(values(await toEnd(td(options)))).toEqual([1, 2, 4]);
  });

  it("the first visit counts once an episode, every visit as often as there are", async () => {
    // a, a, end: rewards 1 and 1. Returns 2 and 1.
    const process = await mdpFromYaml("a: { reward: 1, next: b }\nb: { reward: 1 }", "x", 1);
    const env = simulate(process);
    const same: Env<ReturnType<typeof discrete>, ReturnType<typeof discrete>> = {
      ...env,
      step(action) {
        const [, ...rest] = env.step(action);
        return [0, ...rest];
      },
    };
    const learnt = async (visits: "first" | "every") =>
      values(await toEnd(monteCarloPrediction({ env: same, visits, episodes: 1, ...few })))[0];
    expect(await learnt("first")).toBe(2);
    expect(await learnt("every")).toBe(1.5);
  });

  it("a given policy is the one whose values are learnt", async () => {
    const env = make("CliffWalking-v1");
    const up: TabularPolicy = mdpFromEnv(env).transitions.map((_, s) =>
      s % 12 === 11 ? [0, 0, 1, 0] : s === 36 ? [1, 0, 0, 0] : [0, 1, 0, 0],
    );
    const { result, ...rest } = await toEnd(td({ env, policy: up, episodes: 200, learningRate: 1, ...few }));
    expect(result).toMatchObject({ return: { mean: -13, std: 0 }, valueError: 0 });
    expect(values(rest as Result)[36]).toBe(-13);
  });
});
