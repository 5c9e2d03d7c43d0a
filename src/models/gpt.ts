/**
 * The decoders of GPT-1 (Radford et al. 2018), GPT-2 (Radford et al. 2019) and GPT-3 (Brown et al. 2020,
 * arXiv:2005.14165) in one file. What the papers changed is what differs here:
 *
 * | | GPT-1 | GPT-2 | GPT-3 |
 * |---|---|---|---|
 * | layer norm | after the sublayer and its residual | before the sublayer, one more at the end | as GPT-2 |
 * | initialization | N(0, 0.02²) | residual projections scaled by 1/√(2·layers) | as GPT-2 |
 * | context | 512 | 1024 | 2048 |
 * | attention | dense | dense | dense and locally banded layers in turn |
 *
 * Weights have the names and the Conv1D orientation ([in, out]) of Hugging Face's `openai-gpt` and `gpt2`.
 *
 * Departs from the papers: GPT-3 does not publish the width of its bands: `window` is ours to choose; without it all
 * layers are dense. gelu is the tanh form, as in OpenAI's code.
 */
import { z } from "zod";
import { DataError, UsageError } from "../base/index.ts";
import {
  add,
  cachedAttention,
  causalAttention,
  embedding,
  gelu,
  iota,
  layerNorm,
  matmul,
  pad,
  reshape,
  slice,
  split,
  type Tensor,
} from "../engine/graph/index.ts";
import {
  attention as attentionOver,
  causalMask,
  conv1d,
  type Dropout,
  mergeHeads,
  noDropout,
  type ParameterSpec,
  type Params,
  splitHeads,
} from "../nn/index.ts";
import { labelsFromHuggingFace, labelsToHuggingFace } from "./labels.ts";
import type { CachedStep, Head, Layout, Network } from "./network.ts";

export interface GptConfig {
  readonly architecture: "gpt1" | "gpt2" | "gpt3";
  readonly vocabSize: number;
  readonly context: number;
  readonly layers: number;
  readonly heads: number;
  readonly dim: number;
  /** Width of the feed-forward layer; 4·dim in all published sizes. */
  readonly feedForward: number;
  readonly epsilon: number;
  /** Standard deviation of new weights. */
  readonly initializerRange: number;
  readonly residualDropout: number;
  readonly attentionDropout: number;
  readonly embeddingDropout: number;
  /** GPT-3: odd layers see only the last `window` tokens; 0 = all layers dense. */
  readonly window: number;
  /** Names of a classifier's classes; absent where the score head is one number. */
  readonly labels?: readonly string[] | undefined;
  readonly padId?: number | undefined;
  readonly bosId?: number | undefined;
  readonly eosId?: number | undefined;
}

/** Names of the tensors; GPT-1's differ from GPT-2's in the embeddings only. */
const names = (c: GptConfig) => ({
  tokens: c.architecture === "gpt1" ? "transformer.tokens_embed.weight" : "transformer.wte.weight",
  positions: c.architecture === "gpt1" ? "transformer.positions_embed.weight" : "transformer.wpe.weight",
  layer: (l: number) => `transformer.h.${l}`,
  finalNorm: "transformer.ln_f",
  score: "score.weight",
});

export function gptParameters(c: GptConfig, head: Head): ParameterSpec[] {
  const n = names(c);
  const normal = { std: c.initializerRange };
  const residual = c.architecture === "gpt1" ? normal : { std: c.initializerRange / Math.sqrt(2 * c.layers) };
  const affine = (name: string, [rows, columns]: [number, number], init: { std: number }): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [rows, columns], init },
    { name: `${name}.bias`, shape: [columns], init: 0 },
  ];
  const norm = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [c.dim], init: 1 },
    { name: `${name}.bias`, shape: [c.dim], init: 0 },
  ];
  return [
    { name: n.tokens, shape: [c.vocabSize, c.dim], init: normal },
    { name: n.positions, shape: [c.context, c.dim], init: normal },
    ...Array.from({ length: c.layers }, (_, l) => n.layer(l)).flatMap((at) => [
      ...norm(`${at}.ln_1`),
      ...affine(`${at}.attn.c_attn`, [c.dim, 3 * c.dim], normal),
      ...affine(`${at}.attn.c_proj`, [c.dim, c.dim], residual),
      ...norm(`${at}.ln_2`),
      ...affine(`${at}.mlp.c_fc`, [c.dim, c.feedForward], normal),
      ...affine(`${at}.mlp.c_proj`, [c.feedForward, c.dim], residual),
    ]),
    ...(c.architecture === "gpt1" ? [] : norm(n.finalNorm)),
    // N(0, 1/(d+1)): Stiennon et al. 2020, appendix B; the standard deviation is 1/√(d+1)
    ...(head === "score"
      ? [{ name: n.score, shape: [c.labels?.length ?? 1, c.dim], init: { std: 1 / Math.sqrt(c.dim + 1) } }]
      : []),
  ];
}

