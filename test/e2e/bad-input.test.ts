// What careless people do. Each mistake gets one message with what was wanted, what came, where, and what to do; a
// stable code; exit code 2 or 3; and no half-written run.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allocate, type NDArray } from "../../src/base/index.ts";
import { readSafetensors, writeSafetensors } from "../../src/files/index.ts";
import { readCheckpoint, readRunInfo } from "../../src/run/index.ts";
import { jsonl, plaudit, plauditHere, tinyFolder, tinyModel } from "./tiny.ts";

const bin = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "plaudit-bad-"));
const at = (name: string) => join(folder, name);
const file = (name: string, content: string) => writeFileSync(at(name), content);
afterAll(() => rmSync(folder, { recursive: true }));

const demonstration = (i: number) => ({ prompt: `The shop ${i}:`, completion: " opens at eight." });
const ranking = { prompt: "The shop", completions: [" opens.", " closes.", " sleeps."], ranks: [1, 2, 2] };
const pair = { prompt: "The shop", chosen: " opens.", rejected: " sleeps." };

beforeAll(() => {
  tinyFolder(at("model"), { chat: false, merges: 5 });
  tinyFolder(at("reward-model"), { chat: false, merges: 5, head: "score" });
  tinyFolder(at("other-reward-model"), { chat: false, head: "score", merges: 6 });
  file("demos.jsonl", jsonl(Array.from({ length: 12 }, (_, i) => demonstration(i))));
  file("prompts.jsonl", jsonl([{ prompt: "The shop" }, { prompt: "The shop opens" }]));
  file("empty.jsonl", "");
  file(
    "line7.jsonl",
    `${jsonl(Array.from({ length: 6 }, (_, i) => demonstration(i)))}{"prompt": "a", "completion": \n`,
  );
  file("columns.jsonl", jsonl([{ promt: "a", completion: "b", id: 1 }]));
  file("equal.jsonl", jsonl([pair, { ...pair, rejected: pair.chosen }]));
  file("ranks.jsonl", jsonl([ranking, { ...ranking, ranks: [1, 2] }]));
  file("ties.jsonl", jsonl([ranking, { ...ranking, ranks: [1, 1, 1] }]));
  file("one.jsonl", jsonl([{ ...ranking, completions: [" opens."], ranks: [1] }]));
  file("long.jsonl", jsonl([{ prompt: "The shop" }, { prompt: "The shop opens at eight. ".repeat(40) }]));
  file("config.yaml", "learning_rate: 0.1\n");
});

interface Reported {
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly help?: string;
  readonly problems?: readonly { readonly code: string; readonly message: string; readonly where?: string }[];
  readonly problemCount?: number;
}

/** Runs a command line that must fail: how it ended, the one error it printed, and that it left nothing behind. */
async function fails(line: string): Promise<{ exit: number | null; error: Reported; said: string }> {
  const before = readdirSync(folder);
  const { code, json, err } = await plauditHere(folder, [...line.split(" "), "--json"]);
  const lines = json<{ error: Reported }>();
  expect(lines, err).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(before);
  const { error } = lines[0]!;
  return { exit: code, error, said: JSON.stringify(error) };
}

const sft = "sft --model model --data";
const reward = "reward --model model --data";
const ppo = "ppo --policy model --prompts prompts.jsonl --max-completion-length 8 --reward";

