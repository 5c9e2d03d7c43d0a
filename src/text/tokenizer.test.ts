import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  newSpecialTokens,
  openGpt2Tokenizer,
  openTokenizer,
  streamDecoder,
  type Tokenizer,
  tokenOffsets,
  trainBpeTokenizer,
  trainCharacterTokenizer,
} from "./index.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(at(path), "utf8"));
const corpus = readFileSync(at("test/golden/bpe_corpus.txt"), "utf8");
const bpe = trainBpeTokenizer([corpus], { vocabSize: 400 });
const golden = openTokenizer({ "tokenizer.json": json("test/golden/bpe_tokenizer.json") });

const hard = [
  "",
  "强化学习，奖励模型。",
  "🙂 👩‍👩‍👧‍👦 👍🏽 🇨🇳",
  "a\u0085b\u00a0c\u3000d\ufeffe\u200bf\t\r\n \n",
  "   leading and trailing   ",
  "e\u0301 ﬁ ½ ０１２",
  "<|im_start|>user\nhi<|im_end|>",
  "\u0000\u0007\u001b[0m",
];
/** The library alone, over the files that we write. */
const library = (tokenizer: Tokenizer) => {
  const files = JSON.parse(JSON.stringify(tokenizer.files()));
  return new LibraryTokenizer(files["tokenizer.json"], files["tokenizer_config.json"]);
};

describe("byte-level tokenizers", () => {
  it("give new tokenizers the special ids 0 to 4 and name their roles", () => {
    expect([0, 1, 2, 3, 4].map(bpe.tokenOf)).toEqual([...newSpecialTokens]);
    expect(bpe.special).toEqual({ pad: 0, bos: 1, eos: 2 });
    expect(bpe.vocabSize).toBe(400);
    expect(golden.special).toEqual({});
  });

  it("bring any text back byte for byte", () => {
    for (const text of hard) expect(bpe.decode(bpe.encode(text))).toBe(text);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => bpe.decode(bpe.encode(text)) === text));
  });

  it("encode word by word what the library encodes as a whole", () => {
    const whole = library(bpe);
    for (const text of [corpus, ...hard].filter((text) => !/[\u0085\ufeff]/.test(text))) {
      expect(bpe.encode(text)).toEqual(text === "" ? [] : whole.encode(text).ids);
    }
  });

  it("split white space as Unicode does, not as JavaScript does", () => {
    // tokenizers 0.23 in Rust: U+0085 is white space, U+FEFF is not.
    const pieces = (text: string) => bpe.encode(text).map(bpe.tokenOf).join("|");
    expect(pieces("  \u0085")).not.toBe(pieces("  \ufeff"));
    expect(bpe.encode("!\ufeff")).toEqual(bpe.encode("!").concat(bpe.encode("\ufeff")));
  });

  it("read special tokens as ordinary text when told so", () => {
    expect(bpe.encode("<|eos|>")).toEqual([2]);
    const plain = bpe.encode("<|eos|>", { special: false });
    expect(plain).not.toContain(2);
    expect(bpe.decode(plain, { skipSpecial: true })).toBe("<|eos|>");
    expect(bpe.decode([2, ...bpe.encode("a"), 2], { skipSpecial: true })).toBe("a");
  });

  it("decode fragments to U+FFFD and ids outside the vocabulary to nothing, without throwing", () => {
    const [first] = bpe.encode("🙂");
    expect(bpe.decode([first!])).toBe("\uFFFD");
    expect(bpe.decode([99999, -1])).toBe("");
    expect(() => bpe.tokenOf(99999)).toThrow(/not in the vocabulary of 400 tokens/);
  });

  it("refuse a vocabulary smaller than bytes and special tokens, naming the least", () => {
    expect(() => trainBpeTokenizer([corpus], { vocabSize: 100 })).toThrow(/at least 261 tokens, got 100/);
  });

  it("say what is wrong with a file that is no tokenizer", () => {
    expect(() => openTokenizer({ "tokenizer.json": { model: 1 } })).toThrow(/tokenizer.json is not a tokenizer: model/);
    const unknown = { model: { type: "BPE", vocab: {}, merges: [] }, pre_tokenizer: { type: "Nonsense" } };
    expect(() => openTokenizer({ "tokenizer.json": unknown })).toThrow(/cannot be opened/);
  });

  it("give the bytes and the place of each token", () => {
    expect([...bpe.bytesOf(bpe.idOf("Ġthe")!)]).toEqual([0x20, 0x74, 0x68, 0x65]);
    const text = "<|bos|>é🙂!";
    const offsets = tokenOffsets(bpe, text, bpe.encode(text))!;
    expect(offsets[0]).toEqual([0, 7]);
    expect(offsets.slice(1).map(([start, end]) => text.slice(start, end))).toEqual([
      "é",
      "é",
      "🙂",
      "🙂",
      "🙂",
      "🙂",
      "!",
    ]);
    expect(tokenOffsets(bpe, "other text", bpe.encode(text))).toBeUndefined();
  });
});

