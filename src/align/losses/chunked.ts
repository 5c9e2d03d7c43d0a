import { gradients } from "../../engine/grad/index.ts";
import {
  add,
  concat,
  crossEntropy,
  dims,
  matmul,
  mul,
  slice,
  sum,
  type Tensor,
  zeros,
} from "../../engine/graph/index.ts";

export interface ChunkedInputs {
  /** Last hidden states, [N, D]. */
  readonly hidden: Tensor;
  /** Output embedding, [V, D]. */
  readonly weight: Tensor;
  /** [N], integers. */
  readonly targets: Tensor;
  /** [N] of `tokenWeights`. */
  readonly weights: Tensor;
  /** Tokens whose logits exist at one time. */
  readonly chunkSize: number;
  /** A gradient that that of `weight` is added to. */
  readonly into?: Tensor;
}

export interface ChunkedOutputs {
  readonly loss: Tensor;
  /** [N, D] */
  readonly gradHidden: Tensor;
  /** [V, D] */
  readonly gradWeight: Tensor;
}

/**
 * Cross-entropy of hidden · weightᵀ with its gradients, without ever holding all logits: the loss is a sum over tokens,
 * so each chunk's gradients can be taken at once and its logits forgotten. The gradients begin the backward pass of what
 * made `hidden` (`seed`); equal to the whole loss for every chunk size.
 */
export function chunkedCrossEntropy(x: ChunkedInputs): ChunkedOutputs {
  const { N } = dims(x.hidden, "N D");
  const losses: Tensor[] = [];
  const gradHidden: Tensor[] = [];
  let gradWeight = x.into;
  for (let start = 0; start < N; start += x.chunkSize) {
    const rows = (t: Tensor) => slice(t, { 0: [start, Math.min(start + x.chunkSize, N)] });
    const hidden = rows(x.hidden); // [C, D]
    const logits = matmul(hidden, x.weight, { transposeB: true }); // [C, V]
    const loss = sum(mul(crossEntropy(logits, rows(x.targets)), rows(x.weights)));
    const into = gradWeight === undefined ? {} : { into: [zeros(hidden.shape), gradWeight] };
    const [dHidden, dWeight] = gradients(loss, [hidden, x.weight], into);
    losses.push(loss);
    gradHidden.push(dHidden!);
    gradWeight = dWeight;
  }
  return { loss: losses.reduce((a, b) => add(a, b)), gradHidden: concat(gradHidden), gradWeight: gradWeight! };
}
