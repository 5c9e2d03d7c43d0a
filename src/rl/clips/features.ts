/**
 * What reward predictors see of a step: the observation as the policy's codec has it, and, if they are to, the action,
 * one-hot if it is discrete.
 *
 * Departs from Christiano et al. 2017, whose predictors always see it: of few labels much is lost to what an action seems to
 * be worth where it changes nothing (docs/algorithms/rl-clips.md), and clips show states.
 */
import { UsageError } from "../../base/index.ts";
import type { Space } from "../../envs/index.ts";
import type { Clip } from "../../feedback/index.ts";
import { actionCodec, observationCodec } from "../codec.ts";

export interface StepCodec {
  /** Numbers of an observation and of an action as the environment has them. */
  readonly observationWidth: number;
  readonly actionWidth: number;
  /** Numbers of both together as predictors see them. */
  readonly width: number;
  /** n steps of observations [n, observationWidth] and actions [n, actionWidth] → [n, width]. */
  write(observations: ArrayLike<number>, actions: ArrayLike<number>, into: Float32Array): void;
  /** One clip → [k, width]. */
  encode(clip: Clip): Float32Array<ArrayBuffer>;
}

/**
 * @param withActions predictors see actions, not states alone
 * @throws UsageError `unsupported-space`
 */
export function stepCodec(observations: Space, actions: Space, withActions: boolean): StepCodec {
  const seen = observationCodec(observations);
  const observationWidth = observations.kind === "discrete" ? 1 : seen.width;
  const actionWidth = actionCodec(actions).width;
  const choices = actions.kind === "discrete" ? actions : undefined;
  if (!choices && actions.kind !== "box") {
    throw new UsageError(`clips of behaviour need actions that are a box or a discrete number, not ${actions.kind}`, {
      code: "unsupported-space",
      help: "wrap the environment so that they are",
    });
  }
  const done = withActions ? (choices?.n ?? actionWidth) : 0;
  const width = seen.width + done;
  let scratch = new Float32Array(0);
  const codec: StepCodec = {
    observationWidth,
    actionWidth,
    width,
    write(observed, acted, into) {
      const n = acted.length / actionWidth;
      if (scratch.length !== n * seen.width) scratch = new Float32Array(n * seen.width);
      seen.write(observed, scratch);
      for (let i = 0; i < n; i++) {
        const at = i * width;
        into.set(scratch.subarray(i * seen.width, (i + 1) * seen.width), at);
        for (let j = 0; j < done; j++) {
          const x = choices ? Number(acted[i] === choices.start + j) : acted[i * actionWidth + j]!;
          into[at + seen.width + j] = x;
        }
      }
    },
    encode(clip) {
      const rows = new Float32Array(clip.observations.length * width);
      codec.write(clip.observations.flat(), clip.actions.flat(), rows);
      return rows;
    },
  };
  return codec;
}
