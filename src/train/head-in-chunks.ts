import { sizeOf, type TypedArray } from "../base/index.ts";
import { mul, sum, type Tensor } from "../engine/index.ts";
import type { Dropout, Params } from "../nn/index.ts";
import { type Batch, ndarray } from "./batch.ts";
import type { Learner, Loss, Outputs, StepOptions } from "./learner.ts";

type Inputs = Readonly<Record<string, Tensor>>;

/** A loss over tokens in two parts, so that the second can be taken of few tokens at a time. */
export interface HeadedLoss {
  /** Hidden states of a batch, [N, D]. */
  body(params: Params, batch: Inputs, dropout: Dropout): Tensor;
  /** Of some of the tokens: hidden [C, D] and the arrays of `perToken`, [C]. All outputs are sums over tokens. */
  head(params: Params, batch: Inputs & { readonly hidden: Tensor }): ReturnType<Loss>;
  /** Arrays of the batch that have one entry a token, [N]. */
  readonly perToken: readonly string[];
}

/**
 * Gradients of a loss whose widest values, the logits [N, V], never exist as a whole: the head runs, forward and
 * backward, over `tokens` tokens at a time, and its gradient by the hidden states then starts the body's backward pass.
 *
 * Costs a second forward pass of the body, whose values are not kept meanwhile. Equal to the whole loss but for the
 * order of the sums.
 */
export function headInChunks({ body, head, perToken }: HeadedLoss, tokens: number) {
  const states = (params: Params, batch: Inputs, dropout: Dropout) => ({ hidden: body(params, batch, dropout) });
  const chunk: Loss = (params, batch) => head(params, batch as Parameters<HeadedLoss["head"]>[1]);
  /** Its gradient is the body's, weighed by the seed: d Σ h·s = Σ s·dh. */
  const seeded: Loss = (params, { seed, ...batch }, dropout) => ({
    loss: sum(mul(body(params, batch, dropout), seed!)),
  });

  return async (learner: Learner, batch: Batch, options: StepOptions = {}): Promise<Outputs> => {
    const rest = Object.fromEntries(Object.entries(batch).filter(([name]) => !perToken.includes(name)));
    const { hidden } = await learner.trainingForward(states, rest, options);
    const N = sizeOf(batch[perToken[0]!]!.shape);
    const D = hidden!.length / N;
    const seed = ndarray("float32", [N, D]);
    const totals: Record<string, Float32Array<ArrayBuffer>> = {};
    for (let start = 0; start < N; start += tokens) {
      const end = Math.min(start + tokens, N);
      const part: Record<string, Batch[string]> = {
        hidden: { dtype: "float32", shape: [end - start, D], data: rowsOf(hidden!, D, start, end) },
      };
      for (const name of perToken) {
        const { dtype, data } = batch[name]!;
        part[name] = { dtype, shape: [end - start], data: rowsOf(data, 1, start, end) };
      }
      const outputs = await learner.forwardBackward(chunk, part, { by: ["hidden"] });
      seed.data.set(outputs["gradient by hidden"]!, start * D);
      for (const [name, values] of Object.entries(outputs)) {
        if (values.length === 1) totals[name] = Float32Array.of((totals[name]?.[0] ?? 0) + values[0]!);
      }
    }
    await learner.forwardBackward(seeded, { ...rest, seed }, options);
    return totals;
  };
}

const rowsOf = <A extends TypedArray>(data: A, width: number, start: number, end: number): A =>
  data.subarray(start * width, end * width) as A;
