import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  chatmlTemplate,
  conversationTokens,
  type Message,
  openTokenizer,
  renderChat,
  type Tokenizer,
  trainBpeTokenizer,
  turnEnd,
  withChatTemplate,
} from "./index.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const bpe = withChatTemplate(trainBpeTokenizer(["hello there, how are you?"], { vocabSize: 270 }), chatmlTemplate);
const chat: Message[] = [
  { role: "system", content: "be brief" },
  { role: "user", content: "hi" },
  { role: "assistant", content: "\n hello\n" },
  { role: "user", content: "bye" },
  { role: "assistant", content: "再见 🙂" },
];
const said = (tokenizer: Tokenizer, messages: readonly Message[]) => {
  const { ids, assistantMask } = conversationTokens(tokenizer, messages);
  return tokenizer.decode(ids.filter((_, i) => assistantMask[i] === 1));
};
const plainChatml = chatmlTemplate.replace(/\{% (end)?generation %\}/g, "");

describe("chat templates", () => {
  it("mark the assistant's words and their end token, with and without generation tags alike", () => {
    expect(said(bpe, chat)).toBe("\n hello\n<|im_end|>再见 🙂<|im_end|>");
    expect(conversationTokens(withChatTemplate(bpe, plainChatml), chat)).toEqual(conversationTokens(bpe, chat));
  });

  it("render the same text whether or not the tags are there", () => {
    const text = renderChat(bpe, chat, { addGenerationPrompt: true });
    expect(text).toBe(renderChat(withChatTemplate(bpe, plainChatml), chat, { addGenerationPrompt: true }));
    expect(text.endsWith("再见 🙂<|im_end|>\n<|im_start|>assistant\n")).toBe(true);
    const { ids } = conversationTokens(bpe, chat);
    expect(bpe.decode(ids)).toBe(renderChat(bpe, chat));
  });

  it("keep the template in the tokenizer's files, alone or among named ones", () => {
    expect(openTokenizer(bpe.files()).chatTemplate).toBe(chatmlTemplate);
    const files = bpe.files();
    const named = [
      { name: "tool_use", template: "x" },
      { name: "default", template: "y" },
    ];
    const config = { ...files["tokenizer_config.json"], chat_template: named };
    expect(openTokenizer({ ...files, "tokenizer_config.json": config }).chatTemplate).toBe("y");
  });

  it("know the token that ends a turn, if there is one", () => {
    expect(turnEnd(bpe)).toBe(bpe.idOf("<|im_end|>"));
    expect(
      turnEnd(withChatTemplate(bpe, "{% for m in messages %}{{ m.role + ': ' + m.content + '\\n' }}{% endfor %}")),
    ).toBe(undefined);
  });

  it("mark what a message adds when the template has no end token, empty answers and trailing space included", () => {
    const bare = withChatTemplate(
      bpe,
      "{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}",
    );
    const answer = (content: string) => said(bare, [chat[1]!, { role: "assistant", content }, chat[3]!]);
    expect([answer("yes"), answer("yes \n"), answer("")]).toEqual(["yes", "yes \n", ""]);
  });

  it("mark by parts when the tokenizer does not keep the text", () => {
    const upper: Tokenizer = { ...bpe, encode: (text) => bpe.encode(text.replaceAll("hello", "HELLO")) };
    expect(said(upper, chat)).toBe("\n HELLO\n<|im_end|>再见 🙂<|im_end|>");
  });

  it("say that a template is missing, broken, unwilling or rewrites the past", () => {
    const withTemplate = (template: string) => withChatTemplate(bpe, template);
    const { chatTemplate: _, ...none } = bpe;
    expect(() => renderChat(none, chat)).toThrow(expect.objectContaining({ code: "no-chat-template" }));
    expect(() => renderChat(withTemplate("{% for %}"), chat)).toThrow(
      expect.objectContaining({ code: "bad-chat-template" }),
    );
    expect(() => renderChat(withTemplate("{{ raise_exception('system turns are not known') }}"), chat)).toThrow(
      expect.objectContaining({
        code: "chat-template-refused",
        message: "the chat template refuses this conversation: system turns are not known",
      }),
    );
    const forgetful = "{% for m in messages %}{{ m.role }}{% if loop.last %}{{ m.content }}{% endif %}{% endfor %}";
    expect(() => conversationTokens(withTemplate(forgetful), chat)).toThrow(
      expect.objectContaining({ code: "chat-template-not-incremental" }),
    );
  });
});

const goldenFile = at("../shared/golden/text.json");
describe.skipIf(!existsSync(goldenFile))(
  "chat templates of Transformers (skipped: ../shared/golden is not here)",
  () => {
    interface Case {
      name: string;
      inputs: { template: string; bos_token: string; eos_token: string; chats: Record<string, Message[]> };
      expected: {
        renderings: { chat: string; add_generation_prompt: boolean; text?: string; error?: string }[];
        rows: { chat: string; input_ids: number[]; assistant_mask: number[]; assistant_text: string }[];
      };
    }
    const cases: Case[] = existsSync(goldenFile) ? JSON.parse(readFileSync(goldenFile, "utf8")).cases : [];
    const json = JSON.parse(readFileSync(at("test/golden/bpe_tokenizer.json"), "utf8"));

    it.each(cases.filter(({ name }) => name.startsWith("chat_template_")))("$name", ({ inputs, expected }) => {
      const added_tokens = [inputs.bos_token, inputs.eos_token].map((content, i) => ({
        id: 400 + i,
        content,
        special: true,
      }));
      const tokenizer = openTokenizer({
        "tokenizer.json": { ...json, added_tokens },
        "tokenizer_config.json": {
          bos_token: inputs.bos_token,
          eos_token: { content: inputs.eos_token },
          chat_template: inputs.template,
        },
      });
      for (const { chat, add_generation_prompt: addGenerationPrompt, text, error } of expected.renderings) {
        const render = () => renderChat(tokenizer, inputs.chats[chat]!, { addGenerationPrompt });
        if (error === undefined) expect(render()).toBe(text);
        else expect(render).toThrow(error);
      }
    });

    it("assistant_masks", () => {
      const { inputs, expected } = cases.find(({ name }) => name === "assistant_masks")!;
      const tokenizer = openTokenizer({ "tokenizer.json": json }, { chatTemplate: inputs.template });
      for (const row of expected.rows) {
        const { ids, assistantMask } = conversationTokens(tokenizer, inputs.chats[row.chat]!);
        expect(ids).toEqual(row.input_ids);
        expect(assistantMask).toEqual(row.assistant_mask);
        expect(said(tokenizer, inputs.chats[row.chat]!)).toBe(row.assistant_text);
      }
    });
  },
);
