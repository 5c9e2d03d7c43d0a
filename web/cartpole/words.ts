/** What the page says. */
const en = {
  title: "A pole that a trained policy balances",
  about:
    "The cart is pushed left or right 50 times a second by a network that learnt it in a few seconds of PPO. Push the pole with ← and →, or turn the policy off and see what it was doing.",
  picture: "a cart with a pole on it",
  left: "← push the pole",
  right: "push the pole →",
  policy: "the policy acts",
  again: "start again",
  steps: "steps upright",
  longest: "longest so far",
  position: "cart",
  angle: "pole",
  chance: "left : right",
  fell: "It fell after {n} steps.",
  off: "Nobody acts: the cart is pushed to the left only.",
  made: "All of this runs in this one file, with no network: the equations of motion and the drawing are those of the library, and the policy is the ONNX model that these two commands write:",
  other: "中文",
  code: "en",
};
export type Words = typeof en;

const zh: Words = {
  title: "训练好的策略让杆子不倒",
  about:
    "小车每秒被推 50 次，向左还是向右由一个网络决定，它只用几秒钟的 PPO 就学会了。按 ← 和 → 推一推杆子；也可以关掉策略，看看它刚才在忙什么。",
  picture: "一辆小车，上面立着一根杆子",
  left: "← 推杆子",
  right: "推杆子 →",
  policy: "由策略操作",
  again: "重新开始",
  steps: "已立住的步数",
  longest: "最长纪录",
  position: "小车位置",
  angle: "杆子角度",
  chance: "左 : 右",
  fell: "过了 {n} 步，倒了。",
  off: "没人操作：小车一直被向左推。",
  made: "一切都在这一个文件里运行，不需要网络：运动方程和画面就是库里的，策略就是下面两条命令写出的 ONNX 模型：",
  other: "English",
  code: "zh",
};

export const languages = { en, zh };
