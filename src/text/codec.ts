/** What differs between kinds of tokenizer; the rest is in {@link openTokenizer}. Ids passed in are in the vocabulary. */
export interface Codec {
  readonly vocabSize: number;
  encode(text: string, special: boolean): number[];
  decode(ids: number[], skipSpecial: boolean): string;
  tokenOf(id: number): string | undefined;
  idOf(token: string): number | undefined;
  bytesOf(token: string): Uint8Array;
}
