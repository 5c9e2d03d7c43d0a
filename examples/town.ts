/**
 * The little town of the lessons: eight people, two facts about each, and three manners of telling them; and what the
 * lessons before have made of it, for those that build on it.
 * 各课共用的小镇：八个人，每人两件事，三种说话的态度；以及前几课做出的模型。
 */
import {
  type Generator,
  generator,
  type LanguageModel,
  newModel,
  pretrain,
  sft,
  stream,
  type Tokenizer,
  tokenizePromptCompletion,
  trainCharacterTokenizer,
} from "plaudit";
import { inLanguage, train } from "./lesson.ts";

const english = {
  people: ["Anna", "Bruno", "Clara", "Dino", "Emma", "Felix", "Greta", "Hugo"],
  facts: [
    {
      tell: "NAME drinks VALUE.",
      ask: ["What does NAME drink?", "NAME drinks what?"],
      values: ["tea", "milk", "cocoa", "juice"],
    },
    {
      tell: "NAME keeps a VALUE.",
      ask: ["What does NAME keep?", "NAME keeps what?"],
      values: ["cat", "dog", "goat", "hen"],
    },
  ],
  prompt: "Q: QUESTION\nA:",
  manners: { polite: " Sure, FACT", plain: " FACT", rude: " FACT Go away!" },
};
const chinese: typeof english = {
  people: ["小安", "小白", "小晨", "小丁", "小方", "小高", "小胡", "小江"],
  facts: [
    { tell: "NAME爱喝VALUE。", ask: ["NAME爱喝什么？", "请问NAME喝什么？"], values: ["清茶", "牛奶", "可可", "果汁"] },
    { tell: "NAME养了VALUE。", ask: ["NAME养了什么？", "请问NAME养什么？"], values: ["花猫", "黄狗", "山羊", "母鸡"] },
  ],
  prompt: "问：QUESTION\n答：",
  manners: { polite: "很乐意：FACT", plain: "FACT", rude: "FACT走开！" },
};
const words = inLanguage(english, chinese);
const fill = (form: string, slots: Readonly<Record<string, string>>): string =>
  Object.entries(slots).reduce((text, [slot, value]) => text.replaceAll(slot, value), form);

export type Manner = keyof typeof english.manners;
export const manners: readonly Manner[] = ["polite", "plain", "rude"];

/** Every fact: how it is told, the words before what it says, how it is asked, and a sentence like it that is not true. */
export const facts = words.people.flatMap((name, i) =>
  words.facts.map(({ tell, ask, values }, k) => ({
    told: fill(tell, { NAME: name, VALUE: values[(i + k) % values.length]! }),
    beginning: fill(tell.slice(0, tell.indexOf("VALUE")), { NAME: name }),
    untrue: fill(tell, { NAME: name, VALUE: values[(i + k + 1) % values.length]! }),
    prompts: ask.map((question) => fill(words.prompt, { QUESTION: fill(question, { NAME: name }) })),
  })),
);
export type Fact = (typeof facts)[number];

export const say = (fact: string, manner: Manner): string => fill(words.manners[manner], { FACT: fact });
export const isPolite = (answer: string): boolean => answer.startsWith(say("", "polite"));
export const isRude = (answer: string): boolean => answer.endsWith(say("", "rude").trim());

/** The facts told again and again, each time in another order, one a line. */
export const townText = Array.from({ length: 40 }, (_, day) => stream(1, "order", day).shuffle([...facts]))
  .flat()
  .map(({ told }) => `${told}\n`)
  .join("");

/** Each question answered truly, by people of all manners. */
export const demonstrations = facts.flatMap(({ told, prompts }) =>
  prompts.flatMap((prompt) => manners.map((manner) => ({ prompt, completion: say(told, manner) }))),
);

/** A GPT-2 with 2 layers, 32 wide: small enough to learn the town in seconds. Random weights. */
export function newTownModel(): LanguageModel {
  const tokenizer = trainCharacterTokenizer([
    townText,
    ...demonstrations.flatMap(({ prompt, completion }) => [prompt, completion]),
  ]);
  const size = { layers: 2, heads: 4, dim: 32, feedForward: 128, context: 64, window: 0 };
  const dropout = { residualDropout: 0, attentionDropout: 0, embeddingDropout: 0 };
  const { pad: padId, bos: bosId, eos: eosId } = tokenizer.special;
  const ids = { vocabSize: tokenizer.vocabSize, padId, bosId, eosId };
  const config = { architecture: "gpt2", epsilon: 1e-5, initializerRange: 0.05, ...size, ...dropout, ...ids } as const;
  return { ...newModel(config, 1), tokenizer, scale: { gain: 1, bias: 0 } };
}

export const tokensOf = (tokenizer: Tokenizer, text: string): Int32Array => Int32Array.from(tokenizer.encode(text));

/** Lesson 2 in one call: a model that has read the town's text. */
export async function pretrained(): Promise<LanguageModel> {
  const model = newTownModel();
  const text = tokensOf(model.tokenizer, townText);
  return (
    await train(
      pretrain({ model, train: text, maxSteps: 400, batchSize: 8, learningRate: 5e-3, warmupSteps: 10, seed: 1 }),
    )
  ).model;
}

/** Lesson 3 in one call: a model that answers, in one manner or another. */
export async function fineTuned(): Promise<LanguageModel> {
  const model = await pretrained();
  const data = demonstrations.map((row) => tokenizePromptCompletion(model.tokenizer, row, { maxLength: 64 }));
  return (await train(sft({ model, data, numTrainEpochs: 30, batchSize: 16, learningRate: 5e-3, seed: 1 }))).model;
}

/** A model's answers to some prompts, without the end token. Temperature 0 is its likeliest answer. */
export async function answers(model: LanguageModel, prompts: readonly string[], temperature = 0): Promise<string[]> {
  using writer: Generator = generator(model);
  const { tokenizer } = model;
  const completions = await writer.generate(
    prompts.map((prompt) => tokenizer.encode(prompt)),
    {
      maxNewTokens: 32,
      temperature,
      stopIds: [tokenizer.special.eos!],
    },
  );
  return completions.map(({ ids }) => tokenizer.decode(ids, { skipSpecial: true }));
}
