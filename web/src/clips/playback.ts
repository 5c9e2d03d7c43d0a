/** Which step of two clips is shown after a time: both run in step, hold their last picture for a moment, and begin anew. */
import type { ReplyOf } from "../../../src/server/protocol.ts";

export type Clips = NonNullable<ReplyOf<"GET /api/tasks/:task/view">["clips"]>;
export type Clip = Clips[number];

export const speeds = [0.5, 1, 2] as const;
export type Speed = (typeof speeds)[number];

/** How long the last picture stands before the clips begin again, in seconds of the clip. */
const holdSeconds = 0.5;

/** Of both: the longer one's steps; the shorter one waits at its end. */
export const stepsOf = (clips: Clips): number => Math.max(...clips.map(({ observations }) => observations.length));

/** From the beginning to the beginning, in seconds of the clip. */
export const loopSeconds = (clips: Clips): number => stepsOf(clips) / clips[0].fps + holdSeconds;

/** The step that is shown so many seconds after a beginning, from 0. */
export function stepAt(clips: Clips, seconds: number): number {
  const into = seconds % loopSeconds(clips);
  return Math.min(Math.floor(into * clips[0].fps), stepsOf(clips) - 1);
}

/** When a step is shown, so that playing goes on from there; its middle, against rounding. */
export const secondsOf = (clips: Clips, step: number): number => (step + 0.5) / clips[0].fps;
