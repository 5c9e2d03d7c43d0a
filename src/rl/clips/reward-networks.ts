/** The networks of an ensemble as graphs: their outputs for some steps, and one update of all of them at once. */
import {
  add,
  compile,
  div,
  floats,
  mul,
  reshape,
  type Specs,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "../../engine/index.ts";
import { initialWeights, type ParameterSpec, type Params } from "../../nn/index.ts";
import { fused, type Optimized, paramsIn, smallGraph } from "../fused.ts";
import { mlp } from "../networks/mlp.ts";
import { preferenceLoss } from "./preference.ts";

export interface RewardNetworksOptions {
  /** Numbers of a step. */
  readonly width: number;
  /** Steps of a clip. */
  readonly k: number;
  readonly members: number;
  readonly hidden: readonly number[];
  /** Outputs between −1 and 1. */
  readonly bounded: boolean;
  /** Pairs an update. */
  readonly batchSize: number;
  /** Share of answers that are a coin's. */
  readonly noise: number;
}

const members = (count: number) => Array.from({ length: count }, (_, m) => m);

const networksOf = ({ width, hidden, members: count }: RewardNetworksOptions) =>
  members(count).map((m) => {
    const names = [...hidden.map((_, i) => `${m}.fc${i + 1}`), `${m}.out`];
    return mlp(names, [width, ...hidden, 1], "leaky-relu", "torch");
  });

export const rewardWeights = (options: RewardNetworksOptions, seed: number) =>
  initialWeights(
    networksOf(options).flatMap(({ specs }) => specs),
    seed,
  );

/** What inputs are brought to, and outputs afterwards: 0 and 1 before anything was seen. */
export function rewardScales({ width, members }: RewardNetworksOptions) {
  const specs: readonly ParameterSpec[] = [
    { name: "input.mean", shape: [width], init: 0 },
    { name: "input.std", shape: [width], init: 1 },
    { name: "output.mean", shape: [members], init: 0 },
    { name: "output.std", shape: [members], init: 1 },
  ];
  return initialWeights(specs, 0);
}
export type RewardScales = ReturnType<typeof rewardScales>;

/** Both read the memory of weights and scales, and the update writes to the former. */
export function rewardNetworks(options: RewardNetworksOptions, state: Optimized, scales: RewardScales) {
  const { width, k, bounded, batchSize: B, noise } = options;
  const { weights } = state;
  const networks = networksOf(options);
  const each = members(options.members);
  /** Rows [n, width] → [n] of member m, before it is normalised. */
  const outputOf = (params: Params, flatScales: Tensor, rows: Tensor, m: number): Tensor => {
    const scale = paramsIn(flatScales, scales.parameters);
    const inputs = div(sub(rows, scale["input.mean"]!), scale["input.std"]!);
    const out = reshape(networks[m]!.forward(params, inputs), [rows.shape[0]!]);
    return bounded ? tanh(out) : out;
  };
  const compileOutputs = (n: number) =>
    compile<Specs, string>(
      (x) => {
        const params = paramsIn(x.weights!, weights.parameters);
        return Object.fromEntries(each.map((m) => [String(m), outputOf(params, x.scales!, x.rows!, m)]));
      },
      { weights: floats(weights.flat.length), scales: floats(scales.flat.length), rows: floats(n, width) },
      { buffers: { weights: weights.flat, scales: scales.flat }, ...smallGraph },
    );
  const compiled = new Map<number, ReturnType<typeof compileOutputs>>();
  const part = (x: Tensor, i: number, shape: readonly number[]) => reshape(slice(x, { 0: [i, i + 1] }), shape);
  const total = (terms: readonly Tensor[]) => terms.reduce((a, b) => add(a, b));
  const update = fused(
    state,
    {
      /** Of each member: steps of B left clips, then of B right ones. */
      rows: [options.members, 2 * B * k, width],
      /** μ(left) */
      preferred: [options.members, B],
      /** λ of ½ λ ‖W‖² */
      decays: [options.members],
      scales: [scales.flat.length],
    },
    (params, x) => {
      const losses = each.map((m) => {
        const rewards = outputOf(params, x.scales, part(x.rows, m, [2 * B * k, width]), m);
        const sums = sum(reshape(rewards, [2, B, k]), { axis: -1 }); // [2, B]
        const [left, right] = [part(sums, 0, [B]), part(sums, 1, [B])];
        return preferenceLoss({ left, right, preferred: part(x.preferred, m, [B]), noise });
      });
      const penalties = each.map((m) => {
        const matrices = networks[m]!.specs.filter(({ shape }) => shape.length > 1);
        const squares = total(matrices.map(({ name }) => sum(square(params[name]!))));
        return mul(mul(part(x.decays, m, []), squares), 0.5);
      });
      return { loss: add(total(losses), total(penalties)) };
    },
    { buffers: { scales: scales.flat } },
  );
  return {
    update,
    /** Of rows [n, width]: [members][n], in memory that is used again. */
    outputs(rows: Float32Array): Float32Array[] {
      const n = rows.length / width;
      const executable = compiled.get(n) ?? compileOutputs(n);
      compiled.set(n, executable);
      (executable.inputs.rows as Float32Array).set(rows);
      executable.run();
      return each.map((m) => executable.float(String(m)));
    },
    dispose() {
      update.dispose();
      for (const executable of compiled.values()) executable.dispose();
    },
  };
}
