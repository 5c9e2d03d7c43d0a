/** An estimate with the interval that holds it at the confidence asked for. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
