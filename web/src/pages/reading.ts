/** What an agreement number says in words. */
import type { Measured } from "../api/types.ts";

export type Reading = "nothing" | "unsure" | "none" | "weak" | "fair" | "good";

/**
 * Corrected for chance: Krippendorff's bounds (2004, p. 241: rely on 0.8, draw tentative conclusions from 0.667); for
 * pairs the 0.5 of coin tosses is no agreement, and InstructGPT's labellers reached 0.73. The lower end of the interval
 * counts, so that few tasks promise nothing.
 */
export function readingOf(measure: "pairs" | "alpha" | "fleiss" | "kendallW", measured: Measured): Reading {
  if (!measured) return "nothing";
  const { value, low, high } = measured;
  if (high - low > 0.5) return "unsure";
  const [good, fair, weak] = measure === "pairs" ? [0.8, 0.7, 0.55] : [0.8, 0.667, 0.2];
  if (low >= good) return "good";
  if (value >= fair) return "fair";
  return value >= weak ? "weak" : "none";
}
