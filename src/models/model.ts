import { DataError, type NDArray, type Problem } from "../base/index.ts";
import { type NDArrayMap, toFloat32 } from "../files/index.ts";
import { allocateWeights, initialWeights, type Weights } from "../nn/index.ts";
import { type GptConfig, gpt, gptFromHuggingFace } from "./gpt.ts";
import { isClassifier, type LabelledConfig, labelsToHuggingFace } from "./labels.ts";
import type { Head, Network } from "./network.ts";

/** A network with its weights. A reward or value model also has the shift and scale of its score. */
export interface Model {
  readonly network: Network;
  readonly weights: Weights;
  readonly head: Head;
}

/** score = gain · head + bias: fitted after training so that, say, demonstrations average 0. */
export interface ScoreScale {
  readonly gain: number;
  readonly bias: number;
}

/** A network for a config.json. */
export function networkOf(config: unknown, head: Head, where?: string): Network {
  const type = (config as { model_type?: unknown } | null)?.model_type;
  if (type === "gpt2" || type === "openai-gpt" || type === "plaudit-gpt3")
    return gpt(gptFromHuggingFace(config, where), head);
  throw new DataError(`config.json: model_type is ${JSON.stringify(type)}`, {
    code: "unknown-architecture",
    where,
    help: "Plaudit opens gpt2, openai-gpt and its own plaudit-gpt3",
  });
}

export const newModel = (config: GptConfig, seed: number, head: Head = "lm"): Model => {
  const network = gpt(config, head);
  return { network, weights: initialWeights(network.parameters, seed), head };
};

/** The same network with its own copy of the weights. */
export function copyModel(model: Model): Model {
  const weights = allocateWeights(model.network.parameters);
  weights.flat.set(model.weights.flat);
  return { ...model, weights };
}

/**
 * The body of `model` under another head: a reward model from a policy, a value model from a reward model, a classifier
 * with `labels`. Tensors that the new head needs and the old one has not in this shape are freshly initialized from `seed`.
 */
export function withHead(model: Model, head: Head, seed: number, labels?: readonly string[]): Model {
  const network = networkOf({ ...model.network.config, ...labelsToHuggingFace(labels) }, head);
  const weights = initialWeights(network.parameters, seed);
  for (const [name, { shape, data }] of model.weights.arrays) {
    const own = weights.arrays.get(name);
    if (own?.shape.join() === shape.join()) own.data.set(data);
  }
  return { network, weights, head };
}

/** Whether config.json says that the folder holds a reward model, a value model or a classifier. */
export const headOf = (config: unknown): Head =>
  isClassifier((config as LabelledConfig | null)?.architectures) ? "score" : "lm";

/** What config.json says of the score's shift and scale. */
export function scoreScaleOf(config: unknown): ScoreScale {
  const { gain = 1, bias = 0 } = (config as { plaudit?: Partial<ScoreScale> } | null)?.plaudit ?? {};
  return { gain, bias };
}

/** Buffers that old checkpoints carry and no one needs: attention masks, and an output head equal to the embedding. */
const ignorable = (name: string): boolean => /\.attn\.(masked_)?bias$/.test(name) || name === "lm_head.weight";

/** A model from the parsed files of its folder. All missing, extra and misshapen tensors are reported together. */
export function modelFromFiles(config: unknown, tensors: NDArrayMap, where?: string): Model {
  const head = headOf(config);
  const network = networkOf(config, head, where);
  const weights = allocateWeights(network.parameters);
  const problems: Problem[] = [];
  const problem = (code: string, message: string) => problems.push({ code, message, where });
  const known = new Set(network.parameters.map(({ name }) => name));
  // OpenAI's own GPT-2 files leave the prefix out.
  const find = (name: string): NDArray | undefined =>
    tensors.get(name) ?? tensors.get(name.replace(/^transformer\./, ""));
  for (const { name, shape } of network.parameters) {
    const tensor = find(name);
    if (tensor === undefined) problem("missing-tensor", `the tensor ${name} [${shape}] is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      problem("misshapen-tensor", `the tensor ${name} is [${tensor.shape}], config.json asks for [${shape}]`);
    } else weights.arrays.get(name)!.data.set(toFloat32(tensor).data);
  }
  for (const name of tensors.keys()) {
    if (!known.has(name) && !known.has(`transformer.${name}`) && !ignorable(name)) {
      problem("extra-tensor", `the tensor ${name} belongs to no part of this network`);
    }
  }
  if (problems.length > 0) {
    throw new DataError(problems.length === 1 ? problems[0]!.message : `the weights do not fit config.json`, {
      code: problems[0]!.code,
      where,
      problems,
      help: "config.json and model.safetensors must come from the same model",
    });
  }
  return { network, weights, head };
}

/** config.json and model.safetensors. `scale` is written beside the config of a score model. */
export function modelFiles(
  model: Model,
  scale?: ScoreScale,
): { "config.json": object; "model.safetensors": NDArrayMap } {
  const config = model.network.config as { plaudit?: object };
  return {
    "config.json": scale === undefined ? config : { ...config, plaudit: { ...config.plaudit, ...scale } },
    "model.safetensors": model.weights.arrays,
  };
}
