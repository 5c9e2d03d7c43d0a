import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PlauditError, UsageError } from "../src/base/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** The share of a core that a waiting side may use without spoiling the other's time, and a little for short turns. */
const toleratedShare = 0.02;
const toleratedSeconds = 0.05;

/** A Python process that waits for requests on a pipe; while it waits it uses no processor. */
export class Peer implements AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #errors: () => string;
  #waitsSince = performance.now();

  private constructor(
    child: ChildProcessWithoutNullStreams,
    answers: AsyncIterator<string>,
    errors: () => string,
    versions: Readonly<Record<string, string>>,
  ) {
    this.#child = child;
    this.#answers = answers;
    this.#errors = errors;
    this.versions = versions;
  }

  /** Starts `bench/peers/<script>`. Throws a UsageError (`peer`) when the interpreter or a package is missing. */
  static async start(python: string, script: string, threads: number): Promise<Peer> {
    const child = spawn(python, [join(import.meta.dirname, "peers", script)], {
      env: {
        ...process.env,
        OMP_NUM_THREADS: String(threads),
        MKL_NUM_THREADS: String(threads),
        PYTHONDONTWRITEBYTECODE: "1",
        HF_HUB_OFFLINE: "1",
        TOKENIZERS_PARALLELISM: "false",
        TRANSFORMERS_VERBOSITY: "error",
      },
    });
    let errors = "";
    child.stderr.on("data", (text) => {
      errors = (errors + text).slice(-4000);
    });
    // A peer that dies is noticed where its answer is awaited.
    child.stdin.on("error", () => {});
    const failed = new Promise<never>((_, reject) =>
      child.once("error", (cause) =>
        reject(new UsageError(`${python} cannot be started: ${cause.message}`, { code: "peer", cause })),
      ),
    );
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    const hello = parse(await Promise.race([answers.next(), failed]), () => errors);
    if (Array.isArray(hello.missing)) {
      throw new UsageError(`${python} has no ${hello.missing.join(", no ")}`, {
        code: "peer",
        help: `${python} -m pip install ${hello.missing.join(" ")}`,
      });
    }
    return new Peer(child, answers, () => errors, hello.versions as Record<string, string>);
  }

  /** Sends one request and awaits its answer; this process is idle meanwhile. */
  async ask<Answer>(operation: string, request: Json = {}): Promise<Answer> {
    const begin = performance.now();
    const used = process.cpuUsage();
    this.#child.stdin.write(`${JSON.stringify({ do: operation, ...request })}\n`);
    const answer = parse(await this.#answers.next(), this.#errors);
    if (answer.error !== undefined) throw peerFailed(`the peer's ${operation} failed: ${answer.error}`, this.#errors());
    const { user, system } = process.cpuUsage(used);
    const end = performance.now();
    warnIfBusy("this side", (user + system) / 1e6, (end - begin) / 1000);
    warnIfBusy("the peer", answer.idleCpu as number, (begin - this.#waitsSince) / 1000);
    this.#waitsSince = end;
    return answer as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await new Promise((resolve) => this.#child.once("exit", resolve));
  }
}

function parse({ value, done }: IteratorResult<string>, errors: () => string): Json {
  if (done === true) throw peerFailed("the peer ended without an answer", errors());
  return JSON.parse(value);
}

const peerFailed = (message: string, errors: string) =>
  new PlauditError(`${message}${errors === "" ? "" : `\n${errors.trimEnd()}`}`, { code: "peer" });

function warnIfBusy(who: string, used: number, waited: number): void {
  if (used <= toleratedShare * waited + toleratedSeconds) return;
  console.error(`warning: ${who} used ${used.toFixed(2)} s of processor while it waited ${waited.toFixed(2)} s`);
}
