import { createInterface } from "node:readline";
import { z } from "zod";
import { nearest, PlauditError } from "../../base/index.ts";
import { configureThreads } from "../../engine/index.ts";
import { generator } from "../../generate/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { type Context, checkAll, computing, defineCommand } from "../frame/index.ts";
import { modelFlag } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { type Speaker, takeTurn } from "./chat-turn.ts";
import { chatView } from "./chat-view.ts";
import { sampling } from "./sampling.ts";

const Result = z.strictObject({
  turn: z.int(),
  prompt: z.string(),
  answers: z.array(z.strictObject({ model: z.string(), text: z.string() })),
});

const Schema = z.strictObject({
  model: modelFlag("whom to talk with"),
  against: modelFlag("another one, that answers beside it with the same random streams").optional(),
  system: z.string().optional().describe("what the model is told before the conversation").meta({ value: "TEXT" }),
  ...sampling,
  seed: computing.seed,
  device: computing.device,
  threads: computing.threads,
});
type Options = z.infer<typeof Schema>;

export const chat = defineCommand({
  name: "chat",
  summary: "talk with a model, or with two side by side",
  examples: [
    "plaudit chat --model runs/ppo-001",
    "plaudit chat --model runs/ppo-001 --against runs/sft-001 --temperature 0.7",
    "plaudit chat --model MODEL --json < questions.txt",
  ],
  schema: Schema,
  resultSchema: Result,
  async run(context, options) {
    const { model, against } = await checkAll({
      model: () => openModel(options.model, "lm"),
      against: () => options.against && openModel(options.against, "lm"),
    });
    configureThreads(options.threads);
    const open = (name: string, model: LanguageModel): Speaker => ({
      name,
      model,
      writer: generator(model, { device: options.device }),
      messages: [],
    });
    const speakers = [open(options.model, model), ...(against ? [open(options.against!, against)] : [])];
    for (const { name, model } of speakers) {
      if (model.tokenizer.chatTemplate === undefined)
        context.note(`${name} has no chat template: it continues what you write`);
    }
    try {
      await converse(context, speakers, options);
    } finally {
      for (const { writer } of speakers) writer.dispose();
    }
    return {};
  },
});

const commandHelp = "/reset begins anew  /seed N  /quit  Ctrl-C stops answers";

/** Reads line by line, from a person or a pipe, until there is no more or `/quit`. */
async function converse(context: Context<z.infer<typeof Result>>, speakers: readonly Speaker[], options: Options) {
  const { stdin, stdout } = process;
  const terminal = stdin.isTTY === true && stdout.isTTY === true && !context.json;
  const lines = createInterface({ input: stdin, ...(terminal && { output: stdout, prompt: "> " }), terminal });
  const state = { turn: 0, seed: options.seed };
  let answer: AbortController | undefined;
  let warned = false;
  let leaving = false;

  /** The first Ctrl-C stops the answer, or warns; the second leaves. */
  const interrupt = () => {
    if (answer && !answer.signal.aborted) answer.abort();
    else if (answer || warned) {
      leaving = true;
      lines.close();
    } else {
      warned = true;
      stdout.write("\n(Ctrl-C again or /quit leaves)\n");
      lines.prompt();
    }
  };
  lines.on("SIGINT", interrupt);
  process.on("SIGINT", interrupt);
  if (terminal) {
    context.note(commandHelp);
    lines.prompt();
  }
  try {
    for await (const line of lines) {
      const text = line.trim();
      warned = false;
      if (leaving || text === "/quit" || text === "/exit") break;
      if (text.startsWith("/")) context.note(obey(text, state, speakers));
      else if (text) {
        answer = new AbortController();
        const view = chatView(options.against ? [options.model, options.against] : [], {
          terminal,
          silent: context.json,
        });
        const texts = await attempt(context, () =>
          takeTurn(speakers, text, { ...options, ...state, signal: answer!.signal, onText: view.update }),
        );
        answer = undefined;
        if (texts) {
          view.done(texts);
          const answers = speakers.map(({ name }, i) => ({ model: name, text: texts[i]! }));
          if (context.json) context.emit("", { turn: state.turn, prompt: text, answers });
          state.turn++;
        }
      }
      if (terminal && !leaving) lines.prompt();
    }
  } finally {
    process.off("SIGINT", interrupt);
    lines.close();
  }
}

/** Does what a line that begins with `/` asks for, and says so. */
function obey(line: string, state: { turn: number; seed: number }, speakers: readonly Speaker[]): string {
  const [command = "", value = ""] = line.split(/\s+/);
  if (command === "/reset") {
    state.turn = 0;
    for (const speaker of speakers) speaker.messages = [];
    return "a new conversation";
  }
  if (command === "/seed" && /^\d+$/.test(value)) {
    state.seed = Number(value);
    return `seed ${state.seed}`;
  }
  const near = nearest(command, ["/reset", "/seed", "/quit"]);
  return near && near !== command ? `did you mean ${near}?   ${commandHelp}` : commandHelp;
}

/** What a person typed may be too long, or not in the vocabulary: that ends no conversation. */
async function attempt<T>(context: Context, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PlauditError)) throw error;
    context.note(`${error.message}${error.help ? ` (${error.help})` : ""}`);
    return undefined;
  }
}
