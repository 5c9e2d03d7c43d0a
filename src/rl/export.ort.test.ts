import { describe, expect, it } from "vitest";
import { allocate, stream, type TypedArray } from "../base/index.ts";
import { createSession } from "../engine/ort/index.ts";
import { box, dict, discrete, multiBinary, multiDiscrete, type Space } from "../envs/index.ts";
import { acting } from "./acting.ts";
import { policyOnnx } from "./export.ts";
import type { ActingNetwork } from "./networks/acting-network.ts";
import type { Design } from "./networks/design.ts";
import { newDesignedPolicy, newPolicy, type Policy } from "./policy.ts";

const shape = { algorithm: "test", hidden: [16, 8], activation: "tanh", useSde: false } as const;
const seen = box(-10, 10, [3]);
const q = (more: Partial<Extract<Design, { kind: "q" }>>): Design => ({
  ...{ kind: "q", dueling: false, noisy: false, returns: { kind: "mean" } },
  ...more,
});
const c51 = { kind: "c51", low: -3, high: 3, atoms: 7 } as const;

const actors: Readonly<Record<string, readonly [observations: Space, actions: Space]>> = {
  "one choice": [seen, discrete(4)],
  "one choice whose first number is not 0": [seen, discrete(4, 3)],
  "several choices": [seen, multiDiscrete([3, 4])],
  bits: [seen, multiBinary(3)],
  "numbers within bounds": [seen, box([-0.01, -0.02], [0.01, Number.POSITIVE_INFINITY], [2])],
  "one choice in one of some states": [discrete(9), discrete(5)],
};
const designs: Readonly<Record<string, readonly [actions: Space, design: Design]>> = {
  DQN: [discrete(3), q({})],
  "dueling DQN": [discrete(3), q({ dueling: true })],
  Rainbow: [discrete(3), q({ dueling: true, noisy: true, returns: c51 })],
  quantiles: [discrete(3), q({ returns: { kind: "qr-dqn", quantiles: 5 } })],
  DDPG: [box(-2, 3, [2]), { kind: "deterministic" }],
  SAC: [box(-2, 3, [2]), { kind: "squashed" }],
  NAF: [box(-2, 3, [2]), { kind: "naf" }],
};

/** Weights large enough that actions differ between states. */
function stirred<P extends Policy<ActingNetwork>>(policy: P): P {
  const rng = stream(1, "stirred");
  for (let i = 0; i < policy.weights.flat.length; i++) policy.weights.flat[i] = rng.normal();
  return policy;
}

/** What the exported model and `acting` say of the same n observations. */
function both(policy: Policy<ActingNetwork>, n: number) {
  const width = policy.observation.width;
  const rng = stream(2, "observations");
  const isOneHot = policy.observations.kind === "discrete";
  const states = Int32Array.from({ length: n }, (_, i) => i % width);
  const numbers = Float32Array.from({ length: n * width }, () => 3 * rng.normal());
  const observations = allocate("float32", n * width);
  policy.observation.write(isOneHot ? states : numbers, observations);

  const actor = acting(policy, n);
  const wanted = [...(actor.act(isOneHot ? states : numbers) as Float32Array)];
  actor.dispose();

  const session = createSession(policyOnnx(policy));
  const isFloat = policy.actions.kind === "box";
  const actions: TypedArray = allocate(isFloat ? "float32" : "int32", wanted.length);
  const isWide = policy.actions.kind !== "discrete";
  const binding = session.bind(
    { observations: { dtype: "float32", shape: [n, width], data: observations } },
    {
      actions: {
        dtype: isFloat ? "float32" : "int32",
        shape: isWide ? [n, wanted.length / n] : [n],
        data: actions,
      },
    },
  );
  binding.run();
  binding.dispose();
  const { outputNames } = session;
  session.dispose();
  return { got: Array.from(actions as Float32Array), wanted, outputNames };
}

describe("an exported policy acts as the policy does, for any number of observations", () => {
  it.each(Object.entries(actors))("%s", (_, [observations, actions]) => {
    const policy = stirred(newPolicy({ ...shape, observations, actions }, 1));
    for (const n of [1, 3, 50]) {
      const { got, wanted } = both(policy, n);
      expect(got).toBeCloseToAll(wanted, 1e-5);
      if (n === 50) expect(new Set(wanted).size).toBeGreaterThan(1);
    }
  });

  it.each(Object.entries(designs))("%s", (_, [actions, design]) => {
    const policy = stirred(newDesignedPolicy({ ...shape, observations: seen, actions, design }, 1));
    for (const n of [1, 50]) {
      const { got, wanted } = both(policy, n);
      expect(got).toBeCloseToAll(wanted, 1e-5);
    }
  });
});

it("a mask of actions is a part of the model's observation", () => {
  const observations = dict({ actionMask: multiBinary(4), observation: seen });
  const policy = stirred(newPolicy({ ...shape, observations, actions: discrete(4) }, 1));
  const numbers = Float32Array.of(1, -2, 0.5);
  const session = createSession(policyOnnx(policy));
  for (let only = 0; only < 4; only++) {
    const row = allocate("float32", 7);
    row.set([...numbers, ...Array.from({ length: 4 }, (_, a) => (a === only ? 1 : 0))]);
    const actions = allocate("int32", 1);
    const binding = session.bind(
      { observations: { dtype: "float32", shape: [1, 7], data: row } },
      { actions: { dtype: "int32", shape: [1], data: actions } },
    );
    binding.run();
    binding.dispose();
    expect(actions[0]).toBe(only);
  }
  session.dispose();
});

it("the scaling of observations is a part of the model", () => {
  const policy = stirred(newPolicy({ ...shape, observations: seen, actions: discrete(4) }, 1));
  const scaling = { mean: Float64Array.of(5, -1, 0), variance: Float64Array.of(9, 0.25, 1e-12) };
  const { got, wanted } = both({ ...policy, scaling }, 200);
  expect(got).toEqual(wanted);
  expect(wanted).not.toEqual(both(policy, 200).wanted);
});

it("says what it knows besides: log-probabilities of discrete actions, means of continuous ones", () => {
  const of = (actions: Space) =>
    both(newPolicy({ ...shape, observations: seen, actions }, 1), 1).outputNames.toSorted();
  expect(of(discrete(2))).toEqual(["actions", "logits"]);
  expect(of(box(-1, 1, [1]))).toEqual(["actions", "mean"]);
});

it("Q-learning by search is exported for one observation at a time: the tried actions stand in the model", () => {
  const design = { kind: "search", candidates: 8, ascentSteps: 1, ascentRate: 0.1 } as const;
  const policy = newDesignedPolicy({ ...shape, observations: seen, actions: box(-2, 2, [1]), design }, 1);
  const { got, wanted } = both(policy, 1);
  expect(got).toBeCloseToAll(wanted, 1e-5);
  expect(() => both(policy, 2)).toThrow(/dimension/i);
});