export function gpt(c: GptConfig, head: Head = "lm"): Network {
  if (c.dim % c.heads !== 0) {
    throw new UsageError(`dim ${c.dim} is not divisible by ${c.heads} heads`, { code: "bad-model-config" });
  }
  if (c.architecture === "gpt1" && c.feedForward !== 4 * c.dim) {
    throw new UsageError(`GPT-1's feed-forward layers are 4·dim = ${4 * c.dim} wide, got ${c.feedForward}`, {
      code: "bad-model-config",
      help: "GPT-2 and GPT-3 may have another width",
    });
  }
  const n = names(c);
  const headDim = c.dim / c.heads;
  // The runtime's kernels want heads of a multiple of 8: others are decoded with zeros behind them.
  const cachedDim = 8 * Math.ceil(headDim / 8);
  const windowOf = (l: number) => (c.window > 0 && l % 2 === 1 ? c.window : 0);

  const norm = (p: Params, name: string, x: Tensor) =>
    layerNorm(x, p[`${name}.weight`]!, p[`${name}.bias`]!, c.epsilon);
  const linear = (p: Params, name: string, x: Tensor) => conv1d(x, p[`${name}.weight`]!, p[`${name}.bias`]!);
  const embed = (p: Params, ids: Tensor, positions: Tensor): Tensor =>
    reshape(add(embedding(p[n.tokens]!, ids), embedding(p[n.positions]!, positions)), [-1, c.dim]);

  type Attend = (qkv: readonly [Tensor, Tensor, Tensor], layer: number) => Tensor;

  /** One block over [N, D]; `attend` turns queries, keys and values [N, D] into [N, D]. */
  const block = (p: Params, x: Tensor, l: number, attend: Attend, dropout: Dropout): Tensor => {
    const at = n.layer(l);
    const attention = (h: Tensor) => {
      const [q, k, v] = split(linear(p, `${at}.attn.c_attn`, h), 3);
      const mixed = linear(p, `${at}.attn.c_proj`, attend([q!, k!, v!], l));
      return dropout(mixed, c.residualDropout, `${l}/attention-residual`);
    };
    const feedForward = (h: Tensor) => {
      const inner = gelu(linear(p, `${at}.mlp.c_fc`, h), { approximate: "tanh" });
      return dropout(linear(p, `${at}.mlp.c_proj`, inner), c.residualDropout, `${l}/mlp-residual`);
    };
    if (c.architecture === "gpt1") {
      const y = norm(p, `${at}.ln_1`, add(x, attention(x)));
      return norm(p, `${at}.ln_2`, add(y, feedForward(y)));
    }
    const y = add(x, attention(norm(p, `${at}.ln_1`, x)));
    return add(y, feedForward(norm(p, `${at}.ln_2`, y)));
  };
  const classLogits = (p: Params, hidden: Tensor) => matmul(hidden, p[n.score]!, { transposeB: true });
  const last = (p: Params, x: Tensor): Tensor => (c.architecture === "gpt1" ? x : norm(p, n.finalNorm, x));

  /** Embeddings, the output of every block, and the last hidden state in place of the last block's. */
  const states = (p: Params, ids: Tensor, dropout: Dropout, layout?: Layout): Tensor[] => {
    const [B, T] = ids.shape as [number, number];
    if (layout === undefined && T > c.context)
      throw new UsageError(`${T} tokens are more than the context of ${c.context}`, { code: "context" });
    const attend: Attend = ([q, k, v], l) => {
      const heads = (x: Tensor) => splitHeads(x, [B, T, c.heads]);
      const dropWeights = (w: Tensor) => dropout(w, c.attentionDropout, `${l}/attention`);
      const window = windowOf(l);
      if (layout === undefined && window === 0 && headDim === cachedDim) {
        const rows = (x: Tensor) => reshape(x, [B, T, c.dim]);
        const { output, weights } = causalAttention([rows(q), rows(k), rows(v)], c.heads);
        const kept = dropWeights(weights);
        return kept === weights ? reshape(output, [B * T, c.dim]) : mergeHeads(matmul(kept, heads(v)));
      }
      const mask = layout?.mask ?? causalMask(T, T, window);
      const y = attentionOver({ query: heads(q), key: heads(k), value: heads(v), mask, dropout: dropWeights });
      return mergeHeads(y);
    };
    const positions = layout?.positions ?? iota(T);
    const all = [dropout(embed(p, ids, positions), c.embeddingDropout, "embedding")];
    for (let l = 0; l < c.layers; l++) all.push(block(p, all[l]!, l, attend, dropout));
    for (const x of all) dropout.border?.(x);
    all[c.layers] = last(p, all[c.layers]!);
    return all;
  };

  return {
    config: gptToHuggingFace(c, head),
    vocabSize: c.vocabSize,
    context: c.context,
    labels: head === "score" ? c.labels : undefined,
    parameters: gptParameters(c, head),
    hidden: (p, ids, dropout = noDropout, layout?: Layout) => states(p, ids, dropout, layout).at(-1)!,
    sharesPrompts: c.window === 0,
    hiddenStates: (p, ids) => states(p, ids, noDropout),
    logits: (p, hidden) => matmul(hidden, p[n.tokens]!, { transposeB: true }),
    classLogits,
    score(p, hidden) {
      if (c.labels !== undefined) {
        throw new UsageError(`a classifier of ${c.labels.length} classes gives no single score`, {
          code: "not-a-reward-model",
          help: "train a reward model: plaudit reward --model DIR --data rankings.jsonl",
        });
      }
      return reshape(classLogits(p, hidden), [-1]);
    },
    cache: { layers: c.layers, kvHeads: c.heads, headDim: cachedDim },
    cachedStep(p, { ids, positions, lengths, total, keys, values }: CachedStep) {
      const [B, S] = ids.shape as [number, number];
      const nextKeys: Tensor[] = [];
      const nextValues: Tensor[] = [];
      const widened = (x: Tensor) => {
        if (headDim === cachedDim) return reshape(x, [B, S, c.dim]);
        const heads = pad(reshape(x, [B * S, c.heads, headDim]), { 2: [0, cachedDim - headDim] });
        return reshape(heads, [B, S, c.heads * cachedDim]);
      };
      const narrowed = (x: Tensor) => {
        if (headDim === cachedDim) return reshape(x, [B * S, c.dim]);
        const heads = slice(reshape(x, [B * S, c.heads, cachedDim]), { 2: [0, headDim] });
        return reshape(heads, [B * S, c.dim]);
      };
      const attend: Attend = ([q, k, v], l) => {
        const now = { query: widened(q), key: widened(k), value: widened(v) };
        const past = { pastKey: keys[l]!, pastValue: values[l]!, lengths, total };
        const scale = 1 / Math.sqrt(headDim);
        const step = cachedAttention({ ...now, ...past, heads: c.heads, scale, window: windowOf(l) });
        nextKeys.push(step.key);
        nextValues.push(step.value);
        return narrowed(step.output);
      };
      let x = embed(p, ids, positions);
      for (let l = 0; l < c.layers; l++) x = block(p, x, l, attend, noDropout);
      return { hidden: last(p, x), keys: nextKeys, values: nextValues };
    },
  };
}

