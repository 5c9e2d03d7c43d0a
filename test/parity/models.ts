import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entropy, pairwiseLoss, sftLoss, shiftLabels, tokenWeights } from "../../src/align/losses/index.ts";
import { crossEntropy, gather, gradients, mul, neg, slice, type Tensor } from "../../src/engine/index.ts";
import { readSafetensors } from "../../src/files/index.ts";
import { generator } from "../../src/generate/index.ts";
import { type Model, modelFromFiles } from "../../src/models/index.ts";
import { adamw } from "../../src/optim/index.ts";
import { type Loss, learner, ndarray } from "../../src/train/index.ts";
import type { GoldenCase, Json } from "./cases.ts";
import { undetermined } from "./compare.ts";
import { type Engine, type Feed, floats, integers, type Outputs, run } from "./engines.ts";
import type { Checker, Checkers } from "./registry.ts";

function open({ folder }: GoldenCase): Model {
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  return modelFromFiles(config, readSafetensors(join(folder, "model.safetensors")), folder);
}

/**
 * A padded batch as our networks want it: real tokens first. `at[b][j]` is where the fixture has the j-th real token of
 * row b. Causal attention never sees what stands behind, so the results are those of the fixture's padding.
 */
function packed({ input_ids, attention_mask }: Json) {
  const B: number = input_ids.length;
  const T: number = input_ids[0].length;
  const at: number[][] = attention_mask.map((row: number[]) => row.flatMap((real, t) => (real ? [t] : [])));
  const pack = (rows: number[][], pad: number) =>
    at.flatMap((places, b) => Array.from({ length: T }, (_, j) => (j < places.length ? rows[b]![places[j]!]! : pad)));
  /** Values [B, T, width] of packed tokens in the fixture's places, 0 elsewhere. */
  const unpack = (values: ArrayLike<number>, width = 1): Float64Array => {
    const result = new Float64Array(B * T * width);
    for (const [b, places] of at.entries()) {
      for (const [j, t] of places.entries()) {
        for (let i = 0; i < width; i++) result[(b * T + t) * width + i] = values[(b * T + j) * width + i]!;
      }
    }
    return result;
  };
  return { B, T, at, pack, unpack, ids: pack(input_ids, 0), last: at.map((places, b) => b * T + places.length - 1) };
}

const l2 = (x: ArrayLike<number>): number => Math.sqrt(Array.from(x).reduce((sum, value) => sum + value * value, 0));

/** Runs a loss on the model's weights; with `gradient of …` for every parameter when they are asked for. */
function onModel(engine: Engine, { weights }: Model, batch: Record<string, Feed>, loss: Loss, slopes = false): Outputs {
  const parameters = [...weights.arrays].map(([name, { shape, data }]) => [name, floats(data, shape)] as const);
  return run(engine, { ...Object.fromEntries(parameters), ...batch }, (x) => {
    const outputs = loss(x, x, (t) => t);
    if (!slopes) return outputs;
    const dx = gradients(
      outputs.loss,
      parameters.map(([name]) => x[name]!),
    );
    return { ...outputs, ...Object.fromEntries(parameters.map(([name], i) => [`gradient of ${name}`, dx[i]!])) };
  });
}

function gradientAnswer({ weights }: Model, outputs: Outputs): Json {
  const grads = Object.fromEntries([...weights.arrays.keys()].map((name) => [name, outputs[`gradient of ${name}`]!]));
  const grad_l2 = Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, l2(g)]));
  return { loss: outputs.loss, grads, grad_l2, grad_l2_global: l2(Object.values(grad_l2) as number[]) };
}

type Named = Readonly<Record<string, Tensor>>;
const logitsOf = ({ network }: Model, params: Named, { ids }: Named): Tensor =>
  network.logits(params, network.hidden(params, ids!));

const causalLoss =
  (model: Model): Loss =>
  (params, batch) => {
    const logits = logitsOf(model, params, batch);
    return { loss: sftLoss({ logits, targets: batch.targets!, weights: batch.weights! }), logits };
  };
function labelled(inputs: Json): Record<string, Feed> {
  const { B, T, ids, pack } = packed(inputs);
  const { targets, mask } = shiftLabels(pack(inputs.labels, -100), T);
  return { ids: integers(ids, [B, T]), targets: integers(targets), weights: floats(tokenWeights(mask, T)) };
}

const forward: Checker = (inputs, engine, given) => {
  const model = open(given);
  const { B, T, ids, unpack } = packed(inputs);
  const { network } = model;
  const outputs = onModel(engine, model, { ids: integers(ids, [B, T]) }, (params, { ids }) => {
    const hidden = network.hiddenStates(params, ids!);
    const logits = network.logits(params, hidden.at(-1)!);
    return { loss: logits, ...Object.fromEntries(hidden.map((x, i) => [`hidden ${i}`, slice(x, { 0: [0, T] })])) };
  });
  const states = Object.keys(outputs).filter((name) => name.startsWith("hidden"));
  return { logits: unpack(outputs.loss!, network.vocabSize), hidden_states_row0: states.map((name) => outputs[name]!) };
};

const lossAndGradients: Checker = (inputs, engine, given) => {
  const model = open(given);
  return gradientAnswer(model, onModel(engine, model, labelled(inputs), causalLoss(model), true));
};

