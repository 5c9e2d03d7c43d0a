/** Tiny models made on the fly, and two ways to run the program on them: what the tests of the commands share. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NDArray } from "../../src/base/index.ts";
import { commands } from "../../src/cli/commands.ts";
import { dispatch } from "../../src/cli/frame/dispatch.ts";
import { writeSafetensors } from "../../src/files/index.ts";
import { type Head, type LanguageModel, languageModelFiles, newModel } from "../../src/models/index.ts";
import { chatmlTemplate, trainBpeTokenizer, withChatTemplate } from "../../src/text/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const lines = [
  "The shop opens at eight. The shop closes at nine.\n",
  "小店八点开门，九点关门。\n",
  "user assistant system\n",
];

export interface TinyOptions {
  readonly head?: Head;
  readonly seed?: number;
  readonly context?: number;
  /** With ChatML. Default true. */
  readonly chat?: boolean;
  /** Merges beyond bytes and special tokens. */
  readonly merges?: number;
}

/** A random GPT-2 of two layers, 16 wide, with a byte-level tokenizer of some words in two languages. */
export function tinyModel({ head = "lm", seed = 1, context = 96, chat = true, merges = 20 }: TinyOptions = {}) {
  const plain = trainBpeTokenizer(lines, { vocabSize: 261 + merges });
  const tokenizer = chat ? withChatTemplate(plain, chatmlTemplate) : plain;
  const config = {
    architecture: "gpt2",
    vocabSize: tokenizer.vocabSize,
    context,
    layers: 2,
    heads: 2,
    dim: 16,
    feedForward: 64,
    epsilon: 1e-5,
    initializerRange: 0.2,
    residualDropout: 0,
    attentionDropout: 0,
    embeddingDropout: 0,
    window: 0,
    padId: 0,
    bosId: 1,
    eosId: 2,
  } as const;
  return { ...newModel(config, seed, head), tokenizer, scale: { gain: 1, bias: 0 } } satisfies LanguageModel;
}

/** Writes {@link tinyModel} as a model folder and returns its path. */
export function tinyFolder(folder: string, options?: TinyOptions): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(languageModelFiles(tinyModel(options)))) {
    if (name.endsWith(".safetensors")) writeSafetensors(join(folder, name), content as Map<string, NDArray>);
    else writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return folder;
}

export const jsonl = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The lines of stdout as JSON. */
  json<T = Record<string, unknown>>(): T[];
}

/** Runs `plaudit WORDS` in `cwd` with `input` on stdin, to its end. */
export function plaudit(cwd: string, words: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "bin", "plaudit.js"), ...words], { cwd });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (data) => {
      out += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data) => {
      err += data;
    });
    child.on("close", (code) => resolve({ code, out, err, json: <T>() => jsonLines<T>(out) }));
    child.stdin.on("error", () => {}); // the program may end without reading all of it
    child.stdin.end(input);
  });
}

/**
 * The same in this process, for whom the process does not matter: a second less for each command line. Nobody presses
 * Ctrl-C here, and there is nothing on stdin. One after the other, since a process is in one folder at a time.
 */
export function plauditHere(cwd: string, words: readonly string[]): Promise<Ended> {
  const ended = before.then(() => here(cwd, words));
  before = ended.catch(() => {});
  return ended;
}
let before: Promise<unknown> = Promise.resolve();

async function here(cwd: string, words: readonly string[]): Promise<Ended> {
  let [out, err] = ["", ""];
  const shell = {
    stdout: {
      write(text: string) {
        out += text;
      },
    },
    stderr: {
      write(text: string) {
        err += text;
      },
    },
    env: process.env,
    now: Date.now,
    on() {},
    off() {},
    exit(code: number) {
      throw new Error(`it ended with ${code} by itself`);
    },
  };
  const home = process.cwd();
  process.chdir(cwd);
  try {
    const code = await dispatch({ commands, version: "", nextSteps: "" }, words, shell);
    return { code, out, err, json: <T>() => jsonLines<T>(out) };
  } finally {
    process.chdir(home);
  }
}

const jsonLines = <T>(text: string): T[] =>
  text.split("\n").flatMap((line): T[] => (line === "" ? [] : [JSON.parse(line)]));
