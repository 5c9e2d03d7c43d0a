import type { Row } from "./measure.ts";
import type { Peer } from "./peer.ts";

/** What a benchmark gets from the command line. */
export interface Settings {
  /** The interpreter of the peers. */
  readonly python: string | undefined;
  readonly rounds: number;
  readonly threads: number;
}

export interface CaseContext extends Settings {
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  /**
   * Starts a peer's script; undefined when no interpreter was named, or when an optional peer's packages are missing, which
   * is said.
   */
  startPeer(script: string, how?: { readonly optional: boolean }): Promise<Peer | undefined>;
}

/** A benchmark: checks that both sides do the same, then measures. Yields its rows as they are known. */
export type Case = (context: CaseContext) => AsyncIterable<Row>;
