/**
 * Lesson 5: a reward model. From rankings of four answers each it learns a number for any answer.
 * 第 5 课：奖励模型。从“四个回答的排序”里，学会给任何回答打一个分。
 *
 *   npx tsx --conditions=source examples/05-reward-model.ts [en|zh]
 */
import { learnedReward, type RankedRow, rewardModel, stream, tokenizePromptCompletion } from "plaudit";
import { type Annotator, rankFeatures } from "plaudit/world";
import { percent, say, shown, train } from "./lesson.ts";
import { type Fact, facts, fineTuned, isPolite, isRude, say as tell } from "./town.ts";

const model = await fineTuned(); // lesson 3 / 第 3 课
const { tokenizer } = model;
const tokens = (prompt: string, completion: string) =>
  tokenizePromptCompletion(tokenizer, { prompt, completion }, { maxLength: model.network.context }).ids;

// Four people rank the answers to every prompt. All value truth most; each likes courtesy and slips to some degree.
// 每个问题的回答由四个人各排一遍。大家都最看重真话；对客气看重多少、会不会手滑，各人不同。
const people = [0.5, 1, 1.5, 2].map(
  (polite, i): Annotator => ({
    name: `person ${i + 1}`,
    taste: "truth first",
    weights: { truth: 3, polite, rude: -2 },
    noise: 1.2 - 0.4 * polite,
    positionBias: 0.1,
    tieWidth: 0.3,
    seconds: { perTask: 5, perCharacter: 0.05 },
  }),
);
const rowsOf = ({ told, untrue }: Fact, prompt: string): RankedRow[] => {
  const answers = [tell(told, "polite"), tell(told, "plain"), tell(told, "rude"), tell(untrue, "polite")];
  const features = answers.map((answer) => ({
    truth: Number(answer.includes(told)),
    polite: Number(isPolite(answer)),
    rude: Number(isRude(answer)),
  }));
  return people.map((person) => {
    const { ranks } = rankFeatures(person, features, stream(1, "ranking", prompt, person.name));
    return { completions: answers.map((answer) => tokens(prompt, answer)), ranks };
  });
};

// One of two wordings of every second fact is kept back: the judge never meets these prompts while it learns.
// 每两件事里，有一件的第二种问法留出不学：训练中见不到这些问题。
const isHeldOut = (fact: number, wording: number) => fact % 2 === 0 && wording === 1;
const select = (held: boolean) =>
  facts.flatMap((fact, f) =>
    fact.prompts.flatMap((prompt, w) => (isHeldOut(f, w) === held ? rowsOf(fact, prompt) : [])),
  );
const [data, validation] = [select(false), select(true)];
say(
  `${data.length} rankings; the first: ${JSON.stringify(data[0]!.ranks)}`,
  `共 ${data.length} 个排序，第一个：${JSON.stringify(data[0]!.ranks)}`,
);

// All six pairs of a ranking are learnt in one step.
// 一个排序里的六对回答，在同一步里一起学。
const trainer = rewardModel({
  model,
  data,
  validation,
  demonstrations: facts.map(({ told, prompts }) => tokens(prompts[0]!, tell(told, "plain"))),
  numTrainEpochs: 8,
  batchSize: 8,
  learningRate: 2e-3,
  seed: 1,
});
const losses: number[] = [];
const { model: judge, result } = await train(trainer, ({ step, metrics }) => {
  losses.push(metrics.loss!);
  if (step % 10 === 1)
    say(`step ${step}: loss ${metrics.loss!.toFixed(2)}`, `第 ${step} 步：损失 ${metrics.loss!.toFixed(2)}`);
});
const { accuracy, low, high, lengthBaseline } = result;
shown(
  low! > 0.5 && accuracy! > lengthBaseline!,
  `pairs of prompts not seen in training: ${percent(accuracy!)} right (95 %: ${percent(low!)} to ${percent(high!)}); a coin 50 %, "longer is better" ${percent(lengthBaseline!)}`,
  `没见过的问题：${percent(accuracy!)} 的回答对排对了（95 % 区间 ${percent(low!)} 到 ${percent(high!)}）；抛硬币 50 %，“越长越好” ${percent(lengthBaseline!)}`,
);

// Scores mean something only beside those of other answers to the same prompt; the zero is the mean of what people wrote (the demonstrations).
// 分数只有在同一个问题的几个回答之间比才有意义；零点取在示范回答的平均分上。
const { reward, dispose } = learnedReward(judge);
const { told, untrue, prompts } = facts[3]!;
const candidates = [tell(told, "polite"), tell(told, "plain"), tell(told, "rude"), tell(untrue, "polite")];
const promptIds = candidates.map(() => tokenizer.encode(prompts[0]!));
const scores = await reward({
  prompts: candidates.map(() => prompts[0]!),
  completions: candidates,
  promptIds,
  completionIds: candidates.map((answer) => tokens(prompts[0]!, answer).slice(promptIds[0]!.length)),
});
dispose();
console.log(prompts[0]);
for (const [i, answer] of candidates.entries()) console.log(`  ${scores[i]!.toFixed(2).padStart(6)}  ${answer.trim()}`);
shown(
  scores[0]! > scores[2]! && scores[1]! > scores[3]!,
  "courtesy over rudeness, truth over untruth",
  "客气胜过无礼，真话胜过错话",
);
