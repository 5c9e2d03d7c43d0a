/**
 * Lesson 6: PPO-ptx. The model tries answers, a reward function of one's own says what they are worth, and it learns to
 * give better ones: near to what it was (KL), and without forgetting its text (ptx).
 * 第 6 课：PPO-ptx。模型自己试着回答，你写的奖励函数打分，它学着答得更好；不离原来太远（KL），也不忘掉读过的文字（ptx）。
 *
 *   npx tsx --conditions=source examples/06-ppo-ptx.ts [en|zh]
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// #region readme
import { loadModel, ppo, record, tokenizePrompt } from "plaudit";
// #endregion

import { languageModelLoss, measureText } from "plaudit/align";
import { consecutiveWindows } from "plaudit/data";
import { type LanguageModel, languageModelFiles } from "plaudit/models";
import { readMetrics, writeFiles } from "plaudit/run";
import { evaluator } from "plaudit/train";
import { percent, say, shown, train } from "./lesson.ts";
import { answers, facts, fineTuned, isPolite, tokensOf, townText } from "./town.ts";

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "plaudit-lesson-"));
process.chdir(folder);
try {
  writeFiles("town-sft", languageModelFiles(await fineTuned())); // lesson 3 / 第 3 课
  const questions = facts.flatMap(({ prompts }) => prompts);
  const text = tokensOf(loadModel("town-sft").tokenizer, townText);

  // Who says "Sure" gets 1. The rest is the trainer's: sampling, KL, advantages, clipped steps, checkpoints.
  // 说“很乐意”得 1 分。其余都由训练器负责：采样、KL、优势、裁剪、检查点。
  // #region readme
  const policy = loadModel("town-sft");
  const trainer = ppo({
    policy,
    prompts: questions.map((prompt) => ({ prompt, ids: tokenizePrompt(policy.tokenizer, prompt) })),
    reward: ({ completions }) => completions.map((answer) => (/^ ?(sure|很乐意)/i.test(answer) ? 1 : 0)),
    pretrain: text, // what it must not forget, as token ids
    klCoef: 0.1,
    ptxCoef: 0.1,
    learningRate: 1e-3,
    valueLearningRate: 3e-3,
    maxSteps: 20,
  });
  for await (const { step, metrics } of record(trainer, "runs/polite")) {
    console.log(step, metrics["objective/scores"], metrics["objective/kl"]);
  }
  // #endregion

  const [first, last] = [readMetrics("runs/polite")[0]!, readMetrics("runs/polite").at(-1)!];
  shown(
    first["val/ratio"] !== undefined &&
      last["objective/scores"]! > first["objective/scores"]! + 0.3 &&
      last["objective/kl"]! < 4,
    `reward ${first["objective/scores"]!.toFixed(2)} → ${last["objective/scores"]!.toFixed(2)}, KL to the start ${last["objective/kl"]!.toFixed(2)} nats an answer`,
    `奖励 ${first["objective/scores"]!.toFixed(2)} → ${last["objective/scores"]!.toFixed(2)}，每个回答离起点的 KL 为 ${last["objective/kl"]!.toFixed(2)} nat`,
  );

  // The same once more without the text term: what the model loses of its text is the alignment tax.
  // 去掉文字那一项再来一遍：模型丢掉的那部分文字能力，就是“对齐税”。
  const free = loadModel("town-sft");
  await train(
    ppo({
      policy: free,
      prompts: questions.map((prompt) => ({ prompt, ids: tokenizePrompt(free.tokenizer, prompt) })),
      reward: ({ completions }) => completions.map((answer) => (isPolite(answer) ? 1 : 0)),
      klCoef: 0.1,
      learningRate: 1e-3,
      valueLearningRate: 3e-3,
      maxSteps: 20,
    }),
  );
  const before = loadModel("town-sft");
  const after = loadModel("runs/polite/model");
  const textLoss = async (model: LanguageModel) => {
    const measured = evaluator(model.weights);
    const { loss } = await measureText(measured, languageModelLoss(model.network), consecutiveWindows(text, 64));
    measured.dispose();
    return loss;
  };
  const share = async (model: LanguageModel) => {
    const told = facts.flatMap((fact) => fact.prompts.map(() => fact.told));
    const given = await answers(model, questions, 1);
    const part = (holds: (answer: string, i: number) => boolean) => percent(given.filter(holds).length / given.length);
    return { polite: part(isPolite), right: part((answer, i) => answer.includes(told[i]!)) };
  };
  const rows = [
    ["SFT", before],
    ["PPO", free],
    ["PPO-ptx", after],
  ] as const;
  const losses = new Map<string, number>();
  for (const [name, model] of rows) {
    const { polite, right } = await share(model);
    losses.set(name, await textLoss(model));
    const loss = losses.get(name)!.toFixed(2);
    say(
      `${name.padEnd(8)} polite ${polite}, right ${right}, text loss ${loss}`,
      `${name.padEnd(8)} 客气 ${polite}，答对 ${right}，文字损失 ${loss}`,
    );
  }
  shown(
    losses.get("PPO-ptx")! < losses.get("PPO")!,
    "with the text in the same steps the model keeps more of its text",
    "同一步里也学文字，文字能力就保住得更多",
  );
} finally {
  process.chdir(home);
  rmSync(folder, { recursive: true });
}
