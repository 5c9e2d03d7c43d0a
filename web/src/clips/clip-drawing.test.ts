import { describe, expect, it } from "vitest";
import { drawClip, isDrawn } from "./clip-drawing.ts";
import type { Clip, Clips } from "./playback.ts";

const pendulum = (angles: readonly number[]): Clip => ({
  ...{ env: "Pendulum-v1", fps: 20, actions: angles.map(() => 0) },
  observations: angles.map((angle) => [Math.cos(angle), Math.sin(angle), 0]),
});
const numbers = (rows: number[][]): Clip => ({ env: "mine/Arm-v0", fps: 20, actions: [], observations: rows });

describe("a clip", () => {
  it("is drawn as its environment looks at the step, and stays at its end", () => {
    const both: Clips = [pendulum([0, Math.PI / 2]), pendulum([0, 1, 2])];
    const [rod] = drawClip(both[0], 1, both).shapes;
    expect(rod!.kind === "line" && rod!.points[1]!.map((v) => Math.round(v * 1e9) / 1e9)).toEqual([-1, 0]);
    expect(drawClip(both[0], 2, both)).toEqual(drawClip(both[0], 1, both));
  });

  it("of numbered states is drawn too: the taxi is where its state says, and drives where its action goes", () => {
    const clip: Clip = { env: "Taxi-v4", fps: 4, observations: [[0], [100]], actions: [0, 3] };
    const both: Clips = [clip, clip];
    expect(isDrawn(clip)).toBe(true);
    const body = (step: number) => {
      const shapes = drawClip(clip, step, both).shapes;
      const points = shapes.flatMap((shape) =>
        shape.kind === "polygon" && shape.fill === "#e0b32e" ? shape.points : [],
      );
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      return { cell: [left, right, bottom, top].map(Math.floor), isUpright: top - bottom > right - left };
    };
    expect(body(0)).toEqual({ cell: [0, 0, 4, 4], isUpright: true }); // in the uppermost row, to the south
    expect(body(1)).toEqual({ cell: [0, 0, 3, 3], isUpright: false }); // below it, to the west
  });

  it("of an environment that nobody can draw shows its numbers, on one scale for both, and where it is", () => {
    const both: Clips = [
      numbers([
        [0, 5],
        [1, 5],
      ]),
      numbers([
        [0, 5],
        [2, 5],
        [4, 5],
      ]),
    ];
    expect([isDrawn(both[0]), isDrawn(pendulum([0]))]).toEqual([false, true]);
    const heights = (clip: Clip, curve: number) => {
      const shape = drawClip(clip, 0, both).shapes[1 + curve]!;
      return shape.kind === "line" ? shape.points.map(([, y]) => y) : [];
    };
    expect(heights(both[0], 0)).toEqual([6, 28]);
    expect(heights(both[1], 0)).toEqual([6, 50, 94]);
    expect(heights(both[1], 1)).toEqual([50, 50, 50]);
    const marker = drawClip(both[1], 1, both).shapes[0]!;
    expect(marker.kind === "line" && marker.points[0]).toEqual([80, 0]);
  });
});
