/**
 * Lesson 8: what a state is worth. Eating brings 6, and then what it leads to, a little less because it comes later.
 * 第 8 课：一个状态值多少。吃饭得 6 分，再加上它带来的后续；后续来得晚，要打点折扣。
 *
 *   npx tsx --conditions=source examples/08-bellman.ts [en|zh]
 */
import { backup, closedForm, mdpFromYaml, mrpOf, policyEvaluation, uniformPolicy } from "plaudit/rl";
import { inLanguage, say, shown } from "./lesson.ts";

// A Markov reward process in a few lines: from each state rewards and chances, nothing else counts. After the meal comes
// wine or tea; wine ends in sleep (10), tea in a chat (4).
// 几行写成的马尔可夫奖励过程：每个状态只有奖励和去向的概率。饭后喝酒或喝茶；酒后睡觉（10 分），茶后聊天（4 分）。
const names = inLanguage(["meal", "wine", "tea", "sleep", "chat"], ["吃饭", "喝酒", "喝茶", "睡觉", "聊天"]);
const [meal, wine, tea, sleep, chat] = names;
const text = `
gamma: 0.8
${meal}: { reward: 6, next: { ${wine}: 0.5, ${tea}: 0.5 } }
${wine}: { reward: 3, next: ${sleep} }
${tea}: { reward: 5, next: ${chat} }
${sleep}: { reward: 10 }
${chat}: { reward: 4 }
`;
const process = await mdpFromYaml(text, "meal.yaml");
const nothingToChoose = uniformPolicy(process);

// 1. By hand, from the end: V(wine) = 3 + 0.8 · 10, V(tea) = 5 + 0.8 · 4, V(meal) = 6 + 0.8 (½ V(wine) + ½ V(tea)).
//    手算，从终点往回：V(喝酒) = 3 + 0.8 · 10，V(喝茶) = 5 + 0.8 · 4，V(吃饭) = 6 + 0.8 (½ V(喝酒) + ½ V(喝茶))。
const byHand = 6 + 0.8 * (0.5 * (3 + 0.8 * 10) + 0.5 * (5 + 0.8 * 4));
// 2. All at once: V = r + γ P V is a system of linear equations.
//    一次算完：V = r + γ P V 是一个线性方程组。
const V = closedForm(mrpOf(process, nothingToChoose));
shown(
  Math.abs(byHand - 13.68) < 1e-12 && Math.abs(V[0]! - byHand) < 1e-12,
  `V(${meal}) is ${byHand} by hand and ${V[0]!.toFixed(2)} as the solution of the equations`,
  `V(${meal})：手算 ${byHand}，解方程组 ${V[0]!.toFixed(2)}`,
);

// 3. Sweep after sweep: put what is known into the right-hand side, and it wanders back from the end.
//    一遍一遍地扫：把已知的值代入右边，价值就从终点一步步传回来。
for (const sweeps of [0, 1, 2, 3]) {
  const { values } = policyEvaluation(process, nothingToChoose, { sweeps });
  const list = names.map((name, s) => `${name} ${values[s]!.toFixed(2)}`).join(", ");
  say(`sweeps: ${sweeps}; ${list}`, `扫 ${sweeps} 遍：${list}`);
}
const { values } = policyEvaluation(process, nothingToChoose, { sweeps: 3 });
shown(
  values[0] === V[0],
  "three sweeps are enough here: nothing is further than three steps away",
  "这里三遍就够：没有什么比三步更远",
);

// 4. The equation holds in every state: V(s) = R(s) + γ Σ P(s′|s) V(s′).
//    方程在每个状态都成立：V(s) = R(s) + γ Σ P(s′|s) V(s′)。
const holds = process.transitions.every(([row], s) => Math.abs(backup(row!, V, process.gamma) - V[s]!) < 1e-12);
shown(holds, "Bellman's equation holds in all five states", "贝尔曼方程在五个状态里都成立");

// 5. Some texts count a reward on arrival. Then the meal itself is in the past, and the end is worth nothing.
//    有的教材在进入状态时计奖励。那样吃饭本身已成过去，终点不再值什么。
const arriving = await mdpFromYaml(`rewardOn: entering\n${text}`, "meal.yaml");
const onArrival = closedForm(mrpOf(arriving, uniformPolicy(arriving)));
shown(
  Math.abs(onArrival[0]! - 9.6) < 1e-12 && onArrival[3] === 0,
  `counted on arrival V(${meal}) is ${onArrival[0]!.toFixed(2)}: the same 13.68 less the 6 of the meal, not discounted`,
  `进入时计奖励，V(${meal}) = ${onArrival[0]!.toFixed(2)}：即 13.68 减去吃饭的 6，再去掉折扣`,
);
