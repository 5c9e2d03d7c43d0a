/** The pictures of a clip: the environment's own, or its numbers as curves where nobody knows how to draw it. */
import { type Drawing, drawObservation, type Point, type Shape } from "../../../src/envs/drawing.ts";
import type { Clip, Clips } from "./playback.ts";

export const isDrawn = ({ env, observations }: Clip): boolean => drawObservation(env, observations[0]!) !== undefined;

/** What a clip shows at a step; one that is over shows its end. `both`: for one scale of the numbers of both. */
export function drawClip(clip: Clip, step: number, both: Clips): Drawing {
  const at = Math.min(step, clip.observations.length - 1);
  return drawObservation(clip.env, clip.observations[at]!, clip.actions[at]) ?? drawNumbers(clip, at, both);
}

const size = [160, 100] as const;
const colours = ["#3a4fd0", "#b3541e", "#17713f", "#9b2f7f", "#7d5300", "#0e6f7c"] as const;

/** One curve a number, each on its own scale from the least to the greatest of both clips, and a line at the step. */
function drawNumbers({ observations }: Clip, step: number, both: Clips): Drawing {
  const longest = Math.max(...both.map((clip) => clip.observations.length));
  const x = (i: number) => (longest > 1 ? 4 + (i / (longest - 1)) * (size[0] - 8) : size[0] / 2);
  const curve = (number: number): Shape => {
    const all = both.flatMap((clip) => clip.observations.map((row) => row[number] ?? 0));
    const [low, high] = all.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    const y = (value: number) => 6 + (high > low ? (value - low) / (high - low) : 0.5) * (size[1] - 12);
    return {
      kind: "line",
      points: observations.map((row, i): Point => [x(i), y(row[number] ?? 0)]),
      width: 0.8,
      stroke: colours[number % colours.length]!,
    };
  };
  const marker: Shape = {
    kind: "line",
    points: [
      [x(step), 0],
      [x(step), size[1]],
    ],
    width: 0.5,
    stroke: "#808080",
  };
  return {
    view: [0, 0, ...size],
    background: "#ffffff",
    shapes: [marker, ...Array.from({ length: observations[0]!.length }, (_, number) => curve(number))],
  };
}