const tokenLogprobs: Checker = (inputs, engine, given) => {
  const model = open(given);
  const { B, T, ids, unpack, at } = packed(inputs);
  const { targets } = shiftLabels(ids, T);
  const temperatures = Object.keys(given.expected).flatMap((key) => /^logprobs_temperature_(.+)$/.exec(key)?.[1] ?? []);
  const batch = { ids: integers(ids, [B, T]), targets: integers(targets) };
  const outputs = onModel(engine, model, batch, (params, batch) => {
    const logits = logitsOf(model, params, batch);
    const logprobs = (temperature: number) => neg(crossEntropy(mul(logits, 1 / temperature), batch.targets!));
    const cooled = temperatures.map((temperature) => [
      `logprobs_temperature_${temperature}`,
      logprobs(Number(temperature)),
    ]);
    return { loss: logprobs(1), entropy: entropy(logits), ...Object.fromEntries(cooled) };
  });
  // Entry t is there when t and t + 1 are real tokens.
  const follows = at.flatMap((places) => Array.from({ length: T }, (_, j) => (j + 1 < places.length ? 1 : 0)));
  const placed = (values: ArrayLike<number>) => {
    const all = unpack(follows.map((valid, i) => valid * values[i]!));
    return Array.from({ length: B }, (_, b) => all.slice(b * T, (b + 1) * T - 1));
  };
  const { loss, ...others } = Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, placed(x)]));
  return { ...others, logprobs: loss, valid: placed(follows.map(() => 1)) };
};

/** Takes the optimizer steps of a case with the library's own learner, which runs on ONNX Runtime only. */
async function adamwSteps(inputs: Json, model: Model, loss: Loss, batch: Record<string, Feed>) {
  const { lr, betas, eps, weight_decay, max_grad_norm, steps } = inputs;
  const arrays = Object.fromEntries(
    Object.entries(batch).map(([name, { dtype, shape, value }]) => [
      name,
      ndarray(dtype as "float32", shape, value as number[]),
    ]),
  );
  const trained = learner({ weights: model.weights, optimizer: adamw({ betas, epsilon: eps }) });
  try {
    const losses: number[] = [];
    const norms: number[] = [];
    for (let step = 0; step < steps; step++) {
      losses.push((await trained.forwardBackward(loss, arrays)).loss![0]!);
      const settings = { learningRate: lr, weightDecay: weight_decay, maxGradNorm: max_grad_norm };
      norms.push(await trained.optimStep(settings));
    }
    const outputs = await trained.forward(loss, arrays);
    const norm = ([name, { data }]: [string, { data: Float32Array }]) =>
      // The gradient of the keys' bias is 0: Adam makes steps of full size from its rounding noise.
      [name, name.endsWith("attn.c_attn.bias") ? undetermined : l2(data)];
    return {
      loss_before_each_step: losses,
      loss_after: outputs.loss![0],
      grad_norm_before_clip: norms,
      param_l2_after: Object.fromEntries([...model.weights.arrays].map(norm)),
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, Float64Array.from(x)])),
    };
  } finally {
    trained.dispose();
  }
}

/** Greedy continuations; rows of different lengths stand left-aligned in the cache, whatever the fixture's padding. */
async function greedy(
  prompts: number[][],
  length: number,
  { backend }: Engine,
  given: GoldenCase,
): Promise<number[][]> {
  using decoder = generator(open(given), { backend });
  const completions = await decoder.generate(prompts, { maxNewTokens: length, temperature: 0 });
  return completions.map(({ ids }) => ids);
}

const rewardLoss =
  (model: Model): Loss =>
  (params, { ids, last }) => {
    const rewards = model.network.score(params, gather(model.network.hidden(params, ids!), last!));
    const half = rewards.shape[0]! / 2;
    const chosen = slice(rewards, { 0: [0, half] });
    const rejected = slice(rewards, { 0: [half] });
    return { loss: pairwiseLoss({ chosen, rejected }), rewards };
  };
function judged(inputs: Json): Record<string, Feed> {
  const { B, T, ids, last } = packed(inputs);
  return { ids: integers(ids, [B, T]), last: integers(last) };
}

const rewards: Checker = (inputs, engine, given) => {
  const model = open(given);
  return { rewards: onModel(engine, model, judged(inputs), rewardLoss(model)).rewards };
};

const gpt2: Checkers = {
  forward,
  loss_and_gradients: lossAndGradients,
  token_logprobs: tokenLogprobs,
  async adamw_3_steps(inputs, engine, given) {
    if (engine.name !== "onnxruntime") return [];
    const model = open(given);
    if (model.head === "score") {
      const { outputs, ...answer } = await adamwSteps(inputs, model, rewardLoss(model), judged(inputs));
      return { ...answer, rewards_after: outputs.rewards };
    }
    const { outputs, ...answer } = await adamwSteps(inputs, model, causalLoss(model), labelled(inputs));
    return { ...answer, logits_after: packed(inputs).unpack(outputs.logits!, model.network.vocabSize) };
  },
  async greedy({ prompt, max_new_tokens }, engine, given) {
    const [tokens] = await greedy([prompt], max_new_tokens, engine, given);
    return { tokens };
  },
  async greedy_batch_left_padded({ prompts, max_new_tokens }, engine, given) {
    return { tokens: await greedy(prompts, max_new_tokens, engine, given) };
  },
  rewards_right_padded: rewards,
  rewards_left_padded: rewards,
  bt_loss_and_gradients(inputs, engine, given) {
    const model = open(given);
    return gradientAnswer(model, onModel(engine, model, judged(inputs), rewardLoss(model), true));
  },
};

export const modelCheckers: Checkers = Object.fromEntries(
  Object.entries(gpt2).map(([name, checker]) => [`models/gpt2/${name}`, checker]),
);
