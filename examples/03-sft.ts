/**
 * Lesson 3: supervised fine-tuning. A model that only goes on with texts learns from demonstrations to answer, and to stop.
 * 第 3 课：有监督微调。只会续写的模型，照着示范学会回答问题，也学会说完就停。
 *
 *   npx tsx --conditions=source examples/03-sft.ts [en|zh]
 */
import { sft, tokenizePromptCompletion } from "plaudit";
import { percent, say, shown, train } from "./lesson.ts";
import { answers, demonstrations, facts, pretrained } from "./town.ts";

const model = await pretrained(); // lesson 2 / 第 2 课
const { tokenizer } = model;

// A demonstration as the trainer sees it: the question is only read (·), the answer and the end token are learnt (^).
// 训练器眼中的一条示范：问题只读不学（·），回答和结束符才学（^）。
const data = demonstrations.map((row) => {
  return tokenizePromptCompletion(tokenizer, row, { maxLength: model.network.context });
});
const [row] = data as [(typeof data)[number]];
for (const [i, id] of row.ids.entries()) {
  if (i < row.completionStart - 2 || i > row.completionStart + 1) continue; // around where the answer begins
  console.log(`  ${row.mask[i] === 1 ? "^" : "·"} ${JSON.stringify(tokenizer.decode([id]))}`);
}
shown(
  row.mask.indexOf(1) === row.completionStart && row.ids.at(-1) === tokenizer.special.eos && row.mask.at(-1) === 1,
  "the mask begins with the answer and holds the end token: who never learns to end never stops",
  "掩码从回答开始，结束符也在内：没学过结束，就停不下来",
);

const prompts = facts.flatMap(({ prompts }) => prompts);
const knows = facts.flatMap(({ told, prompts }) => prompts.map(() => told));
const isRight = (text: string, i: number) => text.includes(knows[i]!);
const share = (texts: readonly string[]) => texts.filter(isRight).length / texts.length;

const before = await answers(model, prompts);
const losses: number[] = [];
await train(
  sft({ model, data, numTrainEpochs: 30, batchSize: 16, learningRate: 5e-3, seed: 1 }),
  ({ step, metrics }) => {
    losses.push(metrics.loss!);
    const loss = metrics.loss!.toFixed(2);
    if (step % 20 === 1) say(`step ${step}: loss ${loss}`, `第 ${step} 步：损失 ${loss}`);
  },
);
const after = await answers(model, prompts);

say(
  `before: ${JSON.stringify(prompts[0])} → ${JSON.stringify(before[0])}`,
  `微调前：${JSON.stringify(prompts[0])} → ${JSON.stringify(before[0])}`,
);
say(
  `now:    ${JSON.stringify(prompts[0])} → ${JSON.stringify(after[0])}`,
  `现在：　${JSON.stringify(prompts[0])} → ${JSON.stringify(after[0])}`,
);
shown(
  share(before) < 0.2 && share(after) > 0.9,
  `right answers: ${percent(share(before))} before, ${percent(share(after))} now; loss from ${losses[0]!.toFixed(2)} to ${losses.at(-1)!.toFixed(2)}`,
  `答对的：微调前 ${percent(share(before))}，现在 ${percent(share(after))}；损失从 ${losses[0]!.toFixed(2)} 降到 ${losses.at(-1)!.toFixed(2)}`,
);
