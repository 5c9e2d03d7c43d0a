/**
 * The reward predictor (Christiano et al. 2017, sections 2.2.1 and 2.2.3): several small networks on (observation, action),
 * each fitted to its own sample of the answers; the reward is the mean of their outputs, each of which is brought to mean 0
 * and deviation 1 over the clips that were asked about.
 *
 * Departs from the paper: samples are the online bootstrap's (bootstrap.ts), whose left-out third validates; inputs are
 * brought to mean 0 and deviation 1; no dropout.
 */
import { stream } from "../../base/index.ts";
import {
  add,
  compile,
  div,
  floats,
  mul,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "../../engine/index.ts";
import { initialWeights, type ParameterSpec, type Params, setWeights } from "../../nn/index.ts";
import { adam } from "../../optim/index.ts";
import type { CheckpointFiles } from "../../run/index.ts";
import { mean, std } from "../../stats/index.ts";
import { optimizerFile, restoreOptimizer, tensorsOf } from "../checkpoint.ts";
import { fused, optimized, paramsIn } from "../fused.ts";
import { averages } from "../minibatch.ts";
import { mlp } from "../mlp.ts";
import { timesSeen } from "./bootstrap.ts";
import { preferenceError, preferenceLoss } from "./preference.ts";
import { adaptedDecay } from "./weight-decay.ts";

export interface EnsembleOptions {
  /** Numbers of a step. */
  readonly width: number;
  /** Steps of a clip. */
  readonly k: number;
  readonly members: number;
  readonly hidden: readonly number[];
  /** Outputs between −1 and 1 before they are normalised. */
  readonly bounded: boolean;
  readonly learningRate: number;
  /** Pairs an update. */
  readonly batchSize: number;
  /** Of answers that are a coin's. */
  readonly noise: number;
  readonly seed: number;
}

/** A pair that somebody could tell. */
export interface Example {
  readonly pair: string;
  /** Steps as predictors see them, [k, width]. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  /** μ(left) */
  readonly preferred: number;
}

export interface Fit {
  /** Means over the members. */
  readonly trainLoss: number;
  /** NaN where a member holds nothing out. */
  readonly validationLoss: number;
  /** Share of held-out pairs, ties aside, whose better clip has the larger sum; NaN without any. */
  readonly accuracy: number;
  /** Coefficient of ½‖W‖². */
  readonly decay: number;
}

export interface Ensemble {
  /** Goes on with the same weights: so many passes over the examples, then the scales and the weight decay. */
  fit(examples: readonly Example[], passes: number, round: number): Fit;
  /** Reward of each of the rows [n, width], into [n]. 0 before the first fit. */
  rewards(rows: Float32Array, into: Float64Array): void;
  /** Each member's sum over each clip [k, width], normalised as rewards are: [clips][members]. */
  sums(clips: readonly Float32Array[]): number[][];
  files(): CheckpointFiles;
  restore(files: CheckpointFiles): void;
  dispose(): void;
}

interface State {
  readonly updates: number;
  readonly decays: readonly number[];
  readonly isFitted: boolean;
}

export function rewardEnsemble(options: EnsembleOptions): Ensemble {
  const { width, k, members, hidden, bounded, learningRate, noise, seed } = options;
  const B = options.batchSize;
  const each = Array.from({ length: members }, (_, m) => m);
  const networks = each.map((m) => {
    const names = [...hidden.map((_, i) => `${m}.fc${i + 1}`), `${m}.out`];
    return mlp(names, [width, ...hidden, 1], "leaky-relu", "torch");
  });
  const specs = networks.flatMap((network) => network.specs);
  const scales: readonly ParameterSpec[] = [
    { name: "input.mean", shape: [width], init: 0 },
    { name: "input.std", shape: [width], init: 1 },
    { name: "output.mean", shape: [members], init: 0 },
    { name: "output.std", shape: [members], init: 1 },
  ];
  const state = optimized(initialWeights(specs, seed), adam());
  const { weights } = state;
  const scaling = initialWeights(scales, seed);
  const scale = (name: string) => scaling.arrays.get(name)!.data;
  const decays = each.map(() => 1e-4);
  let isFitted = false;

  /** Rewards as the networks have them: rows [n, width] → [n] a member. */
  const outputs = (params: Params, x: Tensor, m: number): Tensor => {
    const rows = x.shape[0]!;
    const out = reshape(networks[m]!.forward(params, x), [rows]);
    return bounded ? tanh(out) : out;
  };
  const scaled = (flat: Tensor, x: Tensor): Tensor => {
    const at = paramsIn(flat, scaling.parameters);
    return div(sub(x, at["input.mean"]!), at["input.std"]!);
  };
  const sizes = { weights: floats(weights.flat.length), scaling: floats(scaling.flat.length) };
  const buffers = { weights: weights.flat, scaling: scaling.flat };
  const compileOutputs = (n: number) =>
    compile<Record<string, ReturnType<typeof floats>>, string>(
      (x) => {
        const rows = scaled(x.scaling!, x.rows!);
        const params = paramsIn(x.weights!, weights.parameters);
        return Object.fromEntries(each.map((m) => [String(m), outputs(params, rows, m)]));
      },
      { ...sizes, rows: floats(n, width) },
      { buffers, threads: 1 },
    );
  const compiled = new Map<number, ReturnType<typeof compileOutputs>>();
  /** Of rows [n, width]: [members][n], in memory that is used again. */
  const outputsOf = (rows: Float32Array): Float32Array[] => {
    const n = rows.length / width;
    const executable = compiled.get(n) ?? compileOutputs(n);
    compiled.set(n, executable);
    (executable.inputs.rows as Float32Array).set(rows);
    executable.run();
    return each.map((m) => executable.float(String(m)));
  };

  const update = fused(
    state,
    { rows: [members, 2 * B * k, width], preferred: [members, B], decays: [members], scaling: [scaling.flat.length] },
    (params, x) => {
      const losses = each.map((m) => {
        const rows = reshape(slice(x.rows, { 0: [m, m + 1] }), [2 * B * k, width]);
        const rewards = reshape(outputs(params, scaled(x.scaling, rows), m), [2, B, k]);
        const sums = sum(rewards, { axis: -1 }); // [2, B]
        const side = (i: number) => reshape(slice(sums, { 0: [i, i + 1] }), [B]);
        const preferred = reshape(slice(x.preferred, { 0: [m, m + 1] }), [B]);
        return preferenceLoss({ left: side(0), right: side(1), preferred, noise });
      });
      const penalties = each.map((m) => {
        const matrices = networks[m]!.specs.filter(({ shape }) => shape.length > 1);
        const squares = matrices.map(({ name }) => sum(square(params[name]!))).reduce((a, b) => add(a, b));
        return mul(reshape(slice(x.decays, { 0: [m, m + 1] }), []), mul(squares, 0.5));
      });
      const fit = losses.reduce((a, b) => add(a, b));
      return {
        loss: add(
          fit,
          penalties.reduce((a, b) => add(a, b)),
        ),
      };
    },
    { buffers: { scaling: scaling.flat } },
  );

  const rescaleInputs = (examples: readonly Example[]) => {
    const [centre, spread] = [scale("input.mean"), scale("input.std")];
    for (let j = 0; j < width; j++) {
      const column = examples.flatMap(({ left, right }) =>
        [left, right].flatMap((rows) => Array.from({ length: k }, (_, t) => rows[t * width + j]!)),
      );
      centre[j] = mean(column);
      spread[j] = std(column) || 1; // what never moves stays 0
    }
  };
  /** Each member's sum over each clip, as its network has it: [clips][members]. */
  const rawSums = (clips: readonly Float32Array[]): number[][] =>
    clips.map((rows) => outputsOf(rows).map((rewards) => rewards.reduce((a, b) => a + b, 0)));
  const rescaleOutputs = (examples: readonly Example[]) => {
    const seen = each.map((): number[] => []);
    for (const { left, right } of examples) {
      for (const rows of [left, right]) outputsOf(rows).forEach((rewards, m) => void seen[m]!.push(...rewards));
    }
    each.forEach((m) => {
      scale("output.mean")[m] = mean(seen[m]!);
      scale("output.std")[m] = std(seen[m]!) || 1;
    });
  };

  return {
    fit(examples, passes, round) {
      rescaleInputs(examples);
      const lots = each.map((m) => examples.map(({ pair }) => timesSeen(seed, m, pair)));
      const updates = Math.ceil((passes * examples.length) / B);
      const drawn = lots.map((lot, m) => {
        const own = lot.flatMap((times, i) => Array<number>(times).fill(i));
        return draws(own.length > 0 ? own : [0], updates * B, (pass) => stream(seed, "fit", round, m, pass));
      });
      const { inputs } = update;
      for (let u = 0; u < updates; u++) {
        for (const m of each) {
          inputs.decays[m] = decays[m]!;
          for (let b = 0; b < B; b++) {
            const example = examples[drawn[m]![u * B + b]!]!;
            inputs.preferred[m * B + b] = example.preferred;
            inputs.rows.set(example.left, (m * 2 * B + b) * k * width);
            inputs.rows.set(example.right, (m * 2 * B + B + b) * k * width);
          }
        }
        update.run(learningRate);
      }
      isFitted = true;
      rescaleOutputs(examples);
      const gaps = examples.map(({ left, right }) => {
        const [ofLeft, ofRight] = rawSums([left, right]) as [number[], number[]];
        return ofLeft.map((x, m) => x - ofRight[m]!);
      });
      const measured = averages();
      let [told, right] = [0, 0];
      for (const m of each) {
        const over = (share: (times: number) => number) => {
          const shares = lots[m]!.map(share);
          const losses = examples.map(
            ({ preferred }, i) => shares[i]! * preferenceError(gaps[i]![m]!, preferred, noise),
          );
          return losses.reduce((a, b) => a + b, 0) / shares.reduce((a, b) => a + b, 0);
        };
        const [train, validation] = [over((times) => times), over((times) => Number(times === 0))];
        decays[m] = adaptedDecay(decays[m]!, train, validation);
        measured.add({ train: Float32Array.of(train), validation: Float32Array.of(validation) });
        examples.forEach(({ preferred }, i) => {
          if (lots[m]![i] !== 0 || preferred === 0.5) return;
          told++;
          if (gaps[i]![m]! > 0 === preferred > 0.5) right++;
        });
      }
      const { train, validation } = measured.means();
      return { trainLoss: train!, validationLoss: validation!, accuracy: right / told, decay: mean(decays) };
    },
    rewards(rows, into) {
      into.fill(0);
      if (!isFitted) return;
      outputsOf(rows).forEach((outs, m) => {
        const [centre, spread] = [scale("output.mean")[m]!, scale("output.std")[m]!];
        for (let i = 0; i < into.length; i++) into[i]! += (outs[i]! - centre) / spread / members;
      });
    },
    sums: (clips) =>
      rawSums(clips).map((of) => of.map((x, m) => (x - k * scale("output.mean")[m]!) / scale("output.std")[m]!)),
    files: () => ({
      "reward/model.safetensors": new Map([...weights.arrays, ...scaling.arrays]),
      "reward/optimizer.safetensors": optimizerFile(state),
      "reward/state.json": { updates: state.step, decays: [...decays], isFitted } satisfies State,
    }),
    restore(files) {
      const saved = files["reward/state.json"] as State;
      setWeights(weights, tensorsOf(files, "reward/model.safetensors"));
      setWeights(scaling, tensorsOf(files, "reward/model.safetensors"));
      restoreOptimizer(state, tensorsOf(files, "reward/optimizer.safetensors"));
      state.step = saved.updates;
      decays.splice(0, members, ...saved.decays);
      ({ isFitted } = saved);
    },
    dispose() {
      update.dispose();
      for (const executable of compiled.values()) executable.dispose();
    },
  };
}

/** So many of the items, pass after pass, each pass in an order of its own. */
function draws(
  items: readonly number[],
  count: number,
  orderOf: (pass: number) => ReturnType<typeof stream>,
): number[] {
  const out: number[] = [];
  for (let pass = 0; out.length < count; pass++) {
    for (const i of orderOf(pass).permutation(items.length)) out.push(items[i]!);
  }
  return out.slice(0, count);
}
