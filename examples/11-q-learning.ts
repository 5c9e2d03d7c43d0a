/**
 * Lesson 11: learning step by step. TD learns a value from the next one; SARSA and Q-learning choose, and one is bolder.
 * 第 11 课：走一步学一步。TD 用下一个价值来学这一个；SARSA 和 Q 学习会做选择，其中一个更大胆。
 *
 *   npx tsx --conditions=source examples/11-q-learning.ts [en|zh]
 */
import { make } from "plaudit/envs";
import { mdpFromEnv, monteCarloPrediction, qLearning, sarsa, tabularDefaults, td, valueIteration } from "plaudit/rl";
import { say, shown, train } from "./lesson.ts";

// 1. The TD error: what came, plus what is expected from there, less what was expected. On the random walk it learns from
//    the same 100 episodes more than Monte-Carlo with the same rate does, which has to wait for the end.
//    TD 误差 = 得到的 + 从那里往后的预期 − 原来的预期。同样 100 局随机游走，它比要等到终局的蒙特卡洛学得准。
const walk = { episodes: 100, learningRate: 0.05, learningRatePower: 0, initialValue: 0.5, evalEpisodes: 100 };
const errorOf = async (learner: typeof td | typeof monteCarloPrediction) => {
  let sum = 0;
  for (let seed = 0; seed < 20; seed++) {
    sum += (await train(learner({ ...walk, env: make("RandomWalk-v0"), seed }))).result.valueError!;
  }
  return sum / 20;
};
const [tdError, mcError] = [await errorOf(td), await errorOf(monteCarloPrediction)];
shown(
  tdError < mcError,
  `error after 100 episodes, mean of 20 runs: TD ${tdError.toFixed(3)}, Monte-Carlo ${mcError.toFixed(3)}`,
  `100 局之后的误差（20 次平均）：TD ${tdError.toFixed(3)}，蒙特卡洛 ${mcError.toFixed(3)}`,
);

// 2. A cliff between start and goal: one step costs 1, a fall 100. The edge is the shortest way.
//    起点和终点之间是悬崖：每走一步扣 1，掉下去扣 100。贴着边走最近。
const cliff = () => make("CliffWalking-v1");
const best = valueIteration(mdpFromEnv(cliff())).values[36]!;
const options = (algorithm: "q-learning" | "sarsa") => ({
  ...tabularDefaults(algorithm, "CliffWalking-v1"),
  env: cliff(),
  seed: 1,
  evalEpisodes: 100,
});
// Q-learning learns what the best actions are worth, whatever it does itself: Q ← Q + α (R + γ max Q′ − Q).
// Q 学习学的是最优动作的价值，不管自己实际怎么走：Q ← Q + α (R + γ max Q′ − Q)。
const bold = await train(qLearning(options("q-learning")));
shown(
  bold.result.return.mean === -13 && best === -13,
  `Q-learning walks along the edge: ${bold.result.return.mean}, which no one can beat`,
  `Q 学习贴着悬崖走：${bold.result.return.mean}，谁也快不过它`,
);
// SARSA learns what its own actions are worth, missteps included: Q ← Q + α (R + γ Q(S′, A′) − Q). So it keeps away.
// SARSA 学的是自己这样走的价值，失足也算在内：Q ← Q + α (R + γ Q(S′, A′) − Q)。所以它绕开悬崖。
const careful = await train(sarsa(options("sarsa")));
shown(
  careful.result.return.mean === -17,
  `SARSA takes the upper path: ${careful.result.return.mean}`,
  `SARSA 走上面的路：${careful.result.return.mean}`,
);
shown(
  careful.result.trainReturn > bold.result.trainReturn,
  `while learning SARSA earns more: ${careful.result.trainReturn.toFixed(0)} against ${bold.result.trainReturn.toFixed(0)} an episode`,
  `学习途中 SARSA 反而得分更高：每局 ${careful.result.trainReturn.toFixed(0)}，Q 学习 ${bold.result.trainReturn.toFixed(0)}`,
);
say(
  `Regret against the exact optimum: Q-learning ${bold.result.regret}, SARSA ${careful.result.regret}.`,
  `与精确最优解的差距：Q 学习 ${bold.result.regret}，SARSA ${careful.result.regret}。`,
);
