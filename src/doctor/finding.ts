/** Something in data, in a model or in a run that is known to go wrong in silence. */
export interface Finding {
  /** Stable, explained in docs/errors. */
  readonly code: string;
  /** `stop` ends the run; `warn` is said once, and kept in run.json. */
  readonly level: "stop" | "warn";
  /** What was measured; null when it is not a finite number. */
  readonly number: number | null;
  readonly message: string;
  readonly cause: string;
  readonly fix: string;
  /** At which step of the run; absent for what is known before the first. */
  readonly step?: number | undefined;
}

/** A share for people: `3.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
