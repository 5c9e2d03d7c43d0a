/**
 * Chat templates: messages become text through the tokenizer's Jinja template, as `apply_chat_template` of Transformers
 * does it (trim_blocks, lstrip_blocks, `raise_exception`, `{% generation %}`).
 */
import { Template } from "@huggingface/jinja";
import { assert, DataError, UsageError } from "../base/index.ts";
import { tokenOffsets } from "./offsets.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface Message {
  /** `system`, `user`, `assistant`, or what else the template knows. */
  readonly role: string;
  readonly content: string;
}

/** ChatML; `{% generation %}` marks what the assistant says, for loss masks here and in TRL. */
export const chatmlTemplate =
  "{% for message in messages %}{% if message['role'] == 'assistant' %}{{ '<|im_start|>assistant\\n' }}" +
  "{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}{{ '\\n' }}" +
  "{% else %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endif %}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export interface RenderOptions {
  /** Ends with what opens the assistant's next turn. Default false. */
  readonly addGenerationPrompt?: boolean | undefined;
}

/** Throws `no-chat-template`, `bad-chat-template`, or `chat-template-refused` with the template's own words. */
export function renderChat(
  tokenizer: Tokenizer,
  messages: readonly Message[],
  { addGenerationPrompt = false }: RenderOptions = {},
): string {
  return render(tokenizer, templateOf(tokenizer), messages, addGenerationPrompt);
}

export interface ConversationTokens {
  readonly ids: readonly number[];
  /** 1 where the token is the assistant's own, the one that ends its turn included; else 0. */
  readonly assistantMask: readonly (0 | 1)[];
  /** Tokens before the assistant's first word, or those of the first `promptMessages`. */
  readonly promptLength: number;
}

export interface ConversationOptions {
  /** So many first messages are a prompt: they become exactly the tokens from which generation starts. */
  readonly promptMessages?: number | undefined;
}

/**
 * A conversation as tokens, with the assistant's marked. Templates without `{% generation %}` are read by what each
 * assistant message adds to the text. Throws as {@link renderChat}, and `chat-template-not-incremental` when a later
 * message changes what was written for an earlier one.
 */
export function conversationTokens(
  tokenizer: Tokenizer,
  messages: readonly Message[],
  { promptMessages }: ConversationOptions = {},
): ConversationTokens {
  const { text, spans } = assistantSpans(tokenizer, messages);
  const prompt =
    promptMessages === undefined
      ? ""
      : renderChat(tokenizer, messages.slice(0, promptMessages), { addGenerationPrompt: true });
  if (!text.startsWith(prompt)) throw notIncremental(promptMessages!);
  const said = spans.filter(([start]) => start >= prompt.length);
  const promptIds = tokenizer.encode(prompt);
  const ids = [...promptIds, ...tokenizer.encode(text.slice(prompt.length))];
  const offsets = tokenOffsets(tokenizer, text, ids);
  const { ids: all, assistantMask } =
    offsets === undefined
      ? tokensBySpan(tokenizer, text, prompt.length, said)
      : { ids, assistantMask: offsets.map(([from, to]) => bit(said.some(([start, end]) => from < end && to > start))) };
  const first = assistantMask.indexOf(1);
  const promptLength = promptMessages !== undefined ? promptIds.length : first < 0 ? all.length : first;
  return { ids: all, assistantMask, promptLength };
}

const bit = (condition: boolean): 0 | 1 => (condition ? 1 : 0);

/**
 * The special token that ends an assistant's turn under the tokenizer's template; undefined when it ends in ordinary
 * text, or when there is no template and so no turn.
 */
export function turnEnd(tokenizer: Tokenizer): number | undefined {
  if (tokenizer.chatTemplate === undefined) return undefined;
  // Words that the template writes anyway: a tokenizer of characters may know no others.
  const { ids, assistantMask } = conversationTokens(tokenizer, [
    { role: "user", content: "user" },
    { role: "assistant", content: "assistant" },
  ]);
  const last = ids[assistantMask.lastIndexOf(1)];
  return last !== undefined && tokenizer.decode([last], { skipSpecial: true }) === "" ? last : undefined;
}

type Span = readonly [start: number, end: number];

/** The rendered conversation and which parts of it the assistant says. */
function assistantSpans(tokenizer: Tokenizer, messages: readonly Message[]): { text: string; spans: Span[] } {
  const template = templateOf(tokenizer);
  return /\{%-?\s*generation\s*-?%\}/.test(template)
    ? markedSpans(tokenizer, template, messages)
    : addedSpans(tokenizer, template, messages);
}