describe("data that cannot be used", () => {
  it.each([
    [
      "a missing file",
      `${sft} demo.jsonl`,
      2,
      "missing-file",
      ["demo.jsonl does not exist", "did you mean demos.jsonl?"],
    ],
    ["an empty file", `${sft} empty.jsonl`, 3, "empty-file", ["empty.jsonl is empty", "at least one row"]],
    ["bad JSON on line 7", `${sft} line7.jsonl`, 3, "bad-rows", ["line7.jsonl:7", "not JSON", "--skip-bad-rows"]],
    [
      "a missing column",
      `${sft} columns.jsonl`,
      3,
      "missing-column",
      ['no column \\"prompt\\"', 'found \\"promt\\", \\"completion\\", \\"id\\"', '\\"promt\\" may be meant'],
    ],
    ["chosen equal to rejected", `${reward} equal.jsonl`, 3, "bad-rows", ["equal.jsonl:2", "equal-pair", "the same"]],
    ["ranks of another length", `${reward} ranks.jsonl`, 3, "bad-rows", ["ranks.jsonl:2", "2 ranks for 3 completions"]],
    ["all ties", `${reward} ties.jsonl`, 3, "bad-rows", ["ties.jsonl:2", "all-ties", "no pair differs"]],
    ["K = 1", `${reward} one.jsonl`, 3, "bad-rows", ["one.jsonl:1", "at least 2 judged completions, got 1"]],
    [
      "a prompt longer than the context",
      "ppo --policy model --reward reward-model --prompts long.jsonl --max-completion-length 8",
      3,
      "bad-rows",
      ["long.jsonl:2", "prompt-too-long", "more than the context of 96", "shorten the prompt"],
    ],
  ] as const)("%s", async (_, line, exit, code, parts) => {
    const { exit: came, error, said } = await fails(line);
    expect([came, error.code]).toEqual([exit, code]);
    for (const part of parts) expect(said).toContain(part);
  });

  it("in many rows: the first twenty and their count", async () => {
    file("many.jsonl", jsonl(Array.from({ length: 25 }, () => ({ prompt: "The shop", completion: 7 }))));
    const { exit, error } = await fails(`${sft} many.jsonl`);
    expect([exit, error.code, error.problemCount]).toEqual([3, "bad-rows", 25]);
    expect(error.message).toContain("25 of 25 rows");
    expect(error.problems!.map(({ where }) => where)).toEqual(
      Array.from({ length: 20 }, (_, i) => `many.jsonl:${i + 1}`),
    );
  });
});

describe("flags that cannot be meant", () => {
  const cores = availableParallelism();
  it.each([
    ["an unknown flag", `${sft} demos.jsonl --learning-rat 1`, "unknown-flag", ["did you mean --learning-rate?"]],
    [
      "an unknown config key",
      `${sft} demos.jsonl --config config.yaml`,
      "unknown-flag",
      ["learningRate", "config.yaml"],
    ],
    ["a learning rate that is no number", `${sft} demos.jsonl --learning-rate NaN`, "bad-flag", ["at least 0", "NaN"]],
    [
      "an infinite learning rate",
      `${sft} demos.jsonl --learning-rate 1e999`,
      "bad-flag",
      ["--learning-rate", "Infinity"],
    ],
    ["more threads than cores", `${sft} demos.jsonl --threads ${cores + 1}`, "threads", [`at most ${cores}`]],
    [
      "a device that nothing is trained on",
      `${sft} demos.jsonl --device cuda`,
      "device",
      ["trains on the cpu only", "this build has cpu"],
    ],
    ["the same in a dry run", "pretrain --model gpt2 --dry-run --device webgpu", "device", ["not on webgpu"]],
    ["a longer row than the context", `${sft} demos.jsonl --max-length 97`, "bad-flag", ["context of 96"]],
    ["a weight too many", `${ppo} reward-model --reward-weights 1,2`, "bad-flag", ["1 rewards have 2 weights"]],
    ["text of no use", `${sft} demos.jsonl --pretrain demos.jsonl`, "missing-column", ['no column \\"text\\"']],
    ["a weight without text", `${sft} demos.jsonl --ptx-coef 1`, "missing-pretraining-text", ["--pretrain FILE"]],
    [
      "a new model's size for an old model",
      "pretrain --data demos.jsonl --model model --layers 2",
      "several-problems",
      ["--layers: model is a model that has its own"],
    ],
    ["an architecture's name", "sft --model gpt2 --data demos.jsonl", "architecture-name", ["plaudit pretrain"]],
  ] as const)("%s", async (_, line, code, parts) => {
    const { exit, error, said } = await fails(line);
    expect([code === "missing-column" ? 3 : 2, code]).toEqual([exit, error.code]);
    for (const part of parts) expect(said).toContain(part);
  });
});

