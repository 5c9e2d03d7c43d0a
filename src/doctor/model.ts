/** What can be said of a model folder: its tokenizer and its weights. */
import { type Finding, percent } from "./finding.ts";

/** Ids of the tokenizer's tokens that have a part to play. */
export interface SpecialTokens {
  readonly pad?: number | undefined;
  readonly eos?: number | undefined;
}

/** Pad and end are one token. Nothing here masks by the pad's id, so it only warns of what other tools do. */
export function padIsEos({ pad, eos }: SpecialTokens): Finding[] {
  if (pad === undefined || pad !== eos) return [];
  return [
    {
      code: "pad-is-eos",
      level: "warn",
      number: pad,
      message: `the tokenizer pads with its end token (id ${pad})`,
      cause:
        "tools that leave the pad token out of the loss then never teach the end, and those that look for a reward model's last real token stop one too early; Plaudit goes by position and does neither",
      fix: "name a pad_token of its own in tokenizer_config.json before the model is used elsewhere",
    },
  ];
}

/** No token ends an answer. `ends` are the ids at which generation stops. */
export function endless(ends: readonly (number | undefined)[]): Finding[] {
  if (ends.some((id) => id !== undefined)) return [];
  return [
    {
      code: "no-end-token",
      level: "warn",
      number: 0,
      message: "the tokenizer names no end token, and its chat template ends no turn with a special token",
      cause: "the model cannot stop by itself: every answer is as long as it may be",
      fix: "name an eos_token in tokenizer_config.json",
    },
  ];
}

/** Numbers that are NaN or infinite among the weights, by tensor. */
export function brokenWeights(tensors: Iterable<readonly [name: string, data: ArrayLike<number>]>): Finding[] {
  let [broken, total] = [0, 0];
  let first: string | undefined;
  for (const [name, data] of tensors) {
    total += data.length;
    for (let i = 0; i < data.length; i++) {
      if (Number.isFinite(data[i])) continue;
      broken++;
      first ??= name;
    }
  }
  if (broken === 0) return [];
  return [
    {
      code: "broken-weights",
      level: "stop",
      number: broken / total,
      message: `${broken} of ${total} weights (${percent(broken / total)}) are NaN or infinite, the first in ${first}`,
      cause: "the run that made them went on after its numbers had overflowed, or the file is damaged",
      fix: "take an earlier checkpoint, or get the file again",
    },
  ];
}
