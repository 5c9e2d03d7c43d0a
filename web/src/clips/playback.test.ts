import { describe, expect, it } from "vitest";
import { type Clip, loopSeconds, secondsOf, stepAt, stepsOf } from "./playback.ts";

const clip = (steps: number, fps = 20): Clip => ({
  ...{ env: "CartPole-v1", fps, actions: [] },
  observations: Array.from({ length: steps }, () => [0, 0, 0, 0]),
});

describe("two clips", () => {
  it("go as fast as they were made, hold the end, and begin again together", () => {
    const clips: [Clip, Clip] = [clip(30), clip(30)];
    expect([0, 0.049, 0.051, 1.46, 1.9].map((seconds) => stepAt(clips, seconds))).toEqual([0, 0, 1, 29, 29]);
    expect(loopSeconds(clips)).toBe(2);
    expect(stepAt(clips, 2.051)).toBe(1);
  });

  it("last as long as the longer one", () => {
    expect(stepsOf([clip(10), clip(30)])).toBe(30);
    expect(stepAt([clip(10), clip(30)], 1.2)).toBe(24);
  });

  it.each([7, 15, 30, 50])("come back to the step that was chosen, at %i steps a second", (fps) => {
    const clips: [Clip, Clip] = [clip(60, fps), clip(60, fps)];
    for (let step = 0; step < 60; step++) expect(stepAt(clips, secondsOf(clips, step))).toBe(step);
  });
});
