/** One documented experiment: what an issue must show and what takes too long for `npm test`. */
export interface Proof {
  /** What is asked, in a sentence. */
  readonly question: string;
  run(options: ProofOptions): Promise<Proven>;
}

export interface ProofOptions {
  readonly seeds: readonly number[];
  /** Sizes that differ from the proof's own, for a quicker look. */
  readonly settings: Readonly<Record<string, number>>;
  /** Tells the person how far it is. */
  note(line: string): void;
}

export interface Proven {
  readonly passed: boolean;
  /** Plain JSON: the numbers that docs/results keeps. */
  readonly results: unknown;
  /** Markdown for people: printed at the end, and pasted into docs. */
  readonly table?: string;
}
