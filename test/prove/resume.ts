/**
 * Killed at any moment and resumed, a run has the bytes of one that was never killed (design §7): `pretrain`, `sft`,
 * `reward` and `ppo` on a tiny model, `rl ppo`, `rl dqn` with its memory and `rl a2c` on CartPole, `clips` on a pendulum,
 * with checkpoints every step or two so that kills fall into their writing too.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Rng, stream } from "../../src/base/index.ts";
import { jsonl, tinyFolder } from "../e2e/tiny.ts";
import type { Proof } from "./proof.ts";

const bin = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));

export const commands = ["pretrain", "sft", "reward", "ppo", "rl ppo", "rl dqn", "rl a2c", "clips"] as const;
export type Command = (typeof commands)[number];

export interface Survived {
  readonly command: Command;
  readonly seed: number;
  /** The step that was reached at each kill, and in what state the folder was left. */
  readonly kills: readonly { readonly step: number; readonly unfinishedWrite: boolean }[];
  /** Files that were compared: final model, checkpoints, metrics, samples. */
  readonly files: number;
  /** Of the broken run against an unbroken one, and where that was asked for of two unbroken ones. */
  readonly differences: { readonly unbroken?: readonly string[]; readonly resumed: readonly string[] };
}

export interface SurviveOptions {
  readonly seed: number;
  readonly kills: number;
  /** Whether a second unbroken run tells a command whose bytes differ by themselves from one that a kill has harmed. */
  readonly twice?: boolean;
}

