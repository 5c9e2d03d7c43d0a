import type { Tokenizer } from "./tokenizer.ts";

const utf8 = new TextEncoder();

/**
 * Where each token stands in the text: [start, end) in UTF-16 units. A token that holds a part of a character covers
 * the whole character, as in Hugging Face's tokenizers. Undefined when the tokens do not spell the text byte for byte
 * (a tokenizer that normalises).
 */
export function tokenOffsets(
  tokenizer: Tokenizer,
  text: string,
  ids: readonly number[],
): readonly (readonly [number, number])[] | undefined {
  const starts: number[] = []; // of the character that each byte belongs to
  const ends: number[] = [];
  const bytes = utf8.encode(text);
  let unit = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let i = 0; i < length; i++) {
      starts.push(unit);
      ends.push(unit + character.length);
    }
    unit += character.length;
  }
  const offsets: [number, number][] = [];
  let at = 0;
  for (const id of ids) {
    const token = tokenizer.bytesOf(id);
    if (token.length === 0 || token.some((byte, i) => byte !== bytes[at + i])) return undefined;
    offsets.push([starts[at]!, ends[at + token.length - 1]!]);
    at += token.length;
  }
  return at === bytes.length ? offsets : undefined;
}
