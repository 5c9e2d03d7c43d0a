/** How Blackjack looks: the dealer's cards above, the player's below. Suits are not played with, so all are diamonds. */
import type { Drawing, Point, Shape } from "../render/picture.ts";
import { placed, polygon } from "./grid-painter.ts";

/** A card is one wide; a row has room for so many side by side, more lie over each other. */
const [room, height, gap] = [5, 1.4, 0.15];
const width = room + (room + 1) * gap;

/** @param dealer values of the cards that are seen; a single one has another beside it, face down */
export function blackjackScene(player: readonly number[], dealer: readonly number[]): Drawing {
  const row = (hand: readonly (number | undefined)[], y: number): Shape[] => {
    const step = Math.min(1 + gap, ((room - 1) * (1 + gap)) / Math.max(1, hand.length - 1));
    const left = (width - (hand.length - 1) * step) / 2;
    return hand.flatMap((value, i) => card([left + i * step, y], value));
  };
  const lower = gap + height / 2;
  return {
    view: [0, 0, width, 3 * gap + 2 * height],
    background: "#5e9276",
    shapes: [
      ...row(dealer.length === 1 ? [...dealer, undefined] : dealer, lower + height + gap),
      ...row(player, lower),
    ],
  };
}

/** Face down without a value. */
function card(at: Point, value: number | undefined): Shape[] {
  const sheet = (width: number, fill: string) => polygon(placed(at, rounded(width, height - 1 + width)), fill);
  const paper = [sheet(1, "#4a745e"), sheet(0.97, "#ffffff")];
  if (value === undefined) {
    return [...paper, sheet(0.85, "#8184cb"), ...lattice.map((x) => pip(at, x, 0.11, "#a9abdf"))];
  }
  return [...paper, ...pips[value]!.map((x) => pip(at, x, value === 1 ? 0.3 : 0.105, "#cc4d4d"))];
}

/** A rectangle without its corners. */
function rounded(width: number, height: number): Point[] {
  const [x, y, cut] = [width / 2, height / 2, 0.05];
  return [
    [-x + cut, -y],
    [x - cut, -y],
    [x, -y + cut],
    [x, y - cut],
    [x - cut, y],
    [-x + cut, y],
    [-x, y - cut],
    [-x, -y + cut],
  ];
}

const pip = ([x, y]: Point, [right, up]: Point, size: number, fill: string): Shape =>
  polygon(
    placed(
      [x + right, y + up],
      [
        [0, -1.3 * size],
        [0.95 * size, 0],
        [0, 1.3 * size],
        [-0.95 * size, 0],
      ],
    ),
    fill,
  );

const [aside, high] = [0.26, 0.47];
const middle = (...ups: readonly number[]): Point[] => ups.map((up) => [0, high * up]);
const sides = (...ups: readonly number[]): Point[] =>
  ups.flatMap((up) => [-aside, aside].map((right): Point => [right, high * up]));

/** Where the pips of each value are on a card, as cards have them. */
const pips: readonly (readonly Point[])[] = [
  [],
  middle(0),
  middle(-1, 1),
  middle(-1, 0, 1),
  sides(-1, 1),
  [...sides(-1, 1), ...middle(0)],
  sides(-1, 0, 1),
  [...sides(-1, 0, 1), ...middle(0.5)],
  [...sides(-1, 0, 1), ...middle(0.5, -0.5)],
  [...sides(-1, -1 / 3, 1 / 3, 1), ...middle(0)],
  [...sides(-1, -1 / 3, 1 / 3, 1), ...middle(-2 / 3, 2 / 3)],
];

/** The pattern on a back. */
const lattice: readonly Point[] = [-0.4, -0.2, 0, 0.2, 0.4].flatMap((up) =>
  [-0.24, 0, 0.24].map((right): Point => [right, up]),
);