const Size = z.int().positive();
const Rate = z.number().min(0).max(1);
const TokenId = z.int().nonnegative().nullish();

const Gpt2Json = z.looseObject({
  model_type: z.enum(["gpt2", "openai-gpt", "plaudit-gpt3"]),
  vocab_size: Size,
  n_positions: Size,
  n_embd: Size,
  n_layer: Size,
  n_head: Size,
  n_inner: Size.nullish(),
  activation_function: z.string().optional(),
  afn: z.string().optional(),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  initializer_range: z.number().nonnegative().default(0.02),
  resid_pdrop: Rate.default(0.1),
  attn_pdrop: Rate.default(0.1),
  embd_pdrop: Rate.default(0.1),
  pad_token_id: TokenId,
  bos_token_id: TokenId,
  eos_token_id: TokenId,
  scale_attn_weights: z.literal(true).default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
  tie_word_embeddings: z.literal(true).default(true),
  architectures: z.array(z.string()).nullish(),
  num_labels: Size.nullish(),
  id2label: z.record(z.string(), z.string()).nullish(),
  plaudit: z
    .looseObject({
      window: z.int().nonnegative().optional(),
      architecture: z.enum(["gpt1", "gpt2", "gpt3"]).optional(),
    })
    .optional(),
});

/** Reads config.json of `gpt2`, `openai-gpt` or our banded GPT-3. Throws what this network cannot represent. */
export function gptFromHuggingFace(json: unknown, where?: string): GptConfig {
  const result = Gpt2Json.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new DataError(`config.json: ${issue!.path.join(".") || "the file"}: ${issue!.message}`, {
      code: "bad-model-config",
      where,
    });
  }
  const c = result.data;
  const activation = c.activation_function ?? (c.model_type === "openai-gpt" ? (c.afn ?? "gelu") : "gelu_new");
  // OpenAI's "gelu" of GPT-1 is the tanh form too.
  if (activation !== "gelu_new" && !(c.model_type === "openai-gpt" && activation === "gelu")) {
    throw new DataError(`config.json: activation ${activation} is not supported here, only gelu_new`, {
      code: "bad-model-config",
      where,
    });
  }
  return {
    architecture:
      c.plaudit?.architecture ??
      ({ gpt2: "gpt2", "openai-gpt": "gpt1", "plaudit-gpt3": "gpt3" } as const)[c.model_type],
    vocabSize: c.vocab_size,
    context: c.n_positions,
    layers: c.n_layer,
    heads: c.n_head,
    dim: c.n_embd,
    feedForward: c.n_inner ?? 4 * c.n_embd,
    epsilon: c.layer_norm_epsilon,
    initializerRange: c.initializer_range,
    residualDropout: c.resid_pdrop,
    attentionDropout: c.attn_pdrop,
    embeddingDropout: c.embd_pdrop,
    window: c.plaudit?.window ?? 0,
    labels: labelsFromHuggingFace(c),
    padId: c.pad_token_id ?? undefined,
    bosId: c.bos_token_id ?? undefined,
    eosId: c.eos_token_id ?? undefined,
  };
}