describe("reinforcement learning", () => {
  const few = "--total-timesteps 64 --n-steps 32 --evaluation-episodes 1";

  it.each([
    ["a negative seed", "rl ppo --env CartPole-v1 --seed -1", "bad-flag", ["at least 0, got -1"]],
    ["a seed that is a fraction", "rl q-learning --env Taxi-v4 --seed 1.5", "bad-flag", ["whole number", "got 1.5"]],
    ["an environment that is none", "rl dqn --env Cartpole-v1", "unknown-env", ["did you mean CartPole-v1?"]],
    ["no environment at all", "rl a2c --env CartPole-v1 --num-envs 0", "bad-flag", ["--num-envs", "above 0, got 0"]],
    [
      "a batch larger than the memory",
      "rl dqn --env CartPole-v1 --buffer-size 16",
      "replay-batch",
      ["32 rows", "(16)"],
    ],
    ["DQN for continuous actions", "rl dqn --env Pendulum-v1", "unsupported-space", ["sac, td3"]],
    ["SAC for discrete ones", "rl sac --env CartPole-v1", "unsupported-space", ["dqn, ppo"]],
    ["cards for a network", "rl ppo --env Blackjack-v1", "unsupported-space", ["flattenObservation"]],
    [
      "a preset that has no such environment",
      "rl ppo --env GridWorld4x4-v0 --preset zoo",
      "no-preset",
      ["--preset out"],
    ],
  ] as const)("%s", async (_, line, code, parts) => {
    const { exit, error, said } = await fails(`${line} --out never`);
    expect([exit, error.code]).toEqual([2, code]);
    for (const part of parts) expect(said).toContain(part);
  });

  it("weights that grow beyond all numbers end the run", async () => {
    const { exit, error } = await fails("rl ppo --env CartPole-v1 --learning-rate 1e30 --n-steps 64 --out never");
    expect([exit, error.code]).toEqual([5, "non-finite"]);
  });

  it("a checkpoint of another environment, by its settings or put there by hand", async () => {
    for (const id of ["CartPole-v1", "Acrobot-v1"]) {
      const { code, err } = await plauditHere(
        folder,
        `rl ppo --env ${id} ${few} --save-steps 1 --out ${id}`.split(" "),
      );
      expect(code, err).toBe(0);
    }
    const other = await fails("rl ppo --env Acrobot-v1 --resume CartPole-v1");
    expect([other.exit, other.error.code]).toEqual([2, "resume-differs"]);
    expect(other.error.message).toContain('--env: the run has "CartPole-v1", now it is "Acrobot-v1"');

    // As a kill after step 1 leaves it, but with another's checkpoint.
    const [info, checkpoints] = [at("Acrobot-v1/run.json"), at("Acrobot-v1/checkpoints")];
    const { result: _, weights: __, ...rest } = readRunInfo(at("Acrobot-v1"));
    writeFileSync(info, JSON.stringify({ ...rest, status: "running", step: 1 }));
    for (const gone of ["Acrobot-v1/model", "Acrobot-v1/checkpoints"]) rmSync(at(gone), { recursive: true });
    cpSync(at("CartPole-v1/checkpoints/step-00000001"), join(checkpoints, "step-00000001"), { recursive: true });
    const { exit, error } = await fails("rl ppo --resume Acrobot-v1");
    expect([exit, error.code]).toEqual([2, "other-environment"]);
    expect(error.message).toMatch(/\(4,\), float32\), this environment has Box\(.*\(6,\), float32\)$/);
    expect(readdirSync(checkpoints)).toEqual(["step-00000001"]);
  });
});

