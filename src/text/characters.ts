import { DataError } from "../base/index.ts";
import type { Codec } from "./codec.ts";
import { splitAt } from "./pieces.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";

const utf8 = new TextEncoder();

/** One token a character (Unicode code point). A character without a token is an error that names it: `unknown-character`. */
export function codecOfCharacters({ model, added_tokens }: TokenizerJson): Codec {
  const ids = new Map(Object.entries(model.vocab as Record<string, number>));
  const tokens: string[] = [];
  for (const { content, id } of added_tokens) ids.set(content, id);
  for (const [token, id] of ids) tokens[id] = token;
  const special = new Set(added_tokens.filter((token) => token.special).map(({ id }) => id));
  const pieces = splitAt(added_tokens.map(({ content }) => content));

  const encodeText = (text: string, whole: string, from: number, into: number[]) => {
    let at = from;
    for (const character of text) {
      const id = ids.get(character);
      if (id === undefined) throw unknownCharacter(character, whole, at);
      into.push(id);
      at += character.length;
    }
  };
  return {
    vocabSize: tokens.length,
    encode(text, recogniseSpecial) {
      const out: number[] = [];
      if (!recogniseSpecial) encodeText(text, text, 0, out);
      else {
        let at = 0;
        pieces(text).forEach((piece, i) => {
          if (i % 2 === 1) out.push(ids.get(piece)!);
          else encodeText(piece, text, at, out);
          at += piece.length;
        });
      }
      return out;
    },
    decode: (list, skipSpecial) => list.map((id) => (skipSpecial && special.has(id) ? "" : tokens[id])).join(""),
    tokenOf: (id) => tokens[id],
    idOf: (token) => ids.get(token),
    bytesOf: (token) => utf8.encode(token),
  };
}

function unknownCharacter(character: string, text: string, at: number): DataError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return new DataError(`the tokenizer has no token for ${JSON.stringify(character)} (U+${code})`, {
    code: "unknown-character",
    where: `line ${line}, column ${column} of the text`,
    help: "train the tokenizer on text that has this character, remove it, or use a byte-level tokenizer (bpe:SIZE)",
  });
}
