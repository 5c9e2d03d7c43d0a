/**
 * Lesson 12: importance sampling. What would another policy have earned? Each episode counts by how much likelier it would
 * have been: the idea behind learning from old samples, and behind PPO's ratio.
 * 第 12 课：重要性采样。换一个策略会得多少分？每局按“它那样走的可能性是我的几倍”来计数：旧样本能再用、PPO 里的比率，都源于此。
 *
 *   npx tsx --conditions=source examples/12-importance-sampling.ts [en|zh]
 */
import { stream } from "plaudit";
import { make } from "plaudit/envs";
import {
  effectiveSampleSize,
  mdpFromEnv,
  ordinaryEstimate,
  policyEvaluation,
  simulate,
  weightedEstimate,
} from "plaudit/rl";
import { say, shown } from "./lesson.ts";

// Blackjack, always from the same hand: 13 with an ace that counts 11, the dealer shows 2. We play at random and ask what
// somebody would earn who sticks on 20 and 21 only.
// 二十一点，总从同一手牌开始：13 点（A 当 11），庄家明牌 2。我们随机出牌，却想知道“只在 20、21 停牌”的人能得多少。
const process = mdpFromEnv(make("Blackjack-v1"));
const hand = (13 * 11 + 2) * 2 + 1;
const sumOf = (s: number) => Math.floor(s / 22);
const target = process.states.map((_, s) => (sumOf(s) >= 20 ? [1, 0] : [0, 1]));
const exact = policyEvaluation(process, target).values[hand]!;

const env = simulate(process, { initial: Float64Array.from(process.states, (_, s) => Number(s === hand)) });
const rng = stream(1, "random play");
function play(): readonly [reward: number, ratio: number] {
  let [s] = env.reset();
  let ratio = 1;
  for (;;) {
    const a = rng.integer(2); // each with ½ / 各一半
    ratio *= target[s]![a]! / 0.5;
    const [next, reward, terminated] = env.step(a);
    if (terminated) return [reward, ratio];
    s = next;
  }
}
env.reset({ seed: 1 });
const [rewards, ratios]: [number[], number[]] = [[], []];
for (const episodes of [100, 1000, 10_000, 100_000]) {
  while (rewards.length < episodes) {
    const [reward, ratio] = play();
    rewards.push(reward);
    ratios.push(ratio);
  }
  const numbers = `${ordinaryEstimate(ratios, rewards).toFixed(3)} / ${weightedEstimate(ratios, rewards).toFixed(3)}`;
  const effective = effectiveSampleSize(ratios).toFixed(0);
  say(
    `${episodes} episodes: ordinary / weighted ${numbers}, as good as ${effective} of its own`,
    `${episodes} 局：普通 / 加权 ${numbers}，相当于它自己玩 ${effective} 局`,
  );
}
const [ordinary, weighted] = [ordinaryEstimate(ratios, rewards), weightedEstimate(ratios, rewards)];
shown(
  Math.abs(ordinary - exact) < 0.03 && Math.abs(weighted - exact) < 0.03,
  `computed from the rules: ${exact.toFixed(4)}; we have never played that way`,
  `按规则精确计算：${exact.toFixed(4)}；而我们从没那样玩过`,
);

// The trap: a loop that the target always takes and we leave half of the time. Ratios double with every round, and the
// ordinary estimate has no finite variance: its runs never agree. The weighted one is bounded by what was seen.
// 陷阱：一个目标策略总在绕、而我们每次有一半可能离开的圈。比率每圈翻倍，普通估计的方差是无穷大，怎么跑都不一致；加权估计不会超出见过的分数。
const estimates = Array.from({ length: 20 }, (_, run) => {
  const rng = stream(run, "loop");
  const [rewards, ratios]: [number[], number[]] = [[], []];
  for (let episode = 0; episode < 10_000; episode++) {
    let ratio = 1;
    let reward: number | undefined;
    while (reward === undefined) {
      const stays = rng.uniform() < 0.5;
      ratio *= stays ? 2 : 0;
      if (!stays) reward = 0;
      else if (rng.uniform() < 0.1) reward = 1;
    }
    rewards.push(reward);
    ratios.push(ratio);
  }
  return { ordinary: ordinaryEstimate(ratios, rewards), weighted: weightedEstimate(ratios, rewards) };
});
const spread = estimates.map(({ ordinary }) => ordinary).sort((a, b) => a - b);
shown(
  estimates.every(({ weighted }) => weighted === 1) && spread.at(-1)! - spread[0]! > 0.3,
  `the truth is 1. Weighted says 1 in 20 of 20 runs; ordinary says from ${spread[0]!.toFixed(2)} to ${spread.at(-1)!.toFixed(2)}`,
  `真值是 1。加权估计 20 次都是 1；普通估计从 ${spread[0]!.toFixed(2)} 到 ${spread.at(-1)!.toFixed(2)} 不等`,
);
