/**
 * The reward predictor (Christiano et al. 2017, sections 2.2.1 and 2.2.3): several small networks on what features.ts has
 * of a step, each fitted to its own sample of the answers; the reward is the mean of their outputs, each of which is brought
 * to mean 0 and deviation 1 over the clips that were asked about.
 *
 * Departs from the paper: samples are the online bootstrap's (bootstrap.ts), whose left-out third validates; inputs are
 * brought to mean 0 and deviation 1; no dropout.
 */
import { type Rng, stream } from "../../base/index.ts";
import { setWeights } from "../../nn/index.ts";
import { adam } from "../../optim/index.ts";
import type { CheckpointFiles } from "../../run/index.ts";
import { mean, std, sum } from "../../stats/index.ts";
import { optimizerFile, restoreOptimizer, tensorsOf } from "../checkpoint.ts";
import { optimized } from "../fused.ts";
import { timesSeen } from "./bootstrap.ts";
import { fitQuality } from "./fit-quality.ts";
import { type RewardNetworksOptions, rewardNetworks, rewardScales, rewardWeights } from "./reward-networks.ts";
import { adaptedDecay } from "./weight-decay.ts";

export interface EnsembleOptions extends RewardNetworksOptions {
  readonly learningRate: number;
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
  /** What each member has as Σ r̂ of a clip [k, width], before it is normalised: [members]. */
  sums(clip: Float32Array): number[];
  files(): CheckpointFiles;
  restore(files: CheckpointFiles): void;
  dispose(): void;
}

interface State {
  readonly updates: number;
  readonly decays: readonly number[];
  readonly isFitted: boolean;
}

const firstDecay = 1e-4;

export function rewardEnsemble(options: EnsembleOptions): Ensemble {
  const { width, k, members, batchSize: B, learningRate, noise, seed } = options;
  const each = Array.from({ length: members }, (_, m) => m);
  const state = optimized(rewardWeights(options, seed), adam());
  const { weights } = state;
  const scales = rewardScales(options);
  const scale = (name: string) => scales.arrays.get(name)!.data;
  const networks = rewardNetworks(options, state, scales);
  const decays = each.map(() => firstDecay);
  let isFitted = false;

  const clipsOf = (examples: readonly Example[]) => examples.flatMap(({ left, right }) => [left, right]);
  const scaleInputs = (examples: readonly Example[]) => {
    for (let j = 0; j < width; j++) {
      const column = clipsOf(examples).flatMap((rows) => Array.from({ length: k }, (_, t) => rows[t * width + j]!));
      scale("input.mean")[j] = mean(column);
      scale("input.std")[j] = std(column) || 1; // what never moves is 0
    }
  };
  const scaleOutputs = (examples: readonly Example[]) => {
    const seen = each.map((): number[] => []);
    for (const rows of clipsOf(examples)) networks.outputs(rows).forEach((out, m) => void seen[m]!.push(...out));
    for (const m of each) {
      scale("output.mean")[m] = mean(seen[m]!);
      scale("output.std")[m] = std(seen[m]!) || 1;
    }
  };
  /** One update of every member on its own batch. */
  const learn = (batches: readonly (readonly Example[])[]) => {
    const { inputs } = networks.update;
    batches.forEach((batch, m) => {
      inputs.decays[m] = decays[m]!;
      batch.forEach(({ left, right, preferred }, b) => {
        inputs.preferred[m * B + b] = preferred;
        inputs.rows.set(left, (2 * m * B + b) * k * width);
        inputs.rows.set(right, ((2 * m + 1) * B + b) * k * width);
      });
    });
    networks.update.run(learningRate);
  };
  const sums = (clip: Float32Array) => networks.outputs(clip).map((out) => sum([...out]));

  return {
    fit(examples, passes, round) {
      scaleInputs(examples);
      const lots = each.map((m) => examples.map(({ pair }) => timesSeen(seed, m, pair)));
      const updates = Math.ceil((passes * examples.length) / B);
      const drawn = lots.map((lot, m) => {
        const own = examples.flatMap((example, i) => Array<Example>(lot[i]!).fill(example));
        const orderOf = (pass: number) => stream(seed, "fit", round, m, pass);
        return draws(own.length > 0 ? own : examples, updates * B, orderOf);
      });
      for (let u = 0; u < updates; u++) learn(drawn.map((of) => of.slice(u * B, (u + 1) * B)));
      isFitted = true;
      scaleOutputs(examples);

      const both = examples.map(({ left, right }) => [sums(left), sums(right)] as const);
      const preferred = examples.map((example) => example.preferred);
      const quality = each.map((m) => {
        const gaps = both.map(([left, right]) => left[m]! - right[m]!);
        return fitQuality({ preferred, gaps, times: lots[m]!, noise });
      });
      quality.forEach(({ trainLoss, validationLoss }, m) => {
        decays[m] = adaptedDecay(decays[m]!, trainLoss, validationLoss);
      });
      return {
        trainLoss: mean(quality.map(({ trainLoss }) => trainLoss)),
        validationLoss: mean(quality.map(({ validationLoss }) => validationLoss)),
        accuracy: sum(quality.map(({ right }) => right)) / sum(quality.map(({ judged }) => judged)),
        decay: mean(decays),
      };
    },
    rewards(rows, into) {
      into.fill(0);
      if (!isFitted) return;
      networks.outputs(rows).forEach((out, m) => {
        const [centre, spread] = [scale("output.mean")[m]!, scale("output.std")[m]!];
        for (let i = 0; i < into.length; i++) into[i]! += (out[i]! - centre) / spread / members;
      });
    },
    sums,
    files: () => ({
      "reward/model.safetensors": new Map([...weights.arrays, ...scales.arrays]),
      "reward/optimizer.safetensors": optimizerFile(state),
      "reward/state.json": { updates: state.step, decays: [...decays], isFitted } satisfies State,
    }),
    restore(files) {
      const saved = files["reward/state.json"] as State;
      setWeights(weights, tensorsOf(files, "reward/model.safetensors"));
      setWeights(scales, tensorsOf(files, "reward/model.safetensors"));
      restoreOptimizer(state, tensorsOf(files, "reward/optimizer.safetensors"));
      state.step = saved.updates;
      decays.splice(0, members, ...saved.decays);
      ({ isFitted } = saved);
    },
    dispose: () => networks.dispose(),
  };
}

/** So many of the items, pass after pass, each pass in an order of its own. */
function draws<T>(items: readonly T[], count: number, orderOf: (pass: number) => Rng): T[] {
  const out: T[] = [];
  for (let pass = 0; out.length < count; pass++) {
    for (const i of orderOf(pass).permutation(items.length)) out.push(items[i]!);
  }
  return out.slice(0, count);
}
