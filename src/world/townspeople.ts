import type { Rng } from "../base/index.ts";
import { type Annotator, type Features, type Ranking, rankFeatures } from "./annotator.ts";
import type { WorldPrompt } from "./prompts.ts";
import { readAnswer } from "./verdict.ts";
import { isFact, type LanguageCode, type World } from "./world.ts";

/**
 * What an annotator of this world notices in an answer. They know their town, so they see whether it is true; leaving a
 * question unanswered that has an answer offends them as much as a wrong answer.
 */
export function features(world: World, prompt: WorldPrompt, answer: string): Features {
  const { right, wrong, full, polite, closing, rude, filler, offTopic, broken, repeated } = readAnswer(
    world,
    prompt,
    answer,
  );
  return {
    truth: wrong ? -1 : right ? 1 : isFact(prompt.about) ? -1 : -0.5,
    rude: rude > 0 ? -1 : 0,
    broken: broken > 0 ? -1 : 0,
    polite: polite > 0 ? 1 : 0,
    closing: closing > 0 ? 1 : 0,
    full: full ? 1 : 0,
    filler: -filler,
    tedious: -(offTopic + repeated),
  };
}

/** The six who rank the quickstart's answers. `noise` is each one's own share of what calibration finds. */
export const townspeople = (language: LanguageCode): readonly Annotator[] =>
  people.map(({ name, taste, ...rest }) => ({ name: name[language], taste: taste[language], ...rest }));

const people = [
  {
    name: { en: "Greta", zh: "顾老师" },
    taste: { en: "Truth first. How it is said hardly matters.", zh: "内容对不对最要紧，怎么说倒是其次。" },
    weights: { truth: 2.3, rude: 1.1, broken: 1.1, polite: 0.3, closing: 0.2, full: 0.4, filler: 0.3, tedious: 0.5 },
    noise: 0.85,
    positionBias: 0.05,
    tieWidth: 0.25,
    seconds: { perTask: 14, perCharacter: 0.09 },
  },
  {
    name: { en: "Hugo", zh: "胡叔" },
    taste: { en: "Cannot bear rudeness.", zh: "最受不了没礼貌的人。" },
    weights: { truth: 1.4, rude: 2.4, broken: 1, polite: 0.6, closing: 0.3, full: 0.4, filler: 0.3, tedious: 0.4 },
    noise: 1,
    positionBias: 0.2,
    tieWidth: 0.25,
    seconds: { perTask: 8, perCharacter: 0.06 },
  },
  {
    name: { en: "Ines", zh: "尹阿姨" },
    taste: { en: "Loves courtesy and a friendly goodbye.", zh: "喜欢客气话，也喜欢一句道别。" },
    weights: { truth: 1.3, rude: 1.7, broken: 1, polite: 0.9, closing: 0.7, full: 0.6, filler: 0.1, tedious: 0.3 },
    noise: 1.05,
    positionBias: 0.15,
    tieWidth: 0.25,
    seconds: { perTask: 10, perCharacter: 0.07 },
  },
  {
    name: { en: "Jonas", zh: "姜工" },
    taste: { en: "No rambling: come to the point.", zh: "别绕弯子，直接说重点。" },
    weights: { truth: 1.6, rude: 1.2, broken: 1.3, polite: 0.3, closing: 0.1, full: 0.3, filler: 0.8, tedious: 0.8 },
    noise: 0.95,
    positionBias: 0.1,
    tieWidth: 0.25,
    seconds: { perTask: 6, perCharacter: 0.05 },
  },
  {
    name: { en: "Kira", zh: "柯小妹" },
    taste: {
      en: "In a hurry: often takes what she reads first. Enjoys a bit of chatter.",
      zh: "急性子，常选先看到的，也爱听人闲聊。",
    },
    weights: { truth: 1.4, rude: 1.3, broken: 1.1, polite: 0.5, closing: 0.4, full: 0.5, filler: -0.1, tedious: 0.2 },
    noise: 1.25,
    positionBias: 0.4,
    tieWidth: 0.25,
    seconds: { perTask: 3, perCharacter: 0.03 },
  },
  {
    name: { en: "Leo", zh: "老林" },
    taste: { en: "Wants whole, clean sentences.", zh: "要求句子完整、通顺。" },
    weights: { truth: 1.7, rude: 1.4, broken: 1.9, polite: 0.4, closing: 0.4, full: 0.9, filler: 0.5, tedious: 0.6 },
    noise: 0.9,
    positionBias: 0.1,
    tieWidth: 0.25,
    seconds: { perTask: 12, perCharacter: 0.08 },
  },
] as const;

/** One annotator's ranking of several answers to one prompt, shown in a random order. */
export function rank(
  annotator: Annotator,
  world: World,
  prompt: WorldPrompt,
  answers: readonly string[],
  rng: Rng,
): Ranking {
  return rankFeatures(
    annotator,
    answers.map((answer) => features(world, prompt, answer)),
    rng,
  );
}
