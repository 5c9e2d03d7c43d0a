/**
 * Lesson 10: the policy improvement theorem. Who acts greedily on a policy's values does nowhere worse than that policy.
 * 第 10 课：策略改进定理。按一个策略的价值贪心地行动，在哪里都不会比它差。
 *
 *   npx tsx --conditions=source examples/10-policy-improvement.ts [en|zh]
 */
import {
  actionValues,
  closedForm,
  deterministic,
  mdpFromYaml,
  mrpOf,
  policyIteration,
  uniformPolicy,
  valueIteration,
} from "plaudit/rl";
import { inLanguage, say, shown } from "./lesson.ts";

// A fox lives from day to day: hungry or fed. Hunting may fail and is tiring; stealing pays more and may get it caught.
// 一只狐狸过日子：饿着或饱着。打猎会落空也费力气；偷鸡得的多，但可能被逮住。
const [hungry, fed, caught] = inLanguage(["hungry", "fed", "caught"], ["饿着", "饱着", "被捕"]);
const [rest, hunt, steal, wait] = inLanguage(["rest", "hunt", "steal", "wait"], ["歇着", "打猎", "偷鸡", "等着"]);
const process = await mdpFromYaml(
  `
gamma: 0.9
${hungry}:
  ${rest}: { reward: -1, next: ${hungry} }
  ${hunt}: { reward: -2, next: { ${fed}: 0.6, ${hungry}: 0.4 } }
  ${steal}: { reward: 1, next: { ${fed}: 0.6, ${caught}: 0.4 } }
${fed}:
  ${rest}: { reward: 3, next: { ${fed}: 0.5, ${hungry}: 0.5 } }
  ${hunt}: { reward: 2, next: ${fed} }
  ${steal}: { reward: 4, next: { ${fed}: 0.5, ${caught}: 0.5 } }
${caught}:
  ${wait}: { reward: -4, next: { ${caught}: 0.7, ${hungry}: 0.3 } }
`,
  "fox.yaml",
);
const value = (actions: ArrayLike<number>) => closedForm(mrpOf(process, deterministic(process, actions)));
const named = (actions: ArrayLike<number>) =>
  process.states.map((state, s) => `${state}: ${process.actions[s]![actions[s]!]}`).join(", ");

// 1. Any policy π and its values. 2. In each state the action that looks best by them: π′.
//    任取策略 π，算出它的价值；再在每个状态挑按这些价值看来最好的动作，得到 π′。
let worse = 0;
let pairs = 0;
const counts = process.actions.map((names) => names.length);
for (let code = 0; code < counts.reduce((a, b) => a * b); code++) {
  const pi = counts.map((n, s) => Math.floor(code / counts.slice(0, s).reduce((a, b) => a * b, 1)) % n);
  const before = value(pi);
  const greedy = process.states.map((_, s) => {
    const q = actionValues(process, before, s);
    return q.indexOf(Math.max(...q));
  });
  const after = value(greedy);
  pairs++;
  if (after.some((v, s) => v < before[s]! - 1e-12)) worse++;
}
shown(
  worse === 0,
  `of all ${pairs} policies of the fox none becomes worse in any state by acting greedily on its own values`,
  `狐狸的全部 ${pairs} 个策略，按自己的价值贪心改进后，没有一个在任何状态变差`,
);

// 3. Again and again: policy iteration. Where nothing improves any more the policy is optimal.
//    一次次改进就是策略迭代。改不动的时候，就是最优策略。
const { history, policy, values } = policyIteration(process);
history.forEach((V, k) => {
  const list = process.states.map((state, s) => `${state} ${V[s]!.toFixed(2)}`).join(", ");
  say(`round ${k + 1}: ${list}`, `第 ${k + 1} 轮：${list}`);
});
const rising = history.every((V, k) => k === 0 || V.every((v, s) => v >= history[k - 1]![s]! - 1e-12));
shown(rising, "no value falls from round to round", "每一轮都没有价值下降");

// 4. Is it the best of all? Value iteration asks Bellman's optimality equation directly, and agrees.
//    真是最好的吗？价值迭代直接解贝尔曼最优方程，答案一样。
const direct = valueIteration(process);
shown(
  direct.policy.every((a, s) => a === policy[s]) && direct.values.every((v, s) => Math.abs(v - values[s]!) < 1e-9),
  `the best the fox can do: ${named(policy)}`,
  `狐狸的最优策略：${named(policy)}`,
);
const careless = closedForm(mrpOf(process, uniformPolicy(process)));
shown(
  values.every((v, s) => v > careless[s]!),
  `hungry, it is worth ${values[0]!.toFixed(2)}; with any action at all it would be ${careless[0]!.toFixed(2)}`,
  `饿着的时候值 ${values[0]!.toFixed(2)}；要是乱来，只值 ${careless[0]!.toFixed(2)}`,
);
