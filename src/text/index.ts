export { type AnswerEnds, type AnswerText, answerEnds, answerOf, answerText } from "./answer.ts";
export { byteCharacters, splitWords, toByteCharacters } from "./byte-level.ts";
export {
  type ConversationOptions,
  type ConversationTokens,
  chatmlTemplate,
  conversationTokens,
  type Message,
  type RenderOptions,
  renderChat,
  turnEnd,
} from "./chat.ts";
export { tokenOffsets } from "./offsets.ts";
export {
  openGpt2Tokenizer,
  openTokenizer,
  trainBpeTokenizer,
  trainCharacterTokenizer,
  withChatTemplate,
} from "./open.ts";
export { type StreamDecoder, streamDecoder } from "./stream-decoder.ts";
export {
  type DecodeOptions,
  type EncodeOptions,
  newSpecialTokens,
  type SpecialIds,
  type Tokenizer,
  type TokenizerFiles,
} from "./tokenizer.ts";
export { type BpeOptions, type BpeVocabulary, trainBpe } from "./train-bpe.ts";
