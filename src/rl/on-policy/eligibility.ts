/** How a state that is visited again is traced: its trace grows by 1, or begins anew at 1 (Singh & Sutton 1996). */
export type TraceKind = "accumulating" | "replacing";

export interface TraceStep {
  readonly state: number;
  readonly reward: number;
  /** The state reached; undefined where the episode terminated. */
  readonly next: number | undefined;
  readonly alpha: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly kind: TraceKind;
}

/**
 * One step of TD(λ) on a table, in place: every state learns from this step's error as far as its trace remembers it
 * (Sutton & Barto, section 12.2). Traces are all 0 when an episode begins.
 */
export function traceStep(values: Float64Array, traces: Float64Array, x: TraceStep): void {
  const future = x.next === undefined ? 0 : values[x.next]!;
  const delta = x.reward + x.gamma * future - values[x.state]!;
  for (let s = 0; s < traces.length; s++) traces[s]! *= x.gamma * x.lambda;
  traces[x.state] = x.kind === "accumulating" ? traces[x.state]! + 1 : 1;
  for (let s = 0; s < values.length; s++) values[s]! += x.alpha * delta * traces[s]!;
}
