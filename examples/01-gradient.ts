/**
 * Lesson 1: a gradient.
 * 第 1 课：梯度。
 *
 * Everything that follows is one thing: a loss, its gradient, a step downhill. Here it is with two numbers to learn.
 * 后面的一切都是同一件事：一个损失、它的梯度、往下走一步。这里要学的只有两个数。
 *
 *   npx tsx --conditions=source examples/01-gradient.ts [en|zh]
 */
import { add, compile, evaluate, floats, gradients, input, mean, mul, printGraph, square, sub } from "plaudit/engine";
import { say, shown } from "./lesson.ts";

// 1. A loss as a graph: how far the line w·x + b is from four points. Nothing is computed yet.
//    损失是一张图：直线 w·x + b 离四个点有多远。此时还没有计算任何数。
const points = { x: [0, 1, 2, 3], y: [1, 3, 5, 7] };
const [x, y, w, b] = [input("x", [4]), input("y", [4]), input("w", []), input("b", [])];
const loss = mean(square(sub(add(mul(w, x), b), y)));

// 2. Its gradient is more of the same graph, made by one rule per operation.
//    梯度是同一种图：每个运算一条规则，接在后面。
const [slopeW] = gradients(loss, [w]);
say("The gradient by w, as the engine sees it:", "引擎眼中对 w 的梯度：");
console.log(printGraph([slopeW!]));

// 3. Is it right? Move w a little and look how much the loss changes.
//    对不对？把 w 挪一点点，看损失变了多少。
const at = (w: number, b: number) => ({ ...points, w: [w], b: [b] });
const lossAt = (w: number, b: number) => evaluate([loss], at(w, b))[0]![0]!;
const [byRules] = evaluate([slopeW!], at(0.5, 0))[0]!;
const byMoving = (lossAt(0.5 + 1e-5, 0) - lossAt(0.5 - 1e-5, 0)) / 2e-5;
shown(
  Math.abs(byRules! - byMoving) < 1e-6,
  `by the rules ${byRules}, by moving w a little ${byMoving.toFixed(6)}`,
  `按规则算是 ${byRules}，挪一点点量出来是 ${byMoving.toFixed(6)}`,
);

// 4. Steps downhill, compiled for ONNX Runtime: w and b stay where they are and are updated in place.
//    往下走：编译给 ONNX Runtime 跑，w 和 b 留在原处，就地更新。
using step = compile(
  (p) => {
    const loss = mean(square(sub(add(mul(p.w, p.x), p.b), p.y)));
    const [dw, db] = gradients(loss, [p.w, p.b]);
    return { loss, newW: sub(p.w, mul(0.1, dw!)), newB: sub(p.b, mul(0.1, db!)) };
  },
  { x: floats(4), y: floats(4), w: floats(), b: floats() },
  { update: { newW: "w", newB: "b" } },
);
step.inputs.x.set(points.x);
step.inputs.y.set(points.y);
for (let i = 0; i <= 200; i++) {
  step.run();
  if (i % 50 === 0)
    say(
      `step ${i}: loss ${step.float("loss")[0]!.toExponential(2)}`,
      `第 ${i} 步：损失 ${step.float("loss")[0]!.toExponential(2)}`,
    );
}
const [learntW, learntB] = [step.inputs.w[0]!, step.inputs.b[0]!];
shown(
  Math.abs(learntW - 2) < 1e-2 && Math.abs(learntB - 1) < 1e-2,
  `learnt y = ${learntW.toFixed(3)}·x + ${learntB.toFixed(3)}; the points lie on y = 2·x + 1`,
  `学到 y = ${learntW.toFixed(3)}·x + ${learntB.toFixed(3)}；这些点在 y = 2·x + 1 上`,
);
