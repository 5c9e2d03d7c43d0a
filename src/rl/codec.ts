import { allocate, UsageError } from "../base/index.ts";
import { add, constant, floats, ints, maximum, minimum, mul, type Spec, type Tensor } from "../engine/index.ts";
import type { Space, VectorEnv } from "../envs/index.ts";

/** A vector environment whose spaces the codecs know: numbers go in, and a codec reads what comes out. */
export interface Known {
  reset(how: { readonly seed?: number }): readonly [observations: unknown, infos: unknown];
  step(
    actions: ArrayLike<number>,
  ): readonly [
    observations: unknown,
    rewards: Float64Array,
    terminated: Uint8Array,
    truncated: Uint8Array,
    infos: Readonly<Record<string, unknown>>,
  ];
}
export const known = (env: VectorEnv): Known => env as unknown as Known;

/** What a network sees of the observations of a vector environment. */
export interface ObservationCodec {
  /** Numbers an observation. */
  readonly width: number;
  /** How many of these layers see. Those behind them, if any, are the mask of possible actions (`maskedObservation`). */
  readonly features: number;
  /** n observations as the environment batches them → [n, width]. */
  write(batch: unknown, into: Float32Array): void;
}

/** A box as it is, flat; one of n as n numbers of which one is 1; with a mask behind it where there is one. */
export function observationCodec(space: Space): ObservationCodec {
  if (space.kind === "dict") return maskedCodec(space);
  if (space.kind === "box") {
    const width = space.low.length;
    return {
      width,
      features: width,
      write: (batch, into) => into.set(batch as ArrayLike<number>),
    };
  }
  if (space.kind === "discrete") {
    const { n, start } = space;
    return {
      width: n,
      features: n,
      write(batch, into) {
        into.fill(0);
        const states = batch as ArrayLike<number>;
        for (let i = 0; i < states.length; i++) into[i * n + states[i]! - start] = 1;
      },
    };
  }
  if (space.kind === "multi-binary") {
    const { n } = space;
    return { width: n, features: n, write: (batch, into) => into.set(batch as Uint8Array) };
  }
  throw unsupported("observations", space);
}

function maskedCodec(space: Space & { kind: "dict" }): ObservationCodec {
  const { observation, actionMask } = space.spaces;
  if (!observation || actionMask?.kind !== "multi-binary" || Object.keys(space.spaces).length > 2) {
    throw unsupported("observations", space);
  }
  const inner = observationCodec(observation);
  const { features } = inner;
  const width = features + actionMask.n;
  const plain = reused((n) => new Float32Array(n * features));
  return {
    width,
    features,
    write(batch, into) {
      const { observation: seen, actionMask: mask } = batch as { observation: unknown; actionMask: Uint8Array };
      const n = into.length / width;
      const rows = plain(n);
      inner.write(seen, rows);
      for (let i = 0; i < n; i++) {
        into.set(rows.subarray(i * features, (i + 1) * features), i * width);
        into.set(mask.subarray(i * actionMask.n, (i + 1) * actionMask.n), i * width + features);
      }
    },
  };
}

/** What the environment is told of what a policy said. */
export interface ActionCodec {
  /** Numbers an action, as the policy says it. */
  readonly width: number;
  /** n actions in a graph. */
  spec(n: number): Spec;
  allocate(n: number): Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** Continuous ones are clipped to the bounds (Huang et al. 2022, detail 27). The array is used again. */
  forEnv(actions: ArrayLike<number>): ArrayLike<number>;
  /** The same in a graph, of actions [n] or [n, a]. */
  inGraph(actions: Tensor): Tensor;
}

export function actionCodec(space: Space): ActionCodec {
  switch (space.kind) {
    case "discrete": {
      const { start } = space;
      const shifted = reused((n) => new Int32Array(n));
      return {
        width: 1,
        spec: (n) => ints(n),
        allocate: (n) => allocate("int32", n),
        forEnv(actions) {
          if (start === 0) return actions;
          const out = shifted(actions.length);
          for (let i = 0; i < out.length; i++) out[i] = actions[i]! + start;
          return out;
        },
        inGraph: (actions) => (start === 0 ? actions : add(actions, start)),
      };
    }
    case "multi-discrete":
    case "multi-binary": {
      const width = space.kind === "multi-discrete" ? space.nvec.length : space.n;
      return {
        width,
        spec: (n) => ints(n, width),
        allocate: (n) => allocate("int32", n * width),
        forEnv: (actions) => actions,
        inGraph: (actions) => actions,
      };
    }
    case "box": {
      const { low, high } = space;
      const width = low.length;
      const clipped = reused((n) => new Float32Array(n));
      return {
        width,
        spec: (n) => floats(n, width),
        allocate: (n) => allocate("float32", n * width),
        forEnv(actions) {
          const out = clipped(actions.length);
          for (let i = 0; i < out.length; i++) {
            out[i] = Math.min(high[i % width]!, Math.max(low[i % width]!, actions[i]!));
          }
          return out;
        },
        inGraph: (actions) => minimum(row(high), maximum(row(low), actions)),
      };
    }
    default:
      throw unsupported("actions", space);
  }
}

/**
 * For networks whose actions end in tanh: [−1, 1] becomes the bounds of the space, which must be finite.
 *
 * @throws UsageError `unsupported-space`
 */
export function scaledActionCodec(space: Space): ActionCodec {
  if (space.kind !== "box" || ![...space.low, ...space.high].every(Number.isFinite)) {
    throw new UsageError("wanted actions in a box with finite bounds", {
      code: "unsupported-space",
      help: "wrap the environment (rescaleAction), or take an algorithm for the actions it has: dqn, ppo",
    });
  }
  const { low, high } = space;
  const width = low.length;
  const scaled = reused((n) => new Float32Array(n));
  return {
    width,
    spec: (n) => floats(n, width),
    allocate: (n) => allocate("float32", n * width),
    forEnv(actions) {
      const out = scaled(actions.length);
      for (let i = 0; i < out.length; i++) {
        const j = i % width;
        out[i] = low[j]! + 0.5 * (actions[i]! + 1) * (high[j]! - low[j]!);
      }
      return out;
    },
    inGraph(actions) {
      const half = Float32Array.from(low, (from, j) => 0.5 * (high[j]! - from));
      return add(row(low), mul(add(actions, 1), row(half)));
    },
  };
}

/** The same numbers for every row of a graph. */
const row = (numbers: ArrayLike<number>): Tensor => constant(Float32Array.from(numbers), "float32", [numbers.length]);

/** One array a length, so that a step allocates nothing. */
function reused<A>(make: (length: number) => A): (length: number) => A {
  const arrays = new Map<number, A>();
  return (length) => {
    const known = arrays.get(length) ?? make(length);
    arrays.set(length, known);
    return known;
  };
}

const unsupported = (what: string, { kind }: Space) =>
  new UsageError(`${what} of kind ${kind} have no policy`, {
    code: "unsupported-space",
    help: "wrap the environment so that they are a box or a discrete number (flattenObservation, discretizeAction)",
  });