describe("character tokenizers", () => {
  const characters = trainCharacterTokenizer(["hello\n", "你好🙂 h"]);

  it("have one token a code point, in order, after the special tokens", () => {
    const alphabet = Array.from({ length: characters.vocabSize - 5 }, (_, i) => characters.tokenOf(i + 5));
    expect(alphabet.join("")).toBe("\n ehlo你好🙂");
    expect(characters.special).toEqual({ pad: 0, bos: 1, eos: 2 });
  });

  it("bring their own text back, with special tokens inside", () => {
    const text = "<|bos|>你好🙂\nhello<|eos|>";
    const ids = characters.encode(text);
    expect(ids).toHaveLength(11);
    expect(characters.decode(ids)).toBe(text);
    expect(characters.decode(ids, { skipSpecial: true })).toBe("你好🙂\nhello");
  });

  it("name an unknown character and its place", () => {
    const failure = (() => {
      try {
        characters.encode("hello\nhe你é");
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({
      code: "unknown-character",
      message: 'the tokenizer has no token for "é" (U+00E9)',
      where: "line 2, column 4 of the text",
    });
    expect(() => characters.encode("<|eos|>", { special: false })).toThrow(/U\+003C/);
  });

  it("are opened by the tokenizers library to the same ids, and by us from their files", () => {
    const text = "hello\n 你好🙂<|eos|>h";
    expect(library(characters).encode(text).ids).toEqual(characters.encode(text));
    expect(library(characters).decode(characters.encode(text))).toBe(text);
    const again = openTokenizer(JSON.parse(JSON.stringify(characters.files())));
    expect(again.encode(text)).toEqual(characters.encode(text));
    expect(() => again.encode("x")).toThrow(/no token for "x"/);
  });
});

describe("streaming", () => {
  it("gives whole characters only, and in sum the decoded text", () => {
    const stream = streamDecoder(bpe);
    const parts = bpe.encode("a🙂好").map((id) => stream.push(id));
    expect(parts.filter((part) => part !== "")).toEqual(["a", "🙂", "好"]);
    expect(stream.end()).toBe("");
  });

  it("equals decode for every sequence of tokens, broken characters included", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 399 }), { maxLength: 30 }), (ids) => {
        const stream = streamDecoder(bpe);
        return ids.map((id) => stream.push(id)).join("") + stream.end() === bpe.decode(ids);
      }),
    );
  });
});

const shared = at("../shared/data");
describe.skipIf(!existsSync(shared))("published tokenizers (skipped: ../shared/data is not here)", () => {
  it("GPT-2 from vocab.json and merges.txt gives Hugging Face's ids", () => {
    const folder = `${shared}/tokenizers/gpt2`;
    const read = (name: string) => readFileSync(`${folder}/${name}`, "utf8");
    const gpt2 = openGpt2Tokenizer(JSON.parse(read("vocab.json")), read("merges.txt"));
    expect(gpt2.special.eos).toBe(50256);
    for (const { text, ids, decoded } of JSON.parse(read("golden.json")).cases) {
      expect(gpt2.encode(text)).toEqual(ids);
      expect(gpt2.decode(ids)).toBe(decoded);
    }
  });

  it("SmolLM2, which splits digits first, gives Hugging Face's ids", () => {
    const read = (name: string) => JSON.parse(readFileSync(`${shared}/models/smollm2-135m-instruct/${name}`, "utf8"));
    const smollm = openTokenizer({ "tokenizer.json": read("tokenizer.json") });
    for (const { text, ids, decoded } of read("golden.json").tokenizer.cases) {
      expect(smollm.encode(text)).toEqual(ids);
      expect(smollm.decode(ids)).toBe(decoded);
    }
    expect(smollm.encode("<|im_start|>", { special: false }).length).toBeGreaterThan(1);
  });
});
