/**
 * Lesson 13: exploring. Ten levers, each pays differently, nobody says how. Who never tries anything else stays poor.
 * 第 13 课：探索。十根拉杆，收益各不相同，没人告诉你哪根好。从不尝试别的人永远穷。
 *
 *   npx tsx --conditions=source examples/13-bandits.ts [en|zh]
 */
import { epsilonGreedyAgent, gradientAgent, testbed, ucbAgent } from "plaudit/rl";
import { percent, say, shown } from "./lesson.ts";

const options = { bandits: 150, steps: 1000, seed: 1 };
const last = (curve: Float64Array) => curve.slice(-100).reduce((a, b) => a + b, 0) / 100;
const results = {
  greedy: testbed((arms) => epsilonGreedyAgent(arms, { epsilon: 0 }), options),
  "ε = 0.1": testbed((arms) => epsilonGreedyAgent(arms, { epsilon: 0.1 }), options),
  // Values of 5, which nothing pays: every lever disappoints, so all are tried. / 初值 5 谁也给不了：每根都让人失望，于是都会试。
  optimistic: testbed((arms) => epsilonGreedyAgent(arms, { epsilon: 0, stepSize: 0.1, initial: 5 }), options),
  // Where little was tried, much may be hidden. / 试得少的地方，也许藏着好东西。
  UCB: testbed((arms) => ucbAgent(arms), options),
  // No values at all: preferences, by gradient ascent. / 根本不估价值，只用梯度上升调偏好。
  gradient: testbed((arms) => gradientAgent(arms, { stepSize: 0.1 }), options),
};
for (const [name, { reward, optimal }] of Object.entries(results)) {
  const numbers = [last(reward).toFixed(2), percent(last(optimal))];
  say(
    `${name}: earns ${numbers[0]} a pull at the end, pulls the best lever in ${numbers[1]}`,
    `${name}：最后每次得 ${numbers[0]}，拉对最好那根的比例 ${numbers[1]}`,
  );
}
const greedy = last(results.greedy.reward);
shown(
  Object.entries(results).every(([name, { reward }]) => name === "greedy" || last(reward) > greedy),
  "whoever explores earns more in the end than who does not",
  "会探索的，最后都比不探索的挣得多",
);

// A baseline: rewards around 4 instead of 0. Without one every pull seems a success, and learning stalls.
// 基线：奖励整体抬到 4 附近。没有基线，每次都像成功，学习就慢下来。
const share = (baseline: boolean) =>
  last(testbed((arms) => gradientAgent(arms, { stepSize: 0.1, baseline }), { ...options, around: 4 }).optimal);
const [withBaseline, without] = [share(true), share(false)];
shown(
  withBaseline > without + 0.1,
  `the gradient with a baseline finds the best lever in ${percent(withBaseline)}, without in ${percent(without)}`,
  `有基线的梯度法拉对的比例 ${percent(withBaseline)}，没有基线的 ${percent(without)}`,
);
