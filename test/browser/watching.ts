/** A studio with runs to look at and models to talk with, small enough to be made on the fly. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ppo } from "../../src/cli/train/ppo.ts";
import { reward } from "../../src/cli/train/reward.ts";
import { sft } from "../../src/cli/train/sft.ts";
import { jsonl, tinyFolder, tinyModel } from "../e2e/tiny.ts";
import { serveStudio } from "./pages.ts";

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));

/** Runs `sft`, `reward` and `ppo`, each come from those before, and the model folders `models/tiny` and `models/judge`. */
export async function watchedStudio() {
  const served = await serveStudio({
    program: [process.execPath, program],
    commands: { sft: sft.schema, reward: reward.schema, ppo: ppo.schema },
  });
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(served.project, path)), { recursive: true });
    writeFileSync(join(served.project, path), content);
  };
  const run = (name: string, info: object, metrics: readonly object[], samples: readonly object[] = []): void => {
    const common = {
      format: 1,
      command: name,
      status: "finished",
      step: metrics.length,
      config: { seed: 1, klCoef: 0.2 },
    };
    const rest = { versions: {}, datasets: [], parents: [], created: "2026-01-01T00:00:00.000Z", seconds: 75 };
    write(`runs/${name}/run.json`, JSON.stringify({ ...common, ...rest, ...info }));
    write(`runs/${name}/metrics.jsonl`, jsonl(metrics));
    write(`runs/${name}/samples.jsonl`, jsonl(samples));
  };
  const steps = (of: (step: number) => object) => Array.from({ length: 40 }, (_, i) => ({ step: i + 1, ...of(i + 1) }));
  const finding = {
    code: "negative-kl",
    level: "warn",
    number: -0.25,
    message: "KL is negative",
    cause: "it cannot be",
    fix: "sample at the temperature that scores",
  };
  run(
    "sft",
    {},
    steps((step) => ({ loss: 2 / step, mean_token_accuracy: 1 - 1 / step })),
  );
  run(
    "reward",
    { parents: [parent("model", "sft")] },
    steps((step) => ({ loss: 1 / step, accuracy: 0.5 + step / 100 })),
    [{ step: 0, prompt: "Hours?", completions: ["eight", "nine"], ranks: [1, 2], scores: [0.1, 0.3] }],
  );
  const { tokenizer } = tinyModel();
  const ids = tokenizer.encode("The shop opens at eight.");
  const column = (of: (i: number) => number) => ids.map((_, i) => of(i));
  const sample = (step: number, score: number) => ({
    ...{
      step,
      prompt: [{ role: "user", content: "When?" }],
      completion: "The shop opens at eight.",
      score,
      kl: 0.4,
      ids,
    },
    logprobs: column((i) => -0.1 * (i + 1)),
    ref_logprobs: column((i) => -0.2 * i),
    values: column((i) => i / 4),
    advantages: column((i) => (i % 2 ? -1 : 1)),
    rewards: column(() => 0),
  });
  const made = (kl: number) =>
    steps((step) => ({ "objective/scores": step / 20, "objective/kl": kl * step, "val/ratio": 1 }));
  const parents = [parent("policy", "sft"), parent("reward", "reward")];
  const samples = [1, 40].flatMap((step) => [-1, 0, 0.5].map((score) => sample(step, score + step / 100)));
  run("ppo", { parents, findings: [finding], result: { reward: 2, kl: 4 } }, made(0.1), samples);
  run(
    "ppo-far",
    { command: "ppo", parents, config: { seed: 1, klCoef: 0.01 }, status: "interrupted", total: 80 },
    made(0.4),
  );
  tinyFolder(join(served.project, "runs/ppo/model"), { seed: 3, context: 256 });
  tinyFolder(join(served.project, "models/tiny"), { seed: 1, context: 256 });
  tinyFolder(join(served.project, "models/judge"), { seed: 2, head: "score" });
  return served;
}

const parent = (role: string, run: string) => ({ role, path: `runs/${run}/model`, hash: "ab" });
