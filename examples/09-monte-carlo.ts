/**
 * Lesson 9: Monte-Carlo. What cannot be computed is tried often: the area of a circle, then the value of a state.
 * 第 9 课：蒙特卡洛。算不出来的就多试几次：先是圆的面积，再是一个状态的价值。
 *
 *   npx tsx --conditions=source examples/09-monte-carlo.ts [en|zh]
 */
import { stream } from "plaudit";
import { make } from "plaudit/envs";
import { closedForm, mdpFromEnv, monteCarloPrediction, mrpOf, uniformPolicy } from "plaudit/rl";
import { say, shown, train } from "./lesson.ts";

// 1. Points fall on a square of side 2. The share inside the circle is the share of its area.
//    往边长为 2 的正方形里撒点，落进圆里的比例就是面积的比例。
const rng = stream(1, "circle");
const errors: number[] = [];
for (const points of [100, 10_000, 1_000_000]) {
  let inside = 0;
  for (let i = 0; i < points; i++) {
    const [x, y] = [2 * rng.uniform() - 1, 2 * rng.uniform() - 1];
    if (x * x + y * y <= 1) inside++;
  }
  const area = (4 * inside) / points;
  errors.push(Math.abs(area - Math.PI));
  say(`${points} points: the circle's area is ${area.toFixed(4)}`, `${points} 个点：圆的面积约为 ${area.toFixed(4)}`);
}
// The error falls with the root of the number: a hundred times the points, a tenth of the error.
// 误差按点数的平方根下降：点多一百倍，误差小到十分之一。
shown(
  errors[2]! < 0.01,
  `a million points are ${errors[2]!.toFixed(4)} away from π`,
  `一百万个点，与 π 相差 ${errors[2]!.toFixed(4)}`,
);

// 2. A state's value is the mean of what follows it. So play often and take the mean; nobody needs to know the chances.
//    A drunkard walks left or right; the right-hand end pays 1. From the i-th of five places it is worth i/6.
//    状态的价值就是后续回报的平均。那就多玩几次取平均，不必知道概率。醉汉左右乱走，走到右端得 1 分；五个位置里第 i 个值 i/6。
const walk = () => make("RandomWalk-v0");
const process = mdpFromEnv(walk());
const exact = closedForm(mrpOf(process, uniformPolicy(process)));
for (const visits of ["first", "every"] as const) {
  const { files, result } = await train(
    monteCarloPrediction({ env: walk(), episodes: 5000, visits, seed: 1, evalEpisodes: 100 }),
  );
  const { V } = files["values.json"] as { V: number[][] };
  const places = [1, 2, 3, 4, 5];
  const [en, zh] = visits === "first" ? ["first visits", "首次访问"] : ["every visit", "每次访问"];
  say(
    `${en}: ${places.map((s) => V[s]![0]!.toFixed(3)).join("  ")}`,
    `${zh}：${places.map((s) => V[s]![0]!.toFixed(3)).join("  ")}`,
  );
  shown(
    places.every((s) => Math.abs(V[s]![0]! - exact[s]!) < 0.05),
    `the equations say ${places.map((s) => exact[s]!.toFixed(3)).join("  ")}; error ${result.valueError!.toFixed(3)}`,
    `解方程得 ${places.map((s) => exact[s]!.toFixed(3)).join("  ")}；误差 ${result.valueError!.toFixed(3)}`,
  );
}
