import { z } from "zod";

/** What a training command's `--dry-run --json` prints. */
export const DryRun = z.strictObject({
  parameters: z.int(),
  /** Floating-point operations per trained token. */
  flopsPerToken: z.number(),
  memoryBytes: z.number(),
  /** Null when no data was given. */
  steps: z.int().nullable(),
  tokens: z.number().nullable(),
  seconds: z.number().nullable(),
  /** The same with every factor, in words: what is printed without --json. */
  text: z.string(),
});
export type DryRun = z.infer<typeof DryRun>;
