/** What LunarLander's engines do at an action. */

export interface Thrust {
  /** 0, or 0.5 to 1. */
  readonly main: number;
  /** 0, or 0.5 to 1. */
  readonly side: number;
  /** Where the side engine pushes: −1 to the left, 1 to the right. */
  readonly direction: number;
}

export const noThrust: Thrust = { main: 0, side: 0, direction: 0 };
const choices: readonly Thrust[] = [
  noThrust,
  { main: 0, side: 1, direction: -1 },
  { main: 1, side: 0, direction: 0 },
  { main: 0, side: 1, direction: 1 },
];

/** Of the discrete actions: nothing, left engine, main engine, right engine. */
export const thrustOfChoice = (action: number): Thrust => choices[action] ?? noThrust;

/** Of two numbers in [−1, 1] (beyond them they are cut): main engine from 0 on, side engines beyond ±0.5. */
export function thrustOfPair(action: ArrayLike<number>): Thrust {
  const [main, side] = Array.from(action, (v) => Math.min(Math.max(v, -1), 1)) as [number, number];
  return {
    main: main > 0 ? (main + 1) * 0.5 : 0,
    side: Math.abs(side) > 0.5 ? Math.abs(side) : 0,
    direction: Math.sign(side),
  };
}
