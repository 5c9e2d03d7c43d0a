import { describe, expect, it } from "vitest";
import { chatmlTemplate, trainCharacterTokenizer, withChatTemplate } from "../../text/index.ts";
import { answerOf, answerText, samplingOptions } from "./sampling.ts";

const tokenizer = trainCharacterTokenizer(["Question: 小店?\nAnswer"]);
const flags = { maxNewTokens: 9, temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, stop: [] };

describe("the text of an answer", () => {
  const ids = [...tokenizer.encode("小店\n\nQuestion: n"), 2];

  it("leaves special tokens out and ends before the first stop text", () => {
    expect(answerOf(tokenizer, ids, [])).toBe("小店\n\nQuestion: n");
    expect(answerOf(tokenizer, ids, ["Quest", "\n\n"])).toBe("小店");
  });

  it("holds back what may become a stop text, and gives it when it does not", () => {
    const text = answerText(tokenizer, ["\n\nQ"]);
    const given = tokenizer.encode("小\n\nn").map((id) => text.push(id));
    expect([...given, text.end()]).toEqual(["小", "", "", "\n\nn", ""]);
    expect(answerOf(tokenizer, tokenizer.encode("店\n\n"), ["\n\nQ"])).toBe("店\n\n");
  });
});

describe("when an answer ends", () => {
  it("is told by the tokenizer's end of text, in a conversation also by the end of a turn", () => {
    expect(samplingOptions(flags, tokenizer, { conversational: false }).stopIds).toEqual([2]);
    const chat = withChatTemplate(trainCharacterTokenizer(["user assistant ab\n"]), chatmlTemplate);
    expect(samplingOptions(flags, chat, { conversational: true }).stopIds).toEqual([2, 4]);
  });

  it("is told by stop texts, also when they lie across tokens", () => {
    const { stop } = samplingOptions({ ...flags, stop: ["店?"] }, tokenizer, { conversational: false });
    expect(stop?.(tokenizer.encode("小店"))).toBe(false);
    expect(stop?.(tokenizer.encode("小店?"))).toBe(true);
  });
});
