/**
 * The byte-level alphabet and pre-tokenisation of GPT-2 (Radford et al. 2019; openai/gpt-2 `src/encoder.py`): text is
 * cut into words by one regular expression, and each byte of a word is written as one printable character.
 */

/**
 * GPT-2's word pattern. White space is Unicode's, as in Rust and Python; JavaScript's own `\s` differs from it at
 * U+0085 and U+FEFF, which would give other tokens than Transformers.
 */
export const gpt2Pattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;

/** The character that stands for byte 0 … 255: printable Latin-1 bytes stand for themselves, the rest follow from U+0100. */
export const byteCharacters: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const byteOfCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));
const utf8 = new TextEncoder();
const words = new RegExp(gpt2Pattern, "gu");

/** Cuts text as GPT-2 does: words keep the space before them. `addPrefixSpace` puts one before the first word too. */
export function splitWords(text: string, { addPrefixSpace = false } = {}): string[] {
  const prefixed = addPrefixSpace && !text.startsWith(" ") ? ` ${text}` : text;
  return prefixed.match(words) ?? [];
}

/** `"é"` → `"Ã©"`: the text's UTF-8 bytes, one character each. */
export const toByteCharacters = (text: string): string =>
  Array.from(utf8.encode(text), (byte) => byteCharacters[byte]).join("");

/** The bytes that a byte-level token stands for; undefined when it holds a character outside the alphabet. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = byteOfCharacter.get(token[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