export function gptToHuggingFace(c: GptConfig, head: Head): Record<string, unknown> {
  const type = c.window > 0 ? "plaudit-gpt3" : c.architecture === "gpt1" ? "openai-gpt" : "gpt2";
  const family = c.architecture === "gpt1" ? "OpenAIGPT" : "GPT2";
  return {
    architectures: [`${family}${head === "lm" ? "LMHeadModel" : "ForSequenceClassification"}`],
    model_type: type,
    ...(type === "openai-gpt" ? { afn: "gelu" } : { activation_function: "gelu_new" }),
    vocab_size: c.vocabSize,
    n_positions: c.context,
    n_ctx: c.context,
    n_embd: c.dim,
    n_layer: c.layers,
    n_head: c.heads,
    n_inner: c.feedForward === 4 * c.dim ? null : c.feedForward,
    layer_norm_epsilon: c.epsilon,
    initializer_range: c.initializerRange,
    resid_pdrop: c.residualDropout,
    attn_pdrop: c.attentionDropout,
    embd_pdrop: c.embeddingDropout,
    ...(head === "score" ? labelsToHuggingFace(c.labels) : {}),
    pad_token_id: c.padId ?? null,
    bos_token_id: c.bosId ?? null,
    eos_token_id: c.eosId ?? null,
    tie_word_embeddings: true,
    torch_dtype: "float32",
    ...(c.window > 0 || c.architecture === "gpt3"
      ? { plaudit: { architecture: c.architecture, window: c.window } }
      : {}),
  };
}
