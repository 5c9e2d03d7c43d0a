import type { Tensor } from "../graph/index.ts";
import { checkedIndex } from "./checks.ts";
import { at, make, offset, type Value } from "./value.ts";

type Node = Tensor<"cachedAttention">;

/** The position of row b's first new token: a whole prompt begins its row, later tokens end at `lengths[b]`. */
function firstPosition(b: number, S: number, lengths: Value, total: Value): number {
  return S > 1 && total.data[0] === S ? 0 : lengths.data[b]! + 1 - S;
}

/** The cache [B, G, M, D] after the new keys (or values) [B, S, G·D] are written at their positions. */
export function updatedCache(past: Value, added: Value, lengths: Value, total: Value, t: Node): Float64Array {
  const [B, G, M, D] = past.shape as [number, number, number, number];
  const S = added.shape[1]!;
  const cache = Float64Array.from(past.data);
  for (let b = 0; b < B; b++) {
    for (let s = 0; s < S; s++) {
      const position = checkedIndex(firstPosition(b, S, lengths, total) + s, M, t);
      for (let g = 0; g < G; g++) {
        for (let d = 0; d < D; d++) {
          cache[offset(past.shape, [b, g, position, d])] = at(added, [b, s, g * D + d]);
        }
      }
    }
  }
  return cache;
}

/** softmax(scale · q kᵀ) v over the keys at and before each new token, at most `window` of them. */
export function attend(query: Value, keys: Value, values: Value, lengths: Value, total: Value, t: Node): Float64Array {
  const { heads, kvHeads, scale, window } = t.attributes;
  const S = query.shape[1]!;
  const D = query.shape[2]! / heads;
  return make(t.shape, ([b, s, column]) => {
    const head = Math.floor(column! / D);
    const group = Math.floor(head / (heads / kvHeads));
    const position = firstPosition(b!, S, lengths, total) + s!;
    const first = window > 0 ? Math.max(0, position - window + 1) : 0;
    const scores = Array.from({ length: position - first + 1 }, (_, j) => {
      let dot = 0;
      for (let d = 0; d < D; d++) dot += at(query, [b!, s!, head * D + d]) * at(keys, [b!, group, first + j, d]);
      return scale * dot;
    });
    const largest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - largest));
    const sum = weights.reduce((a, w) => a + w, 0);
    return weights.reduce((y, w, j) => y + (w / sum) * at(values, [b!, group, first + j, column! % D]), 0);
  });
}

/** The weights [B, H, T, T] of `causalAttention`. */
export function causalWeights(query: Value, key: Value, heads: number): Value {
  const [B, T, width] = query.shape as [number, number, number];
  const D = width / heads;
  const scores = make([B, heads, T, T], ([b, h, i, j]) => {
    if (j! > i!) return Number.NEGATIVE_INFINITY;
    let dot = 0;
    for (let c = h! * D; c < (h! + 1) * D; c++) dot += at(query, [b!, i!, c]) * at(key, [b!, j!, c]);
    return dot / Math.sqrt(D);
  });
  for (let start = 0; start < scores.length; start += T) {
    const row = scores.subarray(start, start + T);
    const largest = row.reduce((a, x) => Math.max(a, x));
    const powers = row.map((x) => Math.exp(x - largest));
    const sum = powers.reduce((a, x) => a + x);
    row.set(powers.map((x) => x / sum));
  }
  return { shape: [B, heads, T, T], data: scores };
}

/** The values [B, T, H·D] of the keys, mixed by the weights of each head. */
export function mixed(weights: Value, value: Value): Float64Array {
  const [, T, width] = value.shape as [number, number, number];
  const D = width / weights.shape[1]!;
  return make(value.shape, ([b, i, c]) => {
    const h = Math.floor(c! / D);
    let sum = 0;
    for (let j = 0; j < T; j++) sum += at(weights, [b!, h, i!, j]) * at(value, [b!, j, c!]);
    return sum;
  });
}
