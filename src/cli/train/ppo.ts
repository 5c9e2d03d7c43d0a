import { z } from "zod";
import { instructGptPpo, PpoConfig, ppo as reinforcing } from "../../align/index.ts";
import { DataError, UsageError } from "../../base/index.ts";
import { type Dataset, mapRows, readDataset, tokenizePrompt } from "../../data/index.ts";
import { padIsEos, reinforcement } from "../../doctor/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { planRollouts } from "../../plan/index.ts";
import { weightedRewards } from "../../rewards/index.ts";
import { heed } from "../doctor/examine.ts";
import { checklist, computing, defineCommand } from "../frame/index.ts";
import { reading, tellSkipped } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { openReward, sameTokenizer } from "../inputs/reward-spec.ts";
import { checkMix, readTexts, trainingPartOf } from "../inputs/text-stream.ts";
import { dryRun, Planned, shapeOfNetwork } from "./dry-run.ts";
import { applyPreset, checkRun, datasetOf, parentOf, recording, summary, train } from "./training.ts";

const schema = z.strictObject({
  policy: z.string().describe("what is reinforced, usually a run of sft").meta({ value: "MODEL" }),
  reward: z
    .array(z.string())
    .min(1)
    .describe("what scores an answer: a reward model, or ./file.ts#export")
    .meta({ value: "SPEC" }),
  rewardWeights: z.array(z.number()).optional().describe("one for each reward (default: 1 each)"),
  prompts: z.string().describe("rows with a prompt").meta({ value: "FILE" }),
  reference: z
    .string()
    .optional()
    .describe("what the KL penalty holds on to (default: the policy as it starts)")
    .meta({ value: "MODEL" }),
  value: z
    .string()
    .optional()
    .describe("where the value model starts: a reward model or a language model (default: the policy)")
    .meta({ value: "MODEL" }),
  pretrain: z
    .array(z.string())
    .default([])
    .describe("text that is learnt beside the reward (--ptx-coef): PPO-ptx")
    .meta({ value: "FILE" }),
  preset: z.enum(["instructgpt"]).optional().describe("the paper's recipe; flags win over it"),
  ...PpoConfig.shape,
  ...recording,
  saveSteps: recording.saveSteps.default(10),
  ...reading,
  ...computing,
});
type Options = z.infer<typeof schema>;

const Result = z.strictObject({
  steps: z.int(),
  /** Mean score and KL from the reference per completion, of the last iteration. */
  reward: z.number(),
  kl: z.number(),
  seconds: z.number(),
  run: z.string(),
});

export const ppo = defineCommand({
  name: "ppo",
  summary: "reinforce a model with a reward: PPO, with pretraining text mixed in",
  examples: [
    "plaudit ppo --policy runs/sft-001 --reward runs/reward-001 --prompts prompts.jsonl",
    "plaudit ppo --policy runs/sft-001 --reward runs/reward-001 --prompts prompts.jsonl --pretrain text.txt --ptx-coef 1",
    "plaudit ppo --policy runs/sft-001 --reward ./brevity.ts#score --prompts prompts.jsonl --kl-coef 0.1",
  ],
  schema,
  resultSchema: z.union([Result, Planned]),
  async run(context, given) {
    const options = applyPreset(given, context.given, given.preset && instructGptPpo);
    const { policy, data, rows, rewards, reference, value, texts, text } = await prepare(options);
    const { items: prompts, skipped } = rows;
    tellSkipped(context, [data, ...(texts ?? [])], skipped);
    const findings = padIsEos(policy.tokenizer.special);
    heed(context, findings);
    if (options.dryRun) {
      await dryRun(context, { ...workOf(options, policy, prompts), findings });
      return {};
    }
    const models = { ...(reference && { reference }), ...(value && { value }), ...(text && { pretrain: text }) };
    const settings = { ...PpoConfig.parse(options), seed: options.seed };
    const reward = weightedRewards(
      rewards.map((opened) => opened.reward),
      options.rewardWeights,
    );
    const result = await train(context, options, {
      command: "ppo",
      trainer: (from) => reinforcing({ ...settings, policy, reward, prompts, ...models }, { from }),
      datasets: [data, ...(texts ?? [])].map(datasetOf),
      parents: parentsOf(options),
      totalSteps: options.maxSteps,
      findings,
      watch: reinforcement,
      shown: { "objective/scores": "reward", "objective/kl": "KL", "loss/ptx": "text" },
    });
    for (const opened of rewards) opened.dispose();
    context.emit(summary(result, `reward ${result.reward.toFixed(3)}, KL ${result.kl.toFixed(3)}`), result);
    return { next: `plaudit chat --model ${options.policy} --against ${result.run}` };
  },
});

/** Checks and reads every input; one report lists whatever is wrong with any. */
async function prepare(options: Options) {
  const { check, passed } = checklist();
  await check(() => checkRun(options));
  const data = await check(() => readDataset(options.prompts, "prompt", options));
  const texts = options.pretrain.length === 0 ? undefined : await check(() => readTexts(options.pretrain, options));
  const policy = await check(() => openModel(options.policy, "lm"));
  const companion = async (role: "reference" | "value") => {
    const spec = options[role];
    if (spec === undefined) return undefined;
    return check(() => {
      const model = openModel(spec, role === "reference" ? "lm" : "any");
      if (policy) refuseOther(model, policy, { flag: `--${role} ${spec}`, sameShape: role === "reference" });
      return model;
    });
  };
  const reference = await companion("reference");
  const value = await companion("value");
  const rewards = await check(() => openRewards(options, check, policy));
  const rows = policy && data && (await check(() => promptRows(data, policy, options)));
  const text = policy && texts && (await check(() => trainingPartOf(texts, policy.tokenizer, options)));
  if (policy && (options.pretrain.length === 0 || text))
    await check(() => checkMix(options, text, policy.network.context));
  return { ...(await passed({ policy, data, rows, rewards })), reference, value, texts, text };
}