/** From `{% generation %}` blocks: they are made to print two characters that no message has, which are then cut out. */
function markedSpans(tokenizer: Tokenizer, template: string, messages: readonly Message[]) {
  const contents = JSON.stringify(messages);
  const [open, close] = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0xfdd0 + i)).filter(
    (character) => !contents.includes(character),
  );
  assert(open && close, "Unicode's 32 noncharacters are not all used in one conversation");
  // `if` is a block like `generation`, so white space around it is trimmed in the same way.
  const printing = template
    .replace(/\{%(-?)\s*generation\s*(-?)%\}/g, `{%$1 if true %}{{ "${open}" }}{% endif $2%}`)
    .replace(/\{%(-?)\s*endgeneration\s*(-?)%\}/g, `{%$1 if true %}{{ "${close}" }}{% endif $2%}`);
  const spans: Span[] = [];
  let text = "";
  for (const part of render(tokenizer, printing, messages, false).split(open)) {
    const [said, after] = part.split(close) as [string, string?];
    if (after !== undefined) spans.push([text.length, text.length + said.length]);
    text += said + (after ?? "");
  }
  return { text, spans };
}

/** From what each assistant message adds after the generation prompt; white space after its end token is not counted. */
function addedSpans(tokenizer: Tokenizer, template: string, messages: readonly Message[]) {
  const text = render(tokenizer, template, messages, false);
  const spans = messages.flatMap(({ role, content }, i): Span[] => {
    if (role !== "assistant") return [];
    const prompt = render(tokenizer, template, messages.slice(0, i), true);
    const answered = render(tokenizer, template, messages.slice(0, i + 1), false);
    const at = answered.indexOf(content, prompt.length);
    const contentEnd = at < 0 ? 0 : at + content.length; // a template may trim the content
    const end = Math.max(prompt.length, answered.trimEnd().length, contentEnd);
    if (!answered.startsWith(prompt) || !text.startsWith(answered.slice(0, end))) throw notIncremental(i + 1);
    return [[prompt.length, end]];
  });
  return { text, spans };
}

const notIncremental = (message: number) =>
  new UsageError(`the chat template writes message ${message} differently as more messages follow`, {
    code: "chat-template-not-incremental",
    help: "mark the assistant's words in the template with {% generation %} … {% endgeneration %}",
  });

/** For tokenizers that normalise, so that offsets are not known: prompt, spans and what is between are encoded apart. */
function tokensBySpan(tokenizer: Tokenizer, text: string, promptEnd: number, spans: readonly Span[]) {
  const ids: number[] = [];
  const assistantMask: (0 | 1)[] = [];
  const add = (start: number, end: number, mine: 0 | 1) => {
    for (const id of tokenizer.encode(text.slice(start, end))) {
      ids.push(id);
      assistantMask.push(mine);
    }
  };
  add(0, promptEnd, 0);
  let at = promptEnd;
  for (const [start, end] of spans) {
    add(at, start, 0);
    add(start, end, 1);
    at = end;
  }
  add(at, text.length, 0);
  return { ids, assistantMask };
}

function templateOf({ chatTemplate }: Tokenizer): string {
  if (chatTemplate !== undefined) return chatTemplate;
  throw new UsageError("the tokenizer has no chat template", {
    code: "no-chat-template",
    help: "use prompts that are plain text, or a model that was tuned on conversations (`plaudit sft` writes a template)",
  });
}

function render(tokenizer: Tokenizer, source: string, messages: readonly Message[], addGenerationPrompt: boolean) {
  const token = (id: number | undefined) => (id === undefined ? "" : tokenizer.tokenOf(id));
  const template = parse(tokenizer, source);
  return attempt("chat-template-refused", "the chat template refuses this conversation", () =>
    template.render({
      messages,
      add_generation_prompt: addGenerationPrompt,
      bos_token: token(tokenizer.special.bos),
      eos_token: token(tokenizer.special.eos),
      pad_token: token(tokenizer.special.pad),
    }),
  );
}

/** Parsing takes longer than rendering and a template renders thousands of rows, so a tokenizer keeps its parsed ones. */
const parsed = new WeakMap<Tokenizer, Map<string, Template>>();

function parse(tokenizer: Tokenizer, source: string): Template {
  const known = parsed.get(tokenizer) ?? new Map<string, Template>();
  parsed.set(tokenizer, known);
  const template =
    known.get(source) ?? attempt("bad-chat-template", "the chat template is not Jinja", () => new Template(source));
  known.set(source, template);
  return template;
}

function attempt<T>(code: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new DataError(`${what}: ${(cause as Error).message}`, { code, cause });
  }
}
