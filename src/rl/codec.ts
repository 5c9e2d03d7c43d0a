import { allocate, UsageError } from "../base/index.ts";
import { floats, ints, type Spec } from "../engine/index.ts";
import type { Space } from "../envs/index.ts";

/** What a network sees of the observations of a vector environment. */
export interface ObservationCodec {
  /** Numbers an observation. */
  readonly width: number;
  /** n observations as the environment batches them → [n, width]. */
  write(batch: unknown, into: Float32Array): void;
}

/** A box as it is, flat; one of n as n numbers of which one is 1. */
export function observationCodec(space: Space): ObservationCodec {
  if (space.kind === "box") {
    return {
      width: space.low.length,
      write: (batch, into) => into.set(batch as ArrayLike<number>),
    };
  }
  if (space.kind === "discrete") {
    const { n, start } = space;
    return {
      width: n,
      write(batch, into) {
        into.fill(0);
        const states = batch as ArrayLike<number>;
        for (let i = 0; i < states.length; i++) into[i * n + states[i]! - start] = 1;
      },
    };
  }
  throw unsupported("observations", space);
}

/** What the environment is told of what a policy said. */
export interface ActionCodec {
  /** Numbers an action, as the policy says it. */
  readonly width: number;
  /** n actions in a graph. */
  spec(n: number): Spec;
  allocate(n: number): Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  noiseShape(n: number): readonly number[];
  /** Continuous ones are clipped to the bounds (Huang et al. 2022, detail 27). The array is used again. */
  forEnv(actions: ArrayLike<number>): ArrayLike<number>;
}

export function actionCodec(space: Space): ActionCodec {
  if (space.kind === "discrete") {
    const shifted = new Map<number, Int32Array>();
    return {
      width: 1,
      spec: (n) => ints(n),
      allocate: (n) => allocate("int32", n),
      noiseShape: (n) => [n, space.n],
      forEnv(actions) {
        if (space.start === 0) return actions;
        const out = shifted.get(actions.length) ?? new Int32Array(actions.length);
        shifted.set(actions.length, out);
        for (let i = 0; i < out.length; i++) out[i] = actions[i]! + space.start;
        return out;
      },
    };
  }
  if (space.kind === "box") {
    const width = space.low.length;
    const clipped = new Map<number, Float32Array>();
    return {
      width,
      spec: (n) => floats(n, width),
      allocate: (n) => allocate("float32", n * width),
      noiseShape: (n) => [n, width],
      forEnv(actions) {
        const out = clipped.get(actions.length) ?? new Float32Array(actions.length);
        clipped.set(actions.length, out);
        for (let i = 0; i < out.length; i++) {
          out[i] = Math.min(space.high[i % width]!, Math.max(space.low[i % width]!, actions[i]!));
        }
        return out;
      },
    };
  }
  throw unsupported("actions", space);
}

const unsupported = (what: string, { kind }: Space) =>
  new UsageError(`${what} of kind ${kind} have no policy`, {
    code: "unsupported-space",
    help: "wrap the environment so that they are a box or a discrete number (FlattenObservation, DiscretizeAction)",
  });
