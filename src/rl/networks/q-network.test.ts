import { describe, expect, it } from "vitest";
import { allocate, stream } from "../../base/index.ts";
import { constant, evaluate, mul, square, sub, sum, type Tensor } from "../../engine/index.ts";
import { initialWeights } from "../../nn/index.ts";
import { paramsIn } from "../fused.ts";
import { bestAction, spreadActions } from "./best-action.ts";
import { drawNormal } from "./noisy-network.ts";
import { ofActions, type QDesign, type QNetwork, qNetwork } from "./q-network.ts";

const [width, A, N] = [3, 4, 2];
const design = { dueling: false, noisy: false, returns: { kind: "mean" } } as const;
const observations = () => constant([0.1, -0.2, 0.3, 1, 0, -1], "float32", [N, width]);
const weightsOf = (network: QNetwork) => {
  const { flat, parameters } = initialWeights(network.specs, 5);
  return paramsIn(constant(flat), parameters);
};
const outputsOf = (more: Partial<Omit<QDesign, "kind">>, noise?: Tensor) => {
  const network = qNetwork(width, A, [8, 6], "relu", { ...design, ...more });
  return { network, outputs: network.outputs(weightsOf(network), observations(), noise) };
};
const numbers = (x: Tensor) => [...evaluate([x], {})[0]!];

describe("a Q network", () => {
  it("says as many numbers of each action as the form of returns has, and their mean as its value", () => {
    const { network, outputs } = outputsOf({ returns: { kind: "qr-dqn", quantiles: 5 } });
    expect(outputs.shape).toEqual([N, A, 5]);
    const all = numbers(outputs);
    const means = Array.from({ length: N * A }, (_, i) => all.slice(5 * i, 5 * i + 5).reduce((a, b) => a + b, 0) / 5);
    expect(numbers(network.values(outputs))).toBeCloseToAll(means, 1e-6);
    expect(numbers(ofActions(outputs, constant([2, 0], "int32")))).toBeCloseToAll(
      [...all.slice(10, 15), ...all.slice(20, 25)],
      1e-7,
    );
  });

  it("of fixed atoms has values between the bounds", () => {
    const { network, outputs } = outputsOf({ returns: { kind: "c51", low: 7, high: 9, atoms: 11 } });
    for (const q of numbers(network.values(outputs))) expect(Math.abs(q - 8)).toBeLessThan(1);
  });

  it("with two streams: the mean over the actions is the value of the state", () => {
    const { network, outputs } = outputsOf({ dueling: true });
    const params = weightsOf(network);
    const shifted = { ...params, "q_net.advantage.2.bias": constant([7, 7, 7, 7]) };
    const same = network.outputs(
      { ...params, ...{ "q_net.advantage.2.bias": constant([0, 0, 0, 0]) } },
      observations(),
    );
    expect(numbers(network.outputs(shifted, observations()))).toBeCloseToAll(numbers(same), 1e-5);
    expect(outputs.shape).toEqual([N, A, 1]);
  });

  it("with noise acts by its means without a draw, and otherwise with one", () => {
    const plain = outputsOf({}).outputs;
    const { network, outputs } = outputsOf({ noisy: true });
    expect(numbers(outputs)).toEqual(numbers(plain));
    expect(network.noiseSize).toBe(8 + 6 + 6 + 4); // the layer that sees the observation, 3 to 8, is quiet
    expect(network.specs.map(({ name }) => name)).not.toContain("q_net.q_net.0.weight_std");
    const zero = outputsOf({ noisy: true }, constant(new Float32Array(network.noiseSize))).outputs;
    expect(numbers(zero)).toBeCloseToAll(numbers(plain), 1e-7);
    const draw = allocate("float32", network.noiseSize);
    drawNormal(draw, stream(1, "test"));
    expect(numbers(outputsOf({ noisy: true }, constant(draw)).outputs)).not.toBeCloseToAll(numbers(plain), 1e-3);
  });
});

describe("the best of actions that cannot be counted", () => {
  /** Q = −|a − s|², so the best action is the state. */
  const q = (states: Tensor, actions: Tensor) => mul(sum(square(sub(actions, states)), { axis: 1 }), -1);
  const states = () => constant([0.25, -0.5, 0.75, 0], "float32", [2, 2]);

  it("is the one nearest to the top", () => {
    const candidates = constant([0, 0, 0.3, -0.4, 1, 1, 0, 0, 0.3, -0.4, 1, 1], "float32", [2, 3, 2]);
    const found = bestAction({ q, observations: states(), candidates, ascentSteps: 0, ascentRate: 1 });
    expect(numbers(found.actions)).toBeCloseToAll([0.3, -0.4, 0.3, -0.4], 1e-6);
    expect(numbers(found.values)).toBeCloseToAll([-0.0125, -0.3625], 1e-6);
  });

  it("is the top itself after enough steps uphill", () => {
    const candidates = spreadActions(2, 2, 2);
    const found = bestAction({ q, observations: states(), candidates, ascentSteps: 40, ascentRate: 0.2 });
    expect(numbers(found.actions)).toBeCloseToAll(numbers(states()), 1e-5);
  });

  it("candidates that are spread leave no gap much wider than even steps would", () => {
    const line = numbers(spreadActions(1, 32, 1)).sort((a, b) => a - b);
    const gaps = [-1, ...line].map((x, i) => (line[i] ?? 1) - x);
    expect(Math.max(...gaps)).toBeLessThan(2.5 * (2 / 32));
    const square = numbers(spreadActions(1, 100, 2));
    const cells = new Set(
      Array.from(
        { length: 100 },
        (_, i) => `${Math.floor(2.5 * (1 + square[2 * i]!))} ${Math.floor(2.5 * (1 + square[2 * i + 1]!))}`,
      ),
    );
    expect(cells.size).toBe(25);
  });
});
