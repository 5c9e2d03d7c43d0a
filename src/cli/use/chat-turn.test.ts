import { describe, expect, it } from "vitest";
import { interpreter } from "../../engine/index.ts";
import { generator } from "../../generate/index.ts";
import { type LanguageModel, newModel } from "../../models/index.ts";
import { chatmlTemplate, type Message, trainCharacterTokenizer, withChatTemplate } from "../../text/index.ts";
import { type Speaker, takeTurn, windowOf } from "./chat-turn.ts";

const characters = trainCharacterTokenizer(["user assistant system 0123456789 小店几点?\n"]);
const tokenizer = withChatTemplate(characters, chatmlTemplate);

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });

describe("what a model still reads of a conversation", () => {
  const system = { role: "system", content: "0" };
  const long = [system, user("11"), assistant("22"), user("33"), assistant("44"), user("55")];
  const spoken = (context: number) =>
    windowOf(tokenizer, long, { context, room: 8 }).messages.map(({ content }) => content);

  it("is all of it while there is room for an answer, then the newest exchanges with what the system said", () => {
    const whole = windowOf(tokenizer, long, { context: 1000, room: 8 }).ids.length;
    expect(spoken(whole + 8)).toEqual(["0", "11", "22", "33", "44", "55"]);
    expect(spoken(whole + 7)).toEqual(["0", "33", "44", "55"]);
    expect(spoken(50)).toEqual(["0", "55"]);
  });

  it("never leaves out the last message: one that fills the context is refused", () => {
    expect(() => spoken(20)).toThrow(expect.objectContaining({ code: "prompt-too-long" }));
  });

  it("is the end of the running text for a model without a chat template", () => {
    const { ids } = windowOf(characters, [user("123"), assistant("45"), user("小店")], { context: 6, room: 2 });
    expect(characters.decode(ids)).toBe("5\n小店");
  });
});

describe("a turn", () => {
  const config = { vocabSize: tokenizer.vocabSize, context: 128, layers: 1, heads: 1, dim: 8, feedForward: 16 };
  const rest = { epsilon: 1e-5, initializerRange: 0.5, residualDropout: 0, attentionDropout: 0, embeddingDropout: 0 };
  const speaker = (seed: number): Speaker => {
    const model: LanguageModel = {
      ...newModel({ architecture: "gpt2", ...config, ...rest, window: 0 }, seed),
      tokenizer,
      scale: { gain: 1, bias: 0 },
    };
    return { name: `model ${seed}`, model, writer: generator(model, { backend: interpreter }), messages: [] };
  };
  const flags = { maxNewTokens: 8, temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, stop: [] };
  const turn = { ...flags, seed: 3, turn: 0, signal: new AbortController().signal, onText: () => {} };

  it("gives the same model the same answer in two places, and each remembers its own", async () => {
    const speakers = [speaker(1), speaker(1), speaker(2)];
    const [one, same, other] = await takeTurn(speakers, "小店几点?", turn);
    expect(one).toBe(same);
    expect(one).not.toBe(other);
    expect(speakers[2]!.messages).toEqual([user("小店几点?"), assistant(other!)]);
  });

  it("that is interrupted keeps what was said until then", async () => {
    const stopping = new AbortController();
    const whole = (await takeTurn([speaker(1)], "1", turn))[0]!;
    const some = speaker(1);
    const onText = ([text = ""]: readonly string[]) => {
      if ([...text].length >= 3) stopping.abort();
    };
    const [partial = ""] = await takeTurn([some], "1", { ...turn, signal: stopping.signal, onText });
    expect([...partial]).toHaveLength(3);
    expect(whole.startsWith(partial) && whole !== partial).toBe(true);
    expect(some.messages.at(-1)).toEqual(assistant(partial));
  });
});
