/**
 * Taxi (Dietterich 2000; gymnasium/envs/toy_text/taxi.py, v4): fetch a passenger and bring them to their destination. States
 * ((row·5 + column)·5 + passenger)·4 + destination; the passenger waits at one of four places or (4) sits in the taxi.
 * Actions: south, north, east, west, pick up, drop off. Reward −1, for a delivery 20, for picking up or dropping off in vain
 * −10. `info.actionMask` has a 1 for each action that does something.
 */
import type { Json, Outcome } from "../env.ts";
import type { Generator } from "../random/generator.ts";
import type { Cell } from "./grid-painter.ts";
import type { Shown } from "./render-mode.ts";
import { checkProbability, colour, type TabularEnv, type Twist, tabularEnv, tabulate } from "./tabular.ts";
import { decode, encode, isOpen, places, riding, taxiMap, taxiMoves, taxiStates } from "./taxi-map.ts";
import { taxiScene } from "./taxi-scene.ts";

export interface TaxiOptions extends Shown {
  /** In the rain the taxi may drift to the side; default false. */
  readonly isRainy?: boolean | undefined;
  /** Probability in the rain to go where one wanted, default 0.8. */
  readonly rainyProbability?: number | undefined;
  /** The passenger may want to go elsewhere after the first move; default false. */
  readonly ficklePassenger?: boolean | undefined;
  /** Probability of such a passenger, default 0.3. */
  readonly fickleProbability?: number | undefined;
}

const actionNames = ["South", "North", "East", "West", "Pickup", "Dropoff"];
/** For each move what is left and right of it. */
const asides = [
  [2, 3],
  [3, 2],
  [1, 0],
  [0, 1],
] as const;

const placeAt = ([row, column]: Cell): number => places.findIndex(([r, c]) => r === row && c === column);
const within = (x: number): number => Math.min(Math.max(x, 0), 4);

/** Whether a move leads anywhere. */
function leads([row, column]: Cell, action: number): boolean {
  if (action === 0) return row < 4;
  if (action === 1) return row > 0;
  return isOpen(row, column + (action === 2 ? 1 : 0));
}

function move(at: Cell, action: number): Cell {
  const [down, right] = taxiMoves[action]!;
  return leads(at, action) ? [at[0] + down, at[1] + right] : at;
}

/** A drift to the side. The wall it looks for is the one behind it, as in Gymnasium's table. */
function drift(at: Cell, action: number): Cell {
  const [down, right] = taxiMoves[action]!;
  const to: Cell = [within(at[0] + down), within(at[1] + right)];
  if (right === 1 && !isOpen(to[0], to[1])) return at;
  if (right === -1 && !isOpen(to[0], to[1] + 1)) return at;
  return to;
}

export function taxi({
  isRainy = false,
  rainyProbability = 0.8,
  ficklePassenger = false,
  fickleProbability = 0.3,
  renderMode,
}: TaxiOptions = {}): TabularEnv {
  checkProbability("rainyProbability", rainyProbability);
  checkProbability("fickleProbability", fickleProbability);
  const outcomes = (state: number, action: number): Outcome[] => {
    const { at, passenger, destination } = decode(state);
    const here = placeAt(at);
    if (action === 4) {
      const found = passenger === here;
      return [[1, encode(at, found ? riding : passenger, destination), found ? -1 : -10, false]];
    }
    if (action === 5) {
      if (passenger !== riding || here < 0) return [[1, state, -10, false]];
      const arrived = here === destination;
      return [[1, encode(at, here, destination), arrived ? 20 : -1, arrived]];
    }
    const to = (place: Cell) => encode(place, passenger, destination);
    if (!isRainy) return [[1, to(move(at, action)), -1, false]];
    const side = (1 - rainyProbability) / 2;
    const [left, right] = asides[action]!.map((aside) => (leads(at, action) ? drift(at, aside) : at));
    return [
      [rainyProbability, to(move(at, action)), -1, false],
      [side, to(left!), -1, false],
      [side, to(right!), -1, false],
    ];
  };
  const initial = Float64Array.from({ length: taxiStates }, (_, state) => {
    const { passenger, destination } = decode(state);
    return passenger < riding && passenger !== destination ? 1 / 300 : 0;
  });
  return tabularEnv({
    name: "TaxiEnv",
    transitions: tabulate(taxiStates, 6, outcomes),
    initial,
    renderMode,
    show,
    moves: taxiMoves,
    draw: (state, move) => taxiScene(state, move, isRainy),
    info: (state) => ({ actionMask: actionMask(state) }),
    ...(ficklePassenger ? { twist: fickle(fickleProbability) } : {}),
  });
}

function actionMask(state: number): Uint8Array {
  const { at, passenger } = decode(state);
  const here = placeAt(at);
  const canMove = [0, 1, 2, 3].map((action) => (leads(at, action) ? 1 : 0));
  return Uint8Array.of(...canMove, here >= 0 && passenger === here ? 1 : 0, passenger === riding && here >= 0 ? 1 : 0);
}

/** Some passengers change their destination when they are first driven anywhere. */
function fickle(probability: number): Twist {
  let willChange = false;
  return {
    begin(rng: Generator) {
      willChange = rng.random() < probability;
    },
    change(from, to, rng) {
      const before = decode(from);
      const after = decode(to);
      if (!willChange || before.passenger !== riding || `${before.at}` === `${after.at}`) return to;
      willChange = false;
      const others = [0, 1, 2, 3].filter((place) => place !== before.destination);
      return encode(after.at, after.passenger, rng.choice(others));
    },
    save: () => willChange,
    load(saved: Json) {
      willChange = saved === true;
    },
  };
}

function show(state: number, lastAction: number | null): string {
  const { at, passenger, destination } = decode(state);
  const grid = taxiMap.map((line) => line.split(""));
  const paint = ([row, column]: Cell, how: (text: string) => string) => {
    const line = grid[1 + row]!;
    line[2 * column + 1] = how(line[2 * column + 1]!);
  };
  if (passenger === riding) {
    paint(at, (text) => colour(text === " " ? "_" : text, "green", "background"));
  } else {
    paint(at, (text) => colour(text, "yellow", "background"));
    paint(places[passenger]!, (text) => colour(text, "blue", "bold"));
  }
  paint(places[destination]!, (text) => colour(text, "magenta"));
  const did = lastAction === null ? "" : `  (${actionNames[lastAction]})`;
  return `${grid.map((line) => line.join("")).join("\n")}\n${did}\n`;
}