describe("models that do not fit", () => {
  /** A copy of the model whose tensors are changed. */
  const changed = (name: string, change: (tensors: Map<string, NDArray>) => void) => {
    cpSync(at("model"), at(name), { recursive: true });
    const path = join(at(name), "model.safetensors");
    const tensors = readSafetensors(path);
    change(tensors);
    writeSafetensors(path, tensors);
  };
  const weights = (name: string) => join(at(name), "model.safetensors");
  const broken = (name: string, bytes: (whole: Buffer) => Uint8Array) => {
    cpSync(at("model"), at(name), { recursive: true });
    writeFileSync(weights(name), bytes(readFileSync(weights("model"))));
  };
  const tensor = (...shape: number[]): NDArray => ({
    dtype: "float32",
    shape,
    data: allocate(
      "float32",
      shape.reduce((a, b) => a * b),
    ),
  });
  const header = (json: string) => {
    const bytes = Buffer.alloc(8 + json.length);
    bytes.writeBigUInt64LE(BigInt(json.length));
    bytes.write(json, 8);
    return bytes;
  };

  beforeAll(() => {
    cpSync(at("model"), at("no-tokenizer"), { recursive: true });
    rmSync(join(at("no-tokenizer"), "tokenizer.json"));
    changed("missing-tensor", (tensors) => tensors.delete("transformer.h.1.mlp.c_fc.weight"));
    changed("extra-tensor", (tensors) => tensors.set("transformer.h.2.ln_1.weight", tensor(16)));
    changed("misshapen-tensor", (tensors) => tensors.set("transformer.wpe.weight", tensor(95, 16)));
    changed("three-faults", (tensors) => {
      tensors.delete("transformer.ln_f.bias");
      tensors.set("classifier", tensor(2));
      tensors.set("transformer.ln_f.weight", tensor(17));
    });
    broken("truncated", (whole) => whole.subarray(0, whole.length - 100));
    broken("hostile-length", () => Buffer.from("ffffffffffffff7f7b7d", "hex"));
    broken("hostile-offsets", () =>
      header('{"transformer.wte.weight":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}'),
    );
    cpSync(at("model"), at("other-vocabulary"), { recursive: true });
    const { tokenizer } = tinyModel({ chat: false });
    writeFileSync(join(at("other-vocabulary"), "tokenizer.json"), JSON.stringify(tokenizer.files()["tokenizer.json"]));
  });

  it.each([
    ["no tokenizer", "no-tokenizer", "missing-tokenizer", ["has no tokenizer.json"]],
    ["a missing tensor", "missing-tensor", "missing-tensor", ["transformer.h.1.mlp.c_fc.weight [16,64] is missing"]],
    ["an extra tensor", "extra-tensor", "extra-tensor", ["transformer.h.2.ln_1.weight belongs to no part"]],
    ["a misshapen tensor", "misshapen-tensor", "misshapen-tensor", ["is [95,16], config.json asks for [96,16]"]],
    ["several faults at once", "three-faults", "misshapen-tensor", ["ln_f.bias", "classifier", "ln_f.weight is [17]"]],
    ["a truncated file", "truncated", "safetensors-truncated", ["model.safetensors"]],
    ["a header longer than the file", "hostile-length", "safetensors-", ["model.safetensors"]],
    ["offsets outside the file", "hostile-offsets", "safetensors-", ["data_offsets"]],
    [
      "a tokenizer of another vocabulary",
      "other-vocabulary",
      "vocabulary-mismatch",
      ["the tokenizer has", "tokens, the model 266"],
    ],
  ] as const)("%s", async (_, name, code, parts) => {
    const { exit, error, said } = await fails(`sft --model ${name} --data demos.jsonl`);
    expect([exit, error.code]).toEqual([3, expect.stringContaining(code)]);
    for (const part of parts) expect(said).toContain(part);
  });

  it("a reward model of another tokenizer", async () => {
    const { exit, error } = await fails(`${ppo} other-reward-model`);
    expect([exit, error.code]).toEqual([2, "other-tokenizer"]);
    expect(error).toMatchObject({ where: "--reward other-reward-model", help: expect.stringContaining("same model") });
  });

  it("a language model in a reward model's place", async () => {
    expect((await fails(`${ppo} model`)).error.code).toBe("not-a-reward-model");
  });
});