async function openRewards(
  { reward: specs, rewardWeights }: Options,
  check: ReturnType<typeof checklist>["check"],
  policy: LanguageModel | undefined,
) {
  if (rewardWeights !== undefined && rewardWeights.length !== specs.length) {
    throw new UsageError(`${specs.length} rewards have ${rewardWeights.length} weights`, {
      code: "bad-flag",
      where: "--reward-weights",
      help: "one weight for each --reward, in their order: --reward-weights 0.5,1",
    });
  }
  const opened = [];
  for (const spec of specs) {
    const one = await check(async () => {
      const reward = await openReward(spec, policy?.tokenizer);
      if (policy && reward.model) refuseOther(reward.model, policy, { flag: `--reward ${spec}`, sameShape: false });
      return reward;
    });
    if (one) opened.push(one);
  }
  return opened;
}

/** A model that works beside the policy must read the same tokens, as long, and as the reference be of its shape. */
function refuseOther(
  model: LanguageModel,
  policy: LanguageModel,
  { flag, sameShape }: { readonly flag: string; readonly sameShape: boolean },
): void {
  if (!sameTokenizer(model.tokenizer, policy.tokenizer)) {
    throw new UsageError(`${flag}: its tokenizer is not the policy's, so it would read other tokens`, {
      code: "other-tokenizer",
      where: flag,
      help: "train it from the same model as the policy: plaudit reward --model POLICY",
    });
  }
  if (model.network.context < policy.network.context) {
    throw new UsageError(
      `${flag}: its context of ${model.network.context} tokens is shorter than the policy's ${policy.network.context}`,
      { code: "context", where: flag, help: "train it from the same model as the policy" },
    );
  }
  const shape = ({ network }: LanguageModel) =>
    network.parameters.map(({ name, shape }) => `${name} [${shape}]`).join();
  if (sameShape && shape(model) !== shape(policy)) {
    throw new UsageError(`${flag}: it has another shape than the policy`, {
      code: "other-shape",
      where: flag,
      help: "the reference is the model that the policy was tuned from, or leave the flag out",
    });
  }
}

/** Prompts as tokens. Throws `bad-rows` with every prompt that leaves no room for a whole completion. */
function promptRows(data: Dataset<"prompt">, { tokenizer, network }: LanguageModel, options: Options) {
  const { maxCompletionLength } = options;
  return mapRows(
    data,
    ({ prompt }) => {
      const ids = tokenizePrompt(tokenizer, prompt);
      if (ids.length === 0) throw new DataError("the prompt has no tokens", { code: "empty-prompt" });
      if (ids.length + maxCompletionLength <= network.context) return { prompt, ids };
      throw new DataError(
        `the prompt has ${ids.length} tokens: with ${maxCompletionLength} for the completion that is more than the context of ${network.context}`,
        { code: "prompt-too-long", help: "shorten the prompt, or lower --max-completion-length" },
      );
    },
    options,
  );
}

const isModel = (reward: string): boolean => !/\.[cm]?[jt]s(#[^#]*)?$/.test(reward);

function parentsOf({ policy, reference, value, reward }: Options) {
  const models = { policy, reference, value };
  const named = Object.entries(models).flatMap(([role, spec]) => (spec === undefined ? [] : [parentOf(role, spec)]));
  return [...named, ...reward.filter(isModel).map((spec) => parentOf("reward", spec))];
}

/** Sampling, reference, policy and value passes: the two that learn are the training that is counted. */
function workOf(options: Options, policy: LanguageModel, prompts: readonly { readonly ids: readonly number[] }[]) {
  const { maxSteps, rolloutSize, numEpochsPerRollout, maxCompletionLength, ptxCoef, ptxBatchSize } = options;
  const batchSize = options.batchSize ?? Math.ceil(rolloutSize / 2);
  const { arithmetic } = planRollouts({ steps: maxSteps, rolloutSize, numEpochsPerRollout, batchSize });
  const longest = Math.max(...prompts.map(({ ids }) => ids.length)) + maxCompletionLength;
  const updates = Math.ceil(rolloutSize / batchSize) * numEpochsPerRollout;
  const mixed = ptxCoef > 0 ? updates * ptxBatchSize * policy.network.context : 0;
  return {
    shape: shapeOfNetwork(policy.network),
    rows: batchSize,
    microBatchSize: options.microBatchSize,
    length: longest,
    gradientCheckpointing: options.gradientCheckpointing,
    models: { learning: 2, reading: 1 + options.reward.filter(isModel).length + Number(options.emaDecay > 0) },
    steps: { steps: maxSteps, arithmetic },
    tokensPerStep: 2 * numEpochsPerRollout * rolloutSize * longest + mixed,
    facts: [`${prompts.length} prompts; policy and value model both learn; sampling comes on top`],
  };
}