/** Runs the command unbroken and with so many kills, and compares every byte that a clock does not decide. */
export async function survive(command: Command, { seed, kills, twice = false }: SurviveOptions): Promise<Survived> {
  const folder = mkdtempSync(join(tmpdir(), `plaudit-resume-${command.replace(" ", "-")}-`));
  try {
    makeInputs(folder);
    const words = wordsOf(command, seed, kills);
    await toEnd(folder, [...words, "--out", "first"]);
    if (twice) await toEnd(folder, [...words, "--out", "second"]);
    const killed = await killedAndResumed(folder, words, stream(seed, "kill", command), kills);
    const first = contents(join(folder, "first"));
    return {
      command,
      seed,
      kills: killed,
      files: first.size,
      differences: {
        ...(twice && { unbroken: differences(first, contents(join(folder, "second"))) }),
        resumed: differences(first, contents(join(folder, "killed"))),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const resume: Proof = {
  question: "Does a run that was killed ten times and resumed have the bytes of one that was never killed?",
  async run({ seeds, note }) {
    const results: Survived[] = [];
    for (const seed of seeds) {
      for (const command of commands) {
        const survived = await survive(command, { seed, kills: 10, twice: true });
        const { unbroken = [], resumed } = survived.differences;
        note(
          `${command}, seed ${seed}: killed at steps ${survived.kills.map(({ step }) => step).join(", ")}; ` +
            `${survived.files} files, ${unbroken.length} differ between unbroken runs, ${resumed.length} after the kills`,
        );
        results.push(survived);
      }
    }
    const passed = results.every(({ differences }) => Object.values(differences).every(({ length }) => length === 0));
    return { passed, results };
  },
};

function makeInputs(folder: string): void {
  const file = (name: string, rows: readonly unknown[]) => writeFileSync(join(folder, name), jsonl(rows));
  const questions = Array.from({ length: 24 }, (_, i) => `The shop ${i}:`);
  tinyFolder(join(folder, "model"));
  tinyFolder(join(folder, "reward-model"), { head: "score", seed: 2 });
  file(
    "demos.jsonl",
    questions.map((prompt, i) => ({ prompt, completion: i % 2 ? " opens at eight." : " closes." })),
  );
  file(
    "rankings.jsonl",
    questions.map((prompt, i) => ({
      prompt,
      completions: [" opens at eight.", " opens.", " no"].slice(0, 2 + (i % 2)),
      ranks: [1, 2, 2].slice(0, 2 + (i % 2)),
    })),
  );
  file(
    "prompts.jsonl",
    questions.map((prompt) => ({ prompt })),
  );
  writeFileSync(
    join(folder, "text.txt"),
    "The shop opens at eight. The shop closes at nine. 小店八点开门。\n".repeat(40),
  );
}

/** Steps enough for all kills, and more; everything that a checkpoint must hold is switched on. */
function wordsOf(command: Command, seed: number, kills: number): string[] {
  const steps = 8 + 6 * kills;
  const cart = "--env CartPole-v1 --evaluation-episodes 1 --save-steps 1";
  const line = {
    pretrain: `pretrain --data text.txt --tokenizer bpe:270 --layers 2 --heads 2 --dim 16 --context 24 --dropout 0.1 --batch-size 4 --eval-steps 5 --save-steps 2`,
    sft: `sft --model model --data demos.jsonl --dropout 0.1 --batch-size 4 --micro-batch-size 3 --pretrain text.txt --ptx-coef 0.5 --ptx-batch-size 2 --save-steps 2 --sample-steps 3`,
    reward: `reward --model model --data rankings.jsonl --batch-size 4 --demonstrations demos.jsonl --save-steps 2 --sample-steps 3`,
    ppo: `ppo --policy model --reward reward-model --prompts prompts.jsonl --rollout-size 6 --batch-size 3 --num-epochs-per-rollout 2 --max-completion-length 6 --kl-target 0.5 --ema-decay 0.9 --pretrain text.txt --ptx-coef 0.5 --ptx-batch-size 2 --save-steps 1`,
    "rl ppo": `rl ppo ${cart} --num-envs 4 --n-steps 64 --batch-size 32 --normalize`,
    "rl dqn": `rl dqn ${cart} --log-interval 256 --learning-starts 300 --buffer-size 2000 --prioritized --n-step 3 --train-freq 1 --normalize`,
    "rl a2c": `rl a2c ${cart} --num-envs 8 --n-steps 8 --log-interval 4 --net-arch 256,256`,
    clips: `clips --env Pendulum-v1 --labels 20 --mistakes 0.1 --clip-seconds 0.5 --initial-steps 200 --rounds ${steps >> 1} --memory 400 --num-envs 2 --n-steps 50 --n-epochs 2 --evaluation-episodes 2 --save-steps 1`,
  }[command];
  const length = (): readonly [string, number] => {
    if (command === "clips") return ["--total-timesteps", 100 * (steps - 1)]; // the agent's first step is the run's second
    return command.startsWith("rl ") ? ["--total-timesteps", 256 * steps] : ["--max-steps", steps];
  };
  return [...line.split(" "), ...length().map(String), "--seed", String(seed)];
}

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

/** Starts the program; `watch` is called every few milliseconds until it ends. */
function start(folder: string, words: readonly string[], watch: (kill: () => void) => void = () => {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    let err = "";
    child.stderr.on("data", (data) => {
      err += data;
    });
    const timer = setInterval(() => watch(() => child.kill("SIGKILL")), 3);
    child.on("close", (code) => {
      clearInterval(timer);
      resolve({ code, err });
    });
  });
}

async function toEnd(folder: string, words: readonly string[]): Promise<void> {
  const { code, err } = await start(folder, words);
  if (code !== 0) throw new Error(`plaudit ${words.join(" ")} ended with ${code}:\n${err}`);
}

/**
 * The same command line again and again, killed after a random number of further steps and a random moment more, until
 * as many kills have happened; then to its end.
 */
async function killedAndResumed(folder: string, words: readonly string[], rng: Rng, kills: number) {
  const run = join(folder, "killed");
  const resuming = [...words, "--resume", "killed"];
  const killed: { step: number; unfinishedWrite: boolean }[] = [];
  while (killed.length < kills) {
    const before = stepsLogged(run);
    // At least as far as the next checkpoint, or the kills could hold it where it is.
    const [steps, delay] = [3 + rng.integer(3), rng.uniform() * 40];
    let due: number | undefined;
    const { code, err } = await start(folder, resuming, (kill) => {
      // A resumed run first cuts its log back, so only growth beyond what it began with counts.
      if (due === undefined && stepsLogged(run) >= before + steps) due = performance.now() + delay;
      if (due !== undefined && performance.now() >= due) kill();
    });
    if (code !== null) throw new Error(`the run ended with ${code} before kill ${killed.length + 1}:\n${err}`);
    killed.push({ step: stepsLogged(run), unfinishedWrite: hasLeftovers(run) });
  }
  await toEnd(folder, resuming);
  return killed;
}

function stepsLogged(run: string): number {
  const log = join(run, "metrics.jsonl");
  return existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0;
}

const hasLeftovers = (run: string): boolean =>
  readdirSync(run, { recursive: true, encoding: "utf8" }).some((name) => /(^|[\\/])\.(tmp|old|gone)-/.test(name));

/** Hashes of the files whose bytes the seed decides: not run.json, timing.jsonl and TensorBoard's, which hold times. */
function contents(run: string): Map<string, string> {
  const entries = readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(run.length + 1));
  const compared = paths.filter((path) => /^(model|checkpoints|metrics\.jsonl|samples\.jsonl)/.test(path)).sort();
  const hash = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(run, path)))
      .digest("hex");
  return new Map(compared.map((path) => [path, hash(path)]));
}

const differences = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
