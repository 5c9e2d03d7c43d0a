import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { trainBpeTokenizer } from "../../text/index.ts";
import type { RunInfo } from "../info.ts";
import { lineage, madeFrom } from "../lineage.ts";
import { renderReport } from "../report/index.ts";
import { commandLine, compareRuns, comparisonPage, writeRunPage } from "./index.ts";
import { tokenTexts } from "./token-texts.ts";

const root = mkdtempSync(join(tmpdir(), "plaudit-pages-"));
afterAll(() => rmSync(root, { recursive: true }));
let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(root, "runs-"));
});

type Rows = readonly object[];

/** A run folder as `record` leaves it. */
function run(name: string, info: Partial<RunInfo> = {}, metrics: Rows = [], samples: Rows = []): string {
  const folder = join(runs, name);
  mkdirSync(folder, { recursive: true });
  const all: RunInfo = {
    ...{ format: 1, command: "sft", status: "finished", step: metrics.length },
    ...{ config: {}, versions: {}, datasets: [], parents: [], ...info },
  };
  const jsonl = (rows: Rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(folder, "run.json"), JSON.stringify(all));
  writeFileSync(join(folder, "metrics.jsonl"), jsonl(metrics));
  writeFileSync(join(folder, "samples.jsonl"), jsonl(samples));
  return folder;
}
const steps = (...loss: (number | null)[]) =>
  loss.map((value, i) => ({ step: i + 1, loss: value, learning_rate: 0.1 }));
function page(folder: string): string {
  writeRunPage(folder);
  return readFileSync(join(folder, "report.html"), "utf8");
}
const parent = (path: string) => ({ role: "model", path });
/** Rankings are tables: their rows as lists of cells. */
const tableRows = (html: string) =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, c]) => c),
  );

describe("a run's page", () => {
  it("draws its metrics, names those that never change, and passes over what was no number", () => {
    const html = page(run("a", {}, steps(4, null, 2)));
    expect(html).toContain('d="M0.00 0.00L100.00 100.00"');
    expect(html).toContain("The same at every step: learning rate 0.1.");
    expect(html).not.toContain("<script");
  });

  it("says that there is nothing yet where no step was finished", () => {
    expect(page(run("a"))).toContain("No step was finished.");
  });

  it("warns of a failure with the way to go on, and of what the doctor found", () => {
    const finding = { level: "warn", number: 0.5, cause: "because", fix: "do this" } as const;
    const folder = run("a", {
      status: "failed",
      error: { code: "non-finite", message: "the loss is NaN" },
      findings: [{ ...finding, code: "at-chance", message: "no better than chance", step: 7 }],
    });
    const html = page(folder);
    expect(html).toContain("failed: the loss is NaN");
    expect(html).toContain(`Go on: plaudit runs resume ${relative(process.cwd(), folder)}`);
    expect(html).toMatch(/step 7: no better than chance \[at-chance\]\nbecause\n→ do this/);
    expect(page(run("b", {}, steps(1)))).not.toContain("Mind this");
  });

  it("sets an accuracy beside its baseline", () => {
    const result = { accuracy: 0.7, low: 0.6, high: 0.8, lengthBaseline: 0.55, margin: null };
    const html = page(run("a", { command: "reward", result }));
    expect(html).toContain("95 %: 60.0\u00a0% – 80.0\u00a0%");
    expect(html).toMatch(/class="control">\n<span class="name">the longer answer is the better one/);
  });

  it("shows the same prompts before and after, and nothing of a sample as HTML", () => {
    const sample = (step: number, completion: string) => ({ step, prompt: "<b>Why?</b>", completion, expected: "yes" });
    const html = page(run("a", {}, steps(1, 1), [sample(0, " <i>no"), sample(1, "hm"), sample(2, " yes")]));
    const texts = [...html.matchAll(/<blockquote>(.*?)<\/blockquote>/g)].map(([, text]) => text);
    expect(texts).toEqual(["yes", "&lt;i&gt;no", "yes"]);
    expect(html).toContain("<h3>&lt;b&gt;Why?&lt;/b&gt;</h3>");
  });

  it("orders the answers of a ranking by rank, those that nobody judged last", () => {
    const ranking = { prompt: "?", completions: ["c", "a", "x"], ranks: [2, 1, null] };
    const samples = [
      { step: 0, ...ranking, scores: [0.5, 0.25, 0] },
      { step: 2, ...ranking, scores: [-1, 2, 0] },
    ];
    const rows = tableRows(page(run("a", { command: "reward" }, steps(1, 1), samples)));
    expect(rows).toContainEqual(["1", "a", "0.25", "2"]);
    const order = rows.map(([, answer]) => answer).filter((answer) => "acx".includes(answer ?? "-"));
    expect(order).toEqual(["a", "c", "x"]);
  });

  it("colours the tokens of a reinforced answer and draws reward against the root of KL", () => {
    const tokenizer = trainBpeTokenizer(["好的\n"], { vocabSize: 261 });
    const ids = tokenizer.encode("好a");
    const each = (x: number) => ids.map(() => x);
    const sample = (step: number, score: number, advantages: number[]) => ({
      ...{ step, prompt: "?", completion: "好a", score, kl: 4, ids, advantages },
      ...{ logprobs: each(-1), ref_logprobs: each(-2), values: each(0), rewards: each(0) },
    });
    const metrics = [1, 2].map((step) => ({ step, "objective/scores": step, "objective/kl": (step - 1) * 4 }));
    const folder = run("a", { command: "ppo" }, metrics, [sample(1, 1, each(1)), sample(2, 2, each(-1))]);
    mkdirSync(join(folder, "model"));
    writeFileSync(join(folder, "model", "tokenizer.json"), JSON.stringify(tokenizer.files()["tokenizer.json"]));
    const html = page(folder);
    expect(html).toMatch(/<span class="token down" style="--v:1.00" title="log π −1 · reference −2[^"]*">好<\/span>/);
    expect(html).toMatch(/<span class="token up"[^>]*>好<\/span>/);
    expect(html).toContain("<title>√KL 2\nreward: 2</title>");
  });

  it("speaks the language of the quickstart whose stage it is", () => {
    run("q", { command: "quickstart", config: { language: "zh" } });
    expect(page(run("q/sft", {}, steps(2, 1)))).toContain("学习过程");
    expect(page(run("sft", {}, steps(2, 1)))).toContain("While it learnt");
  });

  it("tells the way from the first data to the model", () => {
    const base = run("base", { command: "pretrain", datasets: [{ path: "data/text.txt", hash: "1", rows: 3 }] });
    const tuned = run("tuned", { parents: [parent(join(base, "checkpoints", "step-00000002"))] });
    const last = run("last", { command: "ppo", parents: [parent(join(tuned, "model")), parent("elsewhere/gpt2")] });
    expect(lineage(last).map(({ name, info }) => [name, info?.command])).toEqual([
      ["base", "pretrain"],
      ["tuned", "sft"],
      ["gpt2", undefined],
      ["last", "ppo"],
    ]);
    expect(tableRows(page(last))).toContainEqual(["base", "pretrain", "", "text.txt (3 rows)"]);
    expect(madeFrom(base).map(({ name }) => name)).toEqual(["tuned"]);
    expect(madeFrom(last)).toEqual([]);
  });
});

