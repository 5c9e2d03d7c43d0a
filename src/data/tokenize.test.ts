import { describe, expect, it } from "vitest";
import { chatmlTemplate, type Tokenizer, trainBpeTokenizer, withChatTemplate } from "../text/index.ts";
import {
  datasetStats,
  type TokenizedRow,
  tokenizeConversation,
  tokenizePrompt,
  tokenizePromptCompletion,
} from "./index.ts";

const tokenizer = withChatTemplate(
  trainBpeTokenizer(["the sky is blue.\n\n\n\n hello hello"], { vocabSize: 280 }),
  chatmlTemplate,
);
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const learnt = ({ ids, mask }: TokenizedRow, from: Tokenizer = tokenizer) =>
  from.decode(ids.filter((_, i) => mask[i] === 1));

describe("tokenizing prompts and completions", () => {
  it("ends text with eos and learns only the completion", () => {
    const row = tokenizePromptCompletion(tokenizer, { prompt: "the sky is", completion: " blue." }, { maxLength: 50 });
    expect(learnt(row)).toBe(" blue.<|eos|>");
    expect(row.ids.slice(0, row.completionStart)).toEqual(tokenizePrompt(tokenizer, "the sky is"));
    expect(row.mask).toHaveLength(row.ids.length);
    expect(row.truncated).toBe(false);
  });

  it("keeps the prompt's ids those of generation even where tokens would merge across the border", () => {
    // "assistant\n" + "\n hello": the trained merge of two newlines must not swallow the border.
    expect(tokenizer.encode("\n\n")).toHaveLength(1);
    const prompt = [user("hello")];
    const row = tokenizePromptCompletion(tokenizer, { prompt, completion: [assistant("\n hello")] }, { maxLength: 99 });
    expect(row.ids.slice(0, row.completionStart)).toEqual(tokenizePrompt(tokenizer, prompt));
    expect(learnt(row)).toBe("\n hello<|im_end|>");
    expect(row.mask.at(-1)).toBe(1);
  });

  it("learns the assistant's turns only, in completions and in whole conversations", () => {
    const prompt = [user("a"), assistant("b"), user("c")];
    const completion = [assistant("d"), user("e"), assistant("f")];
    expect(learnt(tokenizePromptCompletion(tokenizer, { prompt, completion }, { maxLength: 99 }))).toBe(
      "d<|im_end|>f<|im_end|>",
    );
    expect(learnt(tokenizeConversation(tokenizer, [...prompt, ...completion], { maxLength: 199 }))).toBe(
      "b<|im_end|>d<|im_end|>f<|im_end|>",
    );
  });

  it("says when the completion was cut, and refuses a prompt that leaves no room", () => {
    const row = { prompt: "the sky is", completion: " blue. hello hello" };
    const promptLength = tokenizePrompt(tokenizer, row.prompt).length;
    const cut = tokenizePromptCompletion(tokenizer, row, { maxLength: promptLength + 1 });
    expect(cut).toMatchObject({ truncated: true, completionStart: promptLength });
    expect(cut.ids).toHaveLength(promptLength + 1);
    expect(() => tokenizePromptCompletion(tokenizer, row, { maxLength: promptLength })).toThrow(
      expect.objectContaining({ code: "prompt-too-long" }),
    );
  });

  it("refuses text when the tokenizer has no end token", () => {
    const endless: Tokenizer = { ...tokenizer, special: {} };
    expect(() => tokenizePromptCompletion(endless, { prompt: "a", completion: "b" }, { maxLength: 9 })).toThrow(
      expect.objectContaining({ code: "no-end-token" }),
    );
  });
});

describe("datasetStats", () => {
  it("counts rows, duplicates, scripts and lengths by column", () => {
    const rows = [
      { prompt: "你好吗", completions: ["a", "bbb"] },
      { prompt: [user("hello"), assistant("you")], completions: ["cc", "dd"] },
      { prompt: "你好吗", completions: ["a", "bbb"] },
      { prompt: "1+1", completions: ["2", "3"] },
    ];
    const stats = datasetStats(rows, tokenizer);
    expect(stats).toMatchObject({ rows: 4, duplicates: 1 });
    expect(stats.scripts).toEqual({ han: 0, latin: 0.75, other: 0, none: 0.25 });
    expect(stats.characters.completions).toEqual({ mean: 14 / 8, min: 1, median: 1, p95: 3, max: 3 });
    expect(stats.characters.prompt).toMatchObject({ min: 3, max: 9 });
    expect(stats.totalTokens).toBeGreaterThan(8);
    expect(datasetStats([{ text: "强化学习 RL" }]).scripts.han).toBe(1);
  });
});
