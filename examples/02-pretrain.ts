/**
 * Lesson 2: pretraining. A model that knows nothing reads a text and learns which character comes next.
 * 第 2 课：预训练。一个什么都不会的模型读一段文字，学着猜下一个字。
 *
 *   npx tsx --conditions=source examples/02-pretrain.ts [en|zh]
 */
import { generator, pretrain } from "plaudit";
import { say, shown, train } from "./lesson.ts";
import { facts, newTownModel, tokensOf, townText } from "./town.ts";

const model = newTownModel();
const { tokenizer } = model;
say(
  `The text begins: ${JSON.stringify(townText.slice(0, 60))}`,
  `文字的开头：${JSON.stringify(townText.slice(0, 40))}`,
);

// The beginning of each fact: does the model know how it goes on? Its likeliest characters, one after the other.
// 给它每件事的前半句，看它最想接什么。
async function goOn(): Promise<string[]> {
  using writer = generator(model);
  const prompts = facts.map(({ beginning }) => tokenizer.encode(beginning));
  const completions = await writer.generate(prompts, { maxNewTokens: 6, temperature: 0 });
  return completions.map(({ ids }, i) => facts[i]!.beginning + tokenizer.decode(ids));
}
const right = (texts: readonly string[]) => texts.filter((text, i) => text.startsWith(facts[i]!.told)).length;
const before = await goOn();

// The last tenth is not trained on: the same facts in an order that the model has not read.
// 最后十分之一不拿来训练：还是那些事，顺序却没读过。
const ids = tokensOf(tokenizer, townText);
const end = Math.floor(0.9 * ids.length);
const trainer = pretrain({
  model,
  train: ids.subarray(0, end),
  validation: ids.subarray(end),
  maxSteps: 400,
  batchSize: 8,
  learningRate: 5e-3,
  warmupSteps: 10,
  seed: 1,
});
const losses: number[] = [];
const { result } = await train(trainer, ({ step, metrics }) => {
  losses.push(metrics.loss!);
  const loss = metrics.loss!.toFixed(2);
  if (step % 50 === 1) say(`step ${step}: loss ${loss}`, `第 ${step} 步：损失 ${loss}`);
});

// Who guesses among V characters at random loses ln V; who knows all facts loses only what cannot be known: which comes next.
// 在 V 个字里瞎猜，损失是 ln V；全都记住了，剩下的只是猜不到的：下一句轮到谁。
const blind = Math.log(tokenizer.vocabSize);
shown(
  Math.abs(losses[0]! - blind) < 0.3 && result.validationLoss! < 0.3 * blind,
  `loss: ${blind.toFixed(2)} for a guess, ${losses[0]!.toFixed(2)} at first, ${result.validationLoss!.toFixed(2)} at the end, on the part it has not read`,
  `损失：瞎猜 ${blind.toFixed(2)}，开始 ${losses[0]!.toFixed(2)}，最后在没读过的那部分上 ${result.validationLoss!.toFixed(2)}`,
);
const after = await goOn();
say(
  `before: ${JSON.stringify(before[0])}, now: ${JSON.stringify(after[0])}`,
  `训练前：${JSON.stringify(before[0])}，现在：${JSON.stringify(after[0])}`,
);
shown(
  right(before) === 0 && right(after) >= 0.8 * facts.length,
  `facts known of ${facts.length}: ${right(before)} before, ${right(after)} now`,
  `${facts.length} 件事里记住的：训练前 ${right(before)} 件，现在 ${right(after)} 件`,
);