describe("the run's folder", () => {
  const train = `${sft} demos.jsonl --batch-size 4 --save-steps 2`;
  const words = (line: string) => line.split(" ");

  /** Starts a run that would take hours and calls `during` once it is well under way. */
  function startLong(
    out: string,
    during: (kill: (signal: NodeJS.Signals) => void, pid: number) => void | Promise<void>,
    line = `${train} --max-steps 1000000`,
  ) {
    const child = spawn(process.execPath, [bin, ...words(`${line} --out ${out}`)], {
      cwd: folder,
    });
    let err = "";
    child.stderr.on("data", (data) => {
      err += data;
    });
    const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, err })),
    );
    const begun = setInterval(() => {
      if (!existsSync(join(folder, out, "checkpoints", "step-00000002"))) return;
      clearInterval(begun);
      void Promise.resolve(during((signal) => child.kill(signal), child.pid!));
    }, 20);
    return ended;
  }
  const finish = async (out: string) => {
    const { step } = readCheckpoint(
      join(folder, out, "checkpoints", readdirSync(join(folder, out, "checkpoints")).at(-1)!),
    );
    const { code, json, err } = await plaudit(folder, words(`sft --resume ${out} --max-steps ${step + 3} --json`));
    expect(code, err).toBe(0);
    expect(json()[0]).toMatchObject({ steps: step + 3, run: out });
    return { err, step };
  };

  it("that exists is left as it is", async () => {
    mkdirSync(at("full"));
    file("full/notes.txt", "mine");
    const { exit, error } = await fails(`${train} --out full`);
    expect([exit, error.code]).toEqual([2, "run-exists"]);
    expect(error.help).toContain("--resume full");
    expect(readdirSync(at("full"))).toEqual(["notes.txt"]);
  });

  it("is not made when one of several inputs is wrong, and all of them are told", async () => {
    const line = `ppo --policy gpt2 --prompts empty.jsonl --reward nowhere --pretrain no.txt --ptx-coef 1 --out full`;
    const { exit, error } = await fails(line);
    expect([exit, error.code]).toEqual([2, "several-problems"]);
    const codes = error.problems!.map(({ code }) => code).sort();
    expect(codes).toEqual(["architecture-name", "empty-file", "missing-file", "missing-model", "run-exists"]);
    expect(error.problemCount).toBe(5);
  });

  it("takes one process at a time, and can be gone on with after Ctrl-C", async () => {
    let second: Awaited<ReturnType<typeof plaudit>> | undefined;
    let owner = 0;
    const { code, err } = await startLong("shared", async (kill, pid) => {
      owner = pid;
      second = await plaudit(folder, words("sft --resume shared --json"));
      kill("SIGINT");
    });
    const [line] = second!.json<{ error: Reported }>();
    expect([second!.code, line!.error.code]).toEqual([2, "run-locked"]);
    expect(line!.error.message).toContain(`process ${owner} `);
    expect(code).toBe(4);
    expect(err).toContain("--resume shared");
    expect(readRunInfo(at("shared")).status).toBe("interrupted");
    await finish("shared");
  });

  it("is whole after Ctrl-C in a training that never waits for anything", async () => {
    const line = "rl dqn --env CartPole-v1 --total-timesteps 100000000 --log-interval 100 --save-steps 1";
    const { code, err } = await startLong("cart", (kill) => kill("SIGINT"), line);
    expect(code, err).toBe(4);
    const { status, step } = readRunInfo(at("cart"));
    expect(status).toBe("interrupted");
    expect(readCheckpoint(join(at("cart"), "checkpoints", `step-${String(step).padStart(8, "0")}`)).step).toBe(step);
  });

  it("is whole after Ctrl-C twice", async () => {
    const { code } = await startLong("twice", (kill) => {
      kill("SIGINT");
      kill("SIGINT");
    });
    expect([130, 4]).toContain(code); // 4 when the step was done before the second signal came
    await finish("twice");
  });

  it("is whole after a kill, and says that the lock was taken over", async () => {
    const { code } = await startLong("killed", (kill) => kill("SIGKILL"));
    expect(code).toBeNull();
    const { err } = await finish("killed");
    expect(err).toMatch(/is gone without having closed it; taken over/);
  });

  const small = at("small-disk");
  const mounted = (() => {
    if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux to mount a small disk";
    try {
      mkdirSync(small, { recursive: true });
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=900k", "tmpfs", small], { stdio: "ignore" });
      return undefined;
    } catch {
      return "a small disk cannot be mounted here";
    }
  })();
  afterAll(() => {
    if (mounted === undefined) execFileSync("umount", [small]);
  });

  it.skipIf(mounted)(`on a full disk keeps its old checkpoint whole${mounted ? ` (${mounted})` : ""}`, async () => {
    const out = join("small-disk", "run");
    const line = `${train} --max-steps 40 --save-total-limit 100 --out ${out} --json`;
    const { code, json, err } = await plaudit(folder, words(line));
    const [reported] = json<{ error: Reported }>();
    expect([code, reported?.error.code], err).toEqual([1, "disk-full"]);
    expect(reported!.error.help).toContain("--resume");
    const saved = readdirSync(join(folder, out, "checkpoints")).filter((name) => name.startsWith("step-"));
    expect(saved.length).toBeGreaterThan(0);
    for (const name of saved) readCheckpoint(join(folder, out, "checkpoints", name)); // throws when it is not whole
    execFileSync("mount", ["-o", "remount,size=20m", small]);
    await finish(out);
  });
});
