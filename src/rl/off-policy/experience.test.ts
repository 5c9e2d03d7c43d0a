import { expect, it } from "vitest";
import { corridor, cutOff, together } from "../../../test/fixtures/small-envs.ts";
import { stream } from "../../base/index.ts";
import { actionCodec, observationCodec } from "../codec.ts";
import type { Transition } from "../replay/index.ts";
import { experience } from "./experience.ts";
import { stepping } from "./stepping.ts";

const one = { dtype: "float32", width: 1 } as const;
const options = { capacity: 20, batchSize: 4, n: 2, gamma: 0.5, numEnvs: 1, observation: one, action: one };
const walked = (memory: ReturnType<typeof experience>, steps: number) => {
  for (let t = 0; t < steps; t++) {
    const terminated = t % 5 === 4;
    memory.add(0, {
      ...{ observation: [t], action: [0], reward: 1, nextObservation: [t + 1], terminated, truncated: false },
    });
  }
  return memory;
};
const batch = () => ({
  observation: new Float32Array(4),
  reward: new Float32Array(4),
  nextObservation: new Float32Array(4),
  discount: new Float32Array(4),
  weight: new Float32Array(4),
});

it("rows are sums of two rewards with the state behind them, shorter before an end", () => {
  const memory = walked(experience(options), 10);
  expect(memory.size).toBe(10);
  const rows = batch();
  for (let i = 0; i < 20; i++) {
    memory.draw(stream(i, "test"), rows, 0);
    for (let r = 0; r < 4; r++) {
      const last = rows.observation[r]! % 5 === 4;
      const ends = last || rows.observation[r]! % 5 === 3;
      const row = [rows.reward[r], rows.nextObservation[r]! - rows.observation[r]!, rows.discount[r]];
      expect(row).toEqual([last ? 1 : 1.5, last ? 1 : 2, ends ? 0 : 0.25]);
    }
  }
});

it("what was least expected is drawn more often, and weights undo it", () => {
  const memory = walked(experience({ ...options, n: 1, capacity: 4, alpha: 1 }), 4);
  const rows = batch();
  for (let i = 0; i < 8; i++) {
    memory.draw(stream(i, "test"), rows, 1);
    memory.rank(rows.observation.map((x) => (x === 2 ? 9 : 1)));
  }
  let seldom = 0;
  for (let i = 0; i < 500; i++) {
    memory.draw(stream(i, "more"), rows, 1);
    for (let r = 0; r < 4; r++) {
      if (rows.observation[r] !== 2) seldom++;
      expect(rows.weight[r]).toBeCloseTo(
        rows.observation[r] !== 2 || rows.observation.every((x) => x === 2) ? 1 : 1 / 9,
        4,
      );
    }
  }
  expect(seldom / 2000).toBeCloseTo(3 / 12, 1);
});

it("a memory that was written down draws the same and takes the next step the same", () => {
  const [first, second] = [experience({ ...options, alpha: 0.6 }), experience({ ...options, alpha: 0.6 })];
  walked(first, 28);
  second.restore(structuredClone(first.snapshot()));
  for (const memory of [first, second]) walked(memory, 4);
  const [a, b] = [batch(), batch()];
  first.draw(stream(1, "test"), a, 0.5);
  second.draw(stream(1, "test"), b, 0.5);
  expect(b).toEqual(a);
});

it("a step shows the last state of an episode that ended, and goes on from the first of the next", () => {
  const env = together(corridor(3), 2);
  const codecs = {
    observation: observationCodec(env.singleObservationSpace),
    action: actionCodec(env.singleActionSpace),
  };
  const world = stepping({ env, ...codecs });
  world.start(0); // doors 0 and 1
  world.actions.fill(1);
  const seen: Transition[] = [];
  const keep = (_: number, { observation, nextObservation, ...rest }: Transition) =>
    seen.push({
      ...rest,
      observation: [...Array.from(observation)],
      nextObservation: [...Array.from(nextObservation)],
    });
  expect(world.step(keep)).toEqual([]);
  expect(world.step(keep)).toEqual([{ return: 1, length: 2 }]);
  expect(seen[3]).toMatchObject({ observation: [0, 0, 1], nextObservation: [0, 0, 1], terminated: true, reward: 1 });
  expect([...world.observations]).toEqual([0, 0, 1, 0, 0, 1]); // the third episode begins at door 2
  expect([...world.ended]).toEqual([0, 1]);
});

it("an episode that is cut off ends for the count, not for the values", () => {
  const env = together(cutOff, 1);
  const world = stepping({
    env,
    observation: observationCodec(env.singleObservationSpace),
    action: actionCodec(env.singleActionSpace),
  });
  world.start(0);
  const memory = experience({ ...options, n: 3, action: { dtype: "int32", width: 1 } });
  expect(world.step((i, step) => memory.add(i, step))).toEqual([{ return: 1, length: 1 }]);
  const rows = batch();
  memory.draw(stream(0, "test"), rows, 0);
  expect([rows.reward[0], rows.discount[0]]).toEqual([1, 0.5]);
});
