import { describe, expect, it } from "vitest";
import { answerEnds, answerOf, answerText } from "./answer.ts";
import { chatmlTemplate } from "./chat.ts";
import { trainCharacterTokenizer, withChatTemplate } from "./open.ts";

const tokenizer = trainCharacterTokenizer(["Question: 小店?\nAnswer"]);

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
    expect(answerEnds(tokenizer, { stop: [], conversational: false }).stopIds).toEqual([2]);
    const chat = withChatTemplate(trainCharacterTokenizer(["user assistant ab\n"]), chatmlTemplate);
    expect(answerEnds(chat, { stop: [], conversational: true }).stopIds).toEqual([2, 4]);
  });

  it("is told by stop texts, also when they lie across tokens", () => {
    const { stop } = answerEnds(tokenizer, { stop: ["店?"], conversational: false });
    expect(stop?.(tokenizer.encode("小店"))).toBe(false);
    expect(stop?.(tokenizer.encode("小店?"))).toBe(true);
  });
});
