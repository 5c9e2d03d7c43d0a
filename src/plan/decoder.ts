/**
 * What a decoder costs before it is built: parameters (exact), floating-point operations, memory, time.
 *
 * Operations: a matrix product of a token with a weight matrix is one multiplication and one addition per weight, so
 * 2 per weight forward and 4 more backward; attention adds 4·L·H·Q·T forward (queries with keys, weights with values).
 * That is 6N + 12·L·H·Q·T a token in training (Chowdhery et al. 2022, arXiv:2204.02311, appendix B; the same counts in
 * Hoffmann et al. 2022, arXiv:2203.15556, appendix F). N counts the weights that multiply: the head does, looking up an
 * embedding does not. Causality is not subtracted, as in PaLM: the whole T×T square is computed.
 *
 * Activations: what the backward pass reads, per layer and token (Korthikanti et al. 2022, arXiv:2205.05198, section
 * 4.1, without dropout masks): inputs of both norms and of the four products, q, k, v, the attention weights, and the
 * feed-forward's inner values.
 */
export interface DecoderConfig {
  /** gpt1: post-norm, no final norm. gpt2, gpt3: pre-norm. llama: RMSNorm, rotary positions, gated, no biases. */
  readonly architecture: "gpt1" | "gpt2" | "gpt3" | "llama";
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; fewer than `heads` means grouped-query attention (llama only). */
  readonly kvHeads: number;
  readonly dim: number;
  /** Width of the feed-forward layer. */
  readonly ff: number;
  readonly vocab: number;
  readonly context: number;
  /** Whether the head is the transposed embedding. */
  readonly tied: boolean;
}

export interface PlanOptions {
  /** Rows per forward pass. */
  readonly batch: number;
  /** Tokens per row; the model's context when absent. */
  readonly context?: number;
  /** `adamw` keeps two moments per parameter, `sgd` none; `none` means that nothing is trained. */
  readonly optimizer: "adamw" | "sgd" | "none";
  /** Keep only each layer's input and compute the rest again in the backward pass. */
  readonly checkpointing?: boolean;
  /** Passes that run side by side, each with a gradient, activations and logits of its own. Default 1. */
  readonly lanes?: number;
  /** Tokens whose logits exist at one time. Default: all of a pass. */
  readonly logitTokens?: number | undefined;
  /** Models of this size that learn, one after the other in a lane, and that are only read. Default 1 and 0. */
  readonly models?: { readonly learning: number; readonly reading: number };
}

/** Bytes, float32 throughout. */
export interface Memory {
  readonly weights: number;
  readonly gradients: number;
  readonly moments: number;
  readonly activations: number;
  /** One copy a pass: softmax and gradient overwrite them. */
  readonly logits: number;
  readonly total: number;
}

export interface PlanReport {
  readonly config: DecoderConfig;
  readonly batch: number;
  readonly context: number;
  readonly lanes: number;
  readonly models: { readonly learning: number; readonly reading: number };
  readonly parameters: { readonly total: number; readonly embeddings: number; readonly multiplying: number };
  /** Floating-point operations per token. */
  readonly flops: { readonly forward: number; readonly training: number };
  readonly memory: Memory;
  /** Bytes of keys and values while generating `batch` rows of `context` tokens. */
  readonly kvCache: number;
}

const float32 = 4;

export function planDecoder(config: DecoderConfig, options: PlanOptions): PlanReport {
  const { batch, context = config.context, optimizer, checkpointing = false, lanes = 1 } = options;
  const { models = { learning: 1, reading: 0 }, logitTokens = batch * context } = options;
  const parameters = countParameters(config);
  const forward = 2 * parameters.multiplying + 4 * config.layers * config.dim * context;
  const trains = optimizer !== "none";
  const perModel = parameters.total * float32;
  const activations = batch * context * activationsPerToken(config, context, checkpointing) * float32;
  const memory = {
    weights: (models.learning + models.reading) * perModel,
    gradients: trains ? models.learning * lanes * perModel : 0,
    moments: optimizer === "adamw" ? models.learning * 2 * perModel : 0,
    activations: trains ? lanes * activations : 0,
    logits: (trains ? lanes * Math.min(logitTokens, batch * context) : batch) * config.vocab * float32,
  };
  return {
    config,
    batch,
    context,
    lanes,
    models,
    parameters,
    flops: { forward, training: 3 * forward },
    memory: { ...memory, total: Object.values(memory).reduce((a, b) => a + b) },
    kvCache: 2 * config.layers * kvWidth(config) * context * batch * float32,
  };
}

const kvWidth = ({ dim, heads, kvHeads }: DecoderConfig) => (dim / heads) * kvHeads;

function countParameters(config: DecoderConfig): PlanReport["parameters"] {
  const { architecture, layers, dim, ff, vocab, context, tied } = config;
  const isLlama = architecture === "llama";
  const attention = 2 * dim * dim + 2 * dim * kvWidth(config); // q and output; k and v
  const feedForward = (isLlama ? 3 : 2) * dim * ff; // gate, up, down; or up, down
  const biases = isLlama ? 0 : 2 * dim + 2 * kvWidth(config) + ff + dim;
  const norm = isLlama ? dim : 2 * dim;
  const finalNorm = architecture === "gpt1" ? 0 : norm;
  const embeddings = vocab * dim + (isLlama ? 0 : context * dim);
  const head = vocab * dim;
  return {
    total: embeddings + (tied ? 0 : head) + layers * (attention + feedForward + biases + 2 * norm) + finalNorm,
    embeddings,
    multiplying: layers * (attention + feedForward) + head,
  };
}

/** Values kept for the backward pass, per token, over all layers. */
function activationsPerToken(config: DecoderConfig, context: number, checkpointing: boolean): number {
  const { architecture, layers, heads, dim, ff } = config;
  const inner = architecture === "llama" ? 3 * ff : 2 * ff;
  const layer = 6 * dim + 2 * kvWidth(config) + heads * context + inner;
  return checkpointing ? layers * dim + layer : layers * layer;
}