describe("the command line of a run", () => {
  it("says every setting in words that a shell takes as they are", () => {
    const config = { data: "my data.jsonl", stop: ["a", "b"], maxSteps: 3, skipBadRows: false, ema: true };
    expect(commandLine({ command: "sft", config, seed: 4 } as unknown as RunInfo)).toBe(
      'plaudit sft --data "my data.jsonl" --stop a --stop b --max-steps 3 --no-skip-bad-rows --ema --seed 4',
    );
  });
});

describe("runs compared", () => {
  it("differ in settings, data and models only where they do", () => {
    const shared = { maxSteps: 5, model: "gpt2" };
    const data = (hash: string) => ({ datasets: [{ path: "x.jsonl", hash }] });
    const a = run("a", { config: { ...shared, learningRate: 0.1 }, seed: 1, ...data("aaaaaaaa1") });
    const b = run("b", { config: { ...shared, learningRate: 0.2, ptxCoef: 1 }, seed: 1, ...data("bbbbbbbb1") });
    expect(compareRuns([a, b]).settings).toEqual([
      { name: "--learning-rate", values: [0.1, 0.2] },
      { name: "data", values: ["x.jsonl @aaaaaaaa", "x.jsonl @bbbbbbbb"] },
      { name: "--ptx-coef", values: [null, 1] },
    ]);
  });

  it("show the last value of each metric and the best of all steps, where one way is up", () => {
    const row = (step: number, loss: number, accuracy: number, grad_norm: number, more = {}) => ({
      ...{ step, loss, accuracy, grad_norm, ...more },
    });
    const a = run("a", {}, [row(1, 3, 0.9, 1, { eval_loss: 2.5 }), row(2, 1, 0.4, 9), row(3, 2, 0.5, 5)]);
    const b = run("b", {}, [{ step: 1, loss: 4 }]);
    expect(compareRuns([a, b]).metrics).toEqual([
      { name: "loss", values: [2, 4], best: [1, 4] },
      { name: "eval_loss", values: [2.5, null], best: [2.5, null] },
      { name: "accuracy", values: [0.5, null], best: [0.9, null] },
      { name: "grad_norm", values: [5, null] },
    ]);
  });

  it("are one page with their curves on one another", () => {
    const html = renderReport(comparisonPage(compareRuns([run("a", {}, steps(3, 1)), run("b", {}, steps(2, 2))])));
    expect(html).toContain("<title>step 2\na: 1\nb: 2</title>");
    expect(html).toContain("All settings are the same.");
    expect(html).not.toContain("<h2>learning rate</h2>"); // the same in both, all the time
  });
});

describe("the texts of tokens", () => {
  it("join to the whole, with no character cut in two", () => {
    const tokenizer = trainBpeTokenizer(["The shop. 小店\n"], { vocabSize: 262 });
    const text = "The 小店 🙂!";
    const texts = tokenTexts(tokenizer, tokenizer.encode(text));
    expect(texts.join("")).toBe(text);
    expect(texts.length).toBeGreaterThan(8);
    expect(texts.join()).not.toContain("\ufffd");
  });
});
