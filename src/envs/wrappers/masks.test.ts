import { describe, expect, it } from "vitest";
import type { Env } from "../env.ts";
import { make, makeVec } from "../registry.ts";
import { box, discrete, multiDiscrete } from "../spaces/build.ts";
import { contains } from "../spaces/contains.ts";
import type { Space } from "../spaces/space.ts";
import { checkEnv } from "./check-env.ts";
import { maskedObservation } from "./masks.ts";

/** Says this mask; ends after one step. */
const saying = (actionMask: readonly number[] | undefined, actionSpace: Space = discrete(3)): Env => ({
  observationSpace: discrete(2),
  actionSpace,
  reset: () => [0, { ...(actionMask && { actionMask }) }],
  step: () => [1, 0, true, false, { ...(actionMask && { actionMask: actionMask.map(() => 0) }) }],
});

describe("masks as a part of what is seen", () => {
  it("come from the environment's info, at each reset and step", () => {
    const env = maskedObservation(make("Taxi-v4"));
    const [first, info] = env.reset({ seed: 3 });
    expect(first.actionMask).toEqual(info.actionMask);
    expect(contains(env.observationSpace as Space, first)).toBe(true);
    const possible = first.actionMask.indexOf(1);
    const [next, , , , after] = env.step(possible);
    expect(next.actionMask).toEqual(after.actionMask);
    checkEnv(() => maskedObservation(make("Taxi-v4")));
  });

  it("come from a function where the environment says none", () => {
    const env = maskedObservation(make("CliffWalking-v1"), () => [1, 0, 0, 1]);
    expect(env.reset()[0]).toEqual({ actionMask: Uint8Array.of(1, 0, 0, 1), observation: 36 });
  });

  it("belong to the reset's observation in a vector that resets in the same step, and the end's to the last one", () => {
    const vector = makeVec(() => saying([0, 1, 1]), 2, { autoreset: "same-step", wrappers: [maskedObservation] });
    vector.reset();
    const [observations, , , , infos] = vector.step([1, 2]);
    expect(observations).toMatchObject({
      actionMask: Uint8Array.of(0, 1, 1, 0, 1, 1),
      observation: Int32Array.of(0, 0),
    });
    expect(infos.finalObs).toMatchObject({ actionMask: new Uint8Array(6), observation: Int32Array.of(1, 1) });
  });

  it("that are missing, of another length, or leave nothing to choose are refused by name", () => {
    const refused = (env: Env) => () => maskedObservation(env).reset();
    for (const env of [
      saying(undefined),
      saying([1, 0]),
      saying([0, 0, 0]),
      saying([1, 0, 0, 0], multiDiscrete([2, 2])),
    ]) {
      expect(refused(env)).toThrow(expect.objectContaining({ code: "bad-action-mask" }));
    }
    expect(refused(saying([1, 0, 0, 1], multiDiscrete([2, 2])))).not.toThrow();
  });

  it("are for actions that can be counted", () =>
    expect(() => maskedObservation(saying([1], box(0, 1, [1])))).toThrow(
      expect.objectContaining({ code: "bad-space" }),
    ));
});
