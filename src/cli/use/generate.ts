import { readFileSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { type Content, tokenizePrompt } from "../../data/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { readText } from "../../files/index.ts";
import { type Completion, type Generator, generator, type SamplingOptions } from "../../generate/index.ts";
import { answerOf, answerText } from "../../text/index.ts";
import { computing, defineCommand } from "../frame/index.ts";
import { openModel } from "../inputs/models.ts";
import { printable } from "../terminal/printable.ts";
import { sampling, samplingOptions } from "./sampling.ts";

const Result = z.strictObject({
  index: z.int(),
  text: z.string(),
  /** With the token that ended it. */
  ids: z.array(z.int()),
  /** The model's own log-probability of each token, before penalty and truncation. */
  logprobs: z.array(z.number()),
});

const { seed, device, threads } = computing;

export const generate = defineCommand({
  name: "generate",
  summary: "continue a text, or answer a conversation",
  examples: [
    'plaudit generate --model runs/sft-001 --prompt "The town of" --temperature 0',
    "plaudit generate --model MODEL --messages @question.json --n 4 --json",
    `echo '[{"role":"user","content":"你好"}]' | plaudit generate --model MODEL --messages -`,
  ],
  schema: z.strictObject({
    model: z.string().describe("a model folder, a run or a checkpoint").meta({ value: "MODEL" }),
    prompt: z.string().optional().describe("text to continue as it is"),
    messages: z
      .string()
      .optional()
      .describe("a conversation for the chat template: JSON, @file, or - for stdin")
      .meta({ value: "JSON|@FILE|-" }),
    n: z.int().min(1).default(1).describe("answers, each with its own random stream"),
    ...sampling,
    seed,
    device,
    threads,
  }),
  resultSchema: Result,
  async run(context, options) {
    const { n, stop } = options;
    const prompt = readPrompt(options);
    const model = openModel(options.model, "lm");
    const { tokenizer } = model;
    const ids = tokenizePrompt(tokenizer, prompt);
    const conversational = typeof prompt !== "string";
    const request = { ...samplingOptions(options, tokenizer, { conversational }), seed: options.seed };
    configureThreads(options.threads);
    using writer = generator(model, { device: options.device });

    if (n === 1 && process.stdout.isTTY && !context.json) {
      const text = answerText(tokenizer, stop);
      await writeTokens(writer, ids, request, text.push);
      context.emit(text.end());
      return {};
    }
    const completions = await writer.generate(new Array(n).fill(ids), request);
    const results = completions.map(({ ids, logprobs }, index) => {
      return { index, text: answerOf(tokenizer, ids, stop), ids, logprobs };
    });
    const texts = results.map(({ text, index }) => (n === 1 ? text : `── ${index + 1} ──\n${text}`));
    context.emit(texts.join("\n"), ...results);
    return {};
  },
});

async function writeTokens(
  writer: Generator,
  ids: readonly number[],
  request: SamplingOptions,
  textOf: (id: number) => string,
): Promise<Completion> {
  const tokens = writer.stream(ids, request);
  for (;;) {
    const { done, value } = await tokens.next();
    if (done) return value;
    process.stdout.write(printable(textOf(value.id)));
  }
}

const Messages = z.array(z.object({ role: z.string(), content: z.string() })).min(1);

function readPrompt({ prompt, messages }: { prompt?: string | undefined; messages?: string | undefined }): Content {
  if ((prompt === undefined) === (messages === undefined)) {
    throw new UsageError(`generate needs --prompt or --messages${prompt === undefined ? "" : ", not both"}`, {
      code: prompt === undefined ? "missing-flag" : "bad-flag",
      help: "--prompt TEXT continues a text as it is, --messages JSON goes through the chat template",
    });
  }
  if (messages === undefined) return prompt!;
  const where = messages === "-" ? "stdin" : messages.startsWith("@") ? messages.slice(1) : "--messages";
  const text =
    messages === "-" ? readFileSync(0, "utf8") : messages.startsWith("@") ? readText(messages.slice(1)) : messages;
  return parseMessages(text, where);
}

function parseMessages(text: string, where: string): Content {
  let value: unknown;
  let parsed: ReturnType<typeof Messages.safeParse> | undefined;
  try {
    value = JSON.parse(text);
    parsed = Messages.safeParse(value);
  } catch {
    // Not JSON: told below with what was wanted.
  }
  if (parsed?.success) return parsed.data;
  const issue = parsed?.error.issues[0];
  const came = issue ? `${issue.path.join(".") || "the list"}: ${issue.message}` : `not JSON: ${text.slice(0, 60)}`;
  throw new UsageError(`the messages cannot be read: ${came}`, {
    code: "bad-messages",
    where,
    help: 'wanted a list such as [{"role":"user","content":"Hello"}]; where quoting hurts: @file, or - for stdin',
  });
}
