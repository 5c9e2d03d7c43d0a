/**
 * Lesson 14: what I cannot write down, but can choose. Shown two short clips, I say which is better; nothing else is told.
 * 第 14 课：写不出来，但挑得出来。给我看两段短片，我说哪段好；除此之外什么也不说。
 *
 *   npx tsx --conditions=source examples/14-clips.ts [en|zh]
 */
import { makeVec } from "plaudit/envs";
import { agentPreset, clips, evaluate, PpoConfig, ppo, syntheticLabeller } from "plaudit/rl";
import { say, shown, train } from "./lesson.ts";

// A pendulum, and a PPO that swings it up if it is told the reward. Here it is not.
// 一根摆，和一个知道奖励就能把它甩上去的 PPO。这里不告诉它奖励。
const name = "Pendulum-v1";
const { numEnvs, ...preset } = agentPreset("ppo", name);
const settings = PpoConfig.parse({ ...preset, totalTimesteps: 60_000 });
const pendulums = (n: number) => makeVec(name, n, { autoreset: "same-step", copy: false });

// 100 questions: a quarter about random swinging, the others about what it has learnt by then, always those on which five
// predictors of the reward disagree most. A formula chooses in our place; `plaudit clips --labeller studio` asks people.
// 100 个问题：四分之一问随机乱甩的片段，其余问它当时学会的动作，每次都挑五个奖励预测器分歧最大的两段。
// 这里由一个公式替人挑选；`plaudit clips --labeller studio` 会去问人。
const { totalTimesteps } = settings;
const learning = clips({
  ...{ env: pendulums(numEnvs), name, fps: 30, seed: 1, totalTimesteps, labels: 100, rounds: 10 },
  labeller: syntheticLabeller({ seed: 1 }),
  agent: (env, how) => ppo({ ...settings, env, seed: 1 }, how),
});
const correlations: number[] = [];
const returns: number[] = [];
const { policy, result } = await train(learning, ({ metrics }) => {
  const correlation = metrics["clips/reward_correlation"];
  if (correlation !== undefined) correlations.push(correlation);
  returns.push(metrics["rollout/ep_rew_mean"]!);
});

// The agent has seen its predictors' reward alone. Was it the true one? Sums over clips of what it did, one against the other:
// 它只见过预测器给的奖励。那是真正的奖励吗？拿它做过的片段，两种奖励各求和，比一比：
const [before, after] = [correlations[0]!, correlations.at(-1)!];
shown(
  after > 0.8,
  `predicted against true reward: correlation ${before.toFixed(2)} after the first answers, ${after.toFixed(2)} after ${result.answered}`,
  `预测奖励与真实奖励的相关：头几个回答之后 ${before.toFixed(2)}，${result.answered} 个回答之后 ${after.toFixed(2)}`,
);
const { mean } = evaluate(policy, { env: pendulums(16), episodes: 100, seed: 2 });
shown(
  mean > returns[0]! + 500,
  `true return of an episode: ${returns[0]!.toFixed(0)} at random, ${mean.toFixed(0)} learnt; upright all along would be nearly 0`,
  `每局的真实回报：乱甩 ${returns[0]!.toFixed(0)}，学会后 ${mean.toFixed(0)}；一直竖着接近 0`,
);
say(
  `${result.steps} steps, ${result.answered} answers of one bit each, and no reward at all.`,
  `${result.steps} 步，${result.answered} 个回答，每个一比特；奖励，一次也没给过。`,
);
