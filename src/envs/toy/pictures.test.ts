// What the pictures say is what the text and the tables say.
import { describe, expect, it } from "vitest";
import type { Env, Tabular } from "../env.ts";
import { type EnvId, envIds, make } from "../registry.ts";
import { film } from "../render/apng.ts";
import { drawObservation } from "../render/observation.ts";
import type { Drawing, Picture, Point, Shape } from "../render/picture.ts";
import { toRgb } from "../render/raster.ts";
import { toSvg } from "../render/svg.ts";
import { recordEpisodes } from "../wrappers/episodes.ts";
import { restoreTo, unwrapped } from "../wrappers/wrap.ts";
import { cellOf, colours } from "./grid-painter.ts";
import { decode, places } from "./taxi-map.ts";

const renderMode = "rgb_array";
const toys = envIds().filter((id) => "transitions" in make(id));

/** The environment in any state. */
function put(id: EnvId, options: Record<string, unknown> = {}) {
  const env = unwrapped(make(id as string, { renderMode, ...options })) as Env & Tabular;
  return {
    env,
    draw(state: number, lastAction: number | null = null): Drawing {
      restoreTo(env, { state, lastAction, rng: null, twist: null });
      return env.render!() as Drawing;
    },
  };
}

const of = <K extends Shape["kind"]>(kind: K, { shapes }: Drawing) =>
  shapes.filter((shape): shape is Extract<Shape, { kind: K }> => shape.kind === kind);

/** Row and column of the one red circle. */
function cellOfAgent(drawing: Drawing): [row: number, column: number] {
  const agents = of("circle", drawing).filter(({ fill }) => fill === colours.agent);
  expect(agents).toHaveLength(1);
  return cellAround(agents[0]!.at, rowsOf(drawing));
}

const rowsOf = ({ view }: Drawing): number => Math.floor(view[3]);
const cellAround = ([x, y]: Point, rows: number): [number, number] => [rows - 1 - Math.floor(y), Math.floor(x)];
const pointsOf = (shape: Shape): readonly Point[] => (shape.kind === "circle" ? [shape.at] : shape.points);
const middle = (points: readonly Point[]): Point => [
  points.reduce((sum, [x]) => sum + x, 0) / points.length,
  points.reduce((sum, [, y]) => sum + y, 0) / points.length,
];

/** Tells the colour in the middle of a cell, or so far to the right and above of it, as one sees it. */
function seen(drawing: Drawing) {
  const perUnit = 20;
  const [left, , right, top] = drawing.view;
  const { width, rgb } = toRgb(drawing, Math.round((right - left) * perUnit));
  return ([row, column]: readonly [row: number, column: number], [dx, dy]: Point = [0, 0]): string => {
    const x = Math.floor((column + 0.5 + dx - left) * perUnit);
    const y = Math.floor((top - (rowsOf(drawing) - row - 0.5 + dy)) * perUnit);
    const at = (y * width + x) * 3;
    return `#${Buffer.from(rgb.subarray(at, at + 3)).toString("hex")}`;
  };
}

describe("a drawing of a toy-text environment", () => {
  it.each(toys)("%s is given where it is asked for, else the text", (id) => {
    const [text, drawn] = [make(id), make(id, { renderMode })];
    for (const env of [text, drawn]) env.reset({ seed: 1 });
    expect(text.render!()).toBeTypeOf("string");
    const drawing = drawn.render!() as Drawing;
    const [left, bottom, right, top] = drawing.view;
    for (const [x, y] of drawing.shapes.flatMap(pointsOf)) {
      expect(x >= left && x <= right && y >= bottom && y <= top).toBe(true);
    }
    for (const colour of [drawing.background, ...drawing.shapes.map((s) => (s.kind === "line" ? s.stroke : s.fill))]) {
      expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    }
    const { width, height, rgb } = toRgb(drawing, 120);
    expect([width, height, rgb.length]).toEqual([
      120,
      Math.round((120 * (top - bottom)) / (right - left)),
      360 * height,
    ]);
    expect(toSvg(drawing)).toContain("<polygon");
  });

  it("is refused in a mode that there is not", () => {
    expect(() => make("Taxi-v4", { renderMode: "human" as never })).toThrow(
      expect.objectContaining({ code: "bad-env-option", message: expect.stringContaining('"human"') }),
    );
    expect(() => make("Blackjack-v1", { renderMode: "toString" as never })).toThrow(
      expect.objectContaining({ code: "bad-env-option" }),
    );
  });

  it.each([
    ["FrozenLake-v1", 4, {}],
    ["FrozenLake8x8-v1", 8, {}],
    ["FrozenLake-v1", 3, { desc: ["SFF", "HFG"] }],
    ["CliffWalking-v1", 12, {}],
    ["CliffWalkingSlippery-v1", 12, {}],
    ["GridWorld4x4-v0", 4, {}],
    ["GridWorld5x5-v0", 5, {}],
    ["WindyGridWorld-v0", 10, {}],
    ["RandomWalk-v0", 7, {}],
  ] as const)("%s shows who acts in the cell of the state, in all of %i columns", (id, columns, options) => {
    const { env, draw } = put(id, options);
    env.transitions.forEach((_, state) => {
      expect(cellOfAgent(draw(state))).toEqual(cellOf(state, columns));
    });
  });

  it("of FrozenLake has water in the holes, a flag at the goal, and a tip where one wanted to go", () => {
    const { draw } = put("FrozenLake-v1");
    const drawing = draw(0);
    const colourAt = seen(drawing);
    const cells = ["SFFF", "FHFH", "FFFH", "HFFG"].flatMap((row, r) =>
      Array.from(row, (letter, c) => ({ letter, r, c })),
    );
    for (const { letter, r, c } of cells.slice(1)) {
      expect(colourAt([r, c])).toBe({ H: "#3f6f97", F: "#e9f2f9", G: colours.end }[letter]);
    }
    const flags = of("polygon", drawing).filter(({ fill }) => fill === colours.flag);
    expect(flags.map(({ points }) => cellAround(middle(points), 4))).toEqual([[3, 3]]);

    const tips: readonly Point[] = [
      [-0.29, 0],
      [0, -0.29],
      [0.29, 0],
      [0, 0.29],
    ]; // left, down, right, up
    tips.forEach((there, action) => {
      const looking = seen(draw(9, action));
      expect(tips.filter((at) => looking([2, 1], at) === colours.agent)).toEqual([there]);
    });
    const sunk = seen(draw(5, 1));
    expect(sunk([1, 1], [0, 0.15])).toBe(colours.agent); // in the water: the head is seen
    expect(sunk([1, 1], [0, -0.15])).not.toBe(colours.agent);
  });

  it("of CliffWalking has rock or depth exactly where one falls", () => {
    const { env, draw } = put("CliffWalking-v1");
    const falls = new Set<number>();
    for (let state = 24; state < 36; state++) if (env.transitions[state]![2]![0]![2] === -100) falls.add(state + 12);
    expect(falls.size).toBe(10);
    const colourAt = seen(draw(0));
    for (let state = 1; state < 48; state++) {
      const isDark = ["#8d7766", "#57483e"].includes(colourAt(cellOf(state, 12)));
      expect(isDark).toBe(falls.has(state));
    }
  });

  it("of Taxi has walls exactly where it cannot drive", () => {
    const { env, draw } = put("Taxi-v4");
    const lines = of("line", draw(0)).filter(({ width, stroke }) => width > 0.05 && stroke === colours.dark);
    const sides = lines.flatMap(({ points }) => points.slice(1).map((to, i) => [points[i]!, to] as const));
    const isWalled = ([x, y]: Point) =>
      sides.some(([[ax, ay], [bx, by]]) => {
        const within = (v: number, a: number, b: number) => v >= Math.min(a, b) && v <= Math.max(a, b);
        return within(x, ax, bx) && within(y, ay, by);
      });
    const beside: readonly Point[] = [
      [0, -0.5],
      [0, 0.5],
      [0.5, 0],
      [-0.5, 0],
    ]; // south, north, east, west
    for (let cell = 0; cell < 25; cell++) {
      const [row, column] = cellOf(cell, 5);
      beside.forEach(([dx, dy], action) => {
        const stays = env.transitions[cell * 20]![action]![0]![1] === cell * 20;
        expect(isWalled([column + 0.5 + dx, 4.5 - row + dy])).toBe(stays);
      });
    }
  });

  it.each([{}, { isRainy: true }])(
    "of Taxi %j has the taxi where it is, the passenger in it or waiting, and the flag at the destination",
    (options) => {
      const { env, draw } = put("Taxi-v4", options);
      env.transitions.forEach((_, state) => {
        const { at, passenger, destination } = decode(state);
        const drawing = draw(state, state % 6);
        const cabs = of("polygon", drawing).filter(({ fill }) => fill === "#e0b32e");
        expect(cabs.map(({ points }) => cellAround(middle(points), 5))).toEqual([[...at]]);
        const heads = of("circle", drawing);
        expect(heads.map((head) => cellAround(head.at, 5))).toEqual([
          passenger === 4 ? [...at] : [...places[passenger]!],
        ]);
        const within = (i: 0 | 1) => {
          const all = cabs[0]!.points.map((point) => point[i]);
          return heads[0]!.at[i] > Math.min(...all) && heads[0]!.at[i] < Math.max(...all);
        };
        expect(within(0) && within(1)).toBe(passenger === 4);
        const cloths = of("polygon", drawing).filter(
          ({ fill, points }) => fill === colours.dark && points.length === 3,
        );
        expect(cloths.map(({ points }) => cellAround(middle(points), 5))).toEqual([[...places[destination]!]]);
      });
    },
  );

  it("of Taxi rains where it does", () => {
    const [dry, wet] = [put("Taxi-v4").draw(0), put("Taxi-v4", { isRainy: true }).draw(0)];
    expect(of("line", wet).length).toBeGreaterThan(of("line", dry).length + 20);
  });

  it("of a grid has no arrow for a cell that throws one back where one was", () => {
    const { draw } = put("GridWorld4x4-v0", { specials: [[[1, 1], [1, 1], 0]] });
    expect(of("line", draw(6))).toHaveLength(2); // of the flags
    expect(draw(6).shapes.flatMap(pointsOf).flat().every(Number.isFinite)).toBe(true);
  });

  it("of the gambler has a coin for each of the capital", () => {
    const { draw } = put("Gambler-v0", { goal: 30 });
    const coins = (capital: number) => of("circle", draw(capital)).filter(({ fill }) => fill === "#e0b84f").length;
    expect([0, 1, 17, 30].map(coins)).toEqual([0, 1, 17, 30]);
  });

  it("of the 5 × 5 grid has arrows from and to where the table throws", () => {
    const { env, draw } = put("GridWorld5x5-v0");
    const thrown = of("line", draw(12)).map(({ points }) => points.map((point) => cellAround(point, 5)));
    expect(thrown).toHaveLength(2);
    for (const [from, to] of thrown) {
      expect(env.transitions[from![0] * 5 + from![1]]!.map((outcomes) => outcomes[0]![1])).toEqual(
        Array(4).fill(to![0] * 5 + to![1]),
      );
    }
  });
});

describe("a drawing of Blackjack", () => {
  const hands = (player: readonly number[], dealer: readonly number[], isOpen: boolean) => {
    const env = unwrapped(make("Blackjack-v1", { renderMode })) as Env;
    restoreTo(env, { player, dealer, isOpen, rng: null });
    const drawing = env.render!() as Drawing;
    const line = (drawing.view[1] + drawing.view[3]) / 2;
    const pips = of("polygon", drawing).filter(({ fill }) => fill === "#cc4d4d");
    const cards = of("polygon", drawing).filter(({ fill }) => fill === "#ffffff");
    const [above, below] = [
      (points: readonly Point[]) => middle(points)[1] > line,
      (points: readonly Point[]) => middle(points)[1] < line,
    ];
    const count = (shapes: typeof pips) =>
      [above, below].map((side) => shapes.filter(({ points }) => side(points)).length);
    return { pips: count(pips), cards: count(cards), view: drawing.view };
  };

  it("has as many pips as the cards are worth, an ace one, and hides the dealer's second until the player sticks", () => {
    for (let value = 1; value <= 10; value++) {
      expect(hands([value, 5, 3], [value, 10], false)).toMatchObject({ pips: [value, value + 8], cards: [2, 3] });
    }
    expect(hands([10, 9], [6, 2, 10], true)).toMatchObject({ pips: [18, 19], cards: [3, 2] });
  });

  it("opens with sticking, stays hidden for who is bust, and is closed again by a reset", () => {
    const env = make("Blackjack-v1", { renderMode });
    const backs = () => of("polygon", env.render!() as Drawing).filter(({ fill }) => fill === "#8184cb").length;
    for (let seed = 0; seed < 20; seed++) {
      env.reset({ seed });
      expect(backs()).toBe(1);
      const [, , over] = env.step(seed % 2);
      expect(backs()).toBe(over && seed % 2 === 0 ? 0 : 1);
    }
  });

  it("keeps its size with many cards", () => {
    const few = hands([10, 9], [6, 2], false);
    const many = hands([1, 1, 1, 1, 2, 2, 2, 3], [6, 2], false);
    expect(many.view).toEqual(few.view);
    expect(many.pips[1]).toBe(13);
  });
});

describe("a toy-text observation", () => {
  it.each(["FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v4"] as const)(
    "of %s is drawn as the environment draws itself",
    (id) => {
      const { env, draw } = put(id);
      env.transitions.forEach((actions, state) => {
        expect(drawObservation(id, [state])).toEqual(draw(state));
        const action = state % actions.length;
        expect(drawObservation(id, [state], action)).toEqual(draw(state, action));
      });
      for (const other of [[env.transitions.length], [-1], [0.5], [0, 0], []]) {
        expect(drawObservation(id, other)).toBeUndefined();
      }
    },
  );

  it("of Blackjack and of grids whose size the name does not tell has none", () => {
    expect(drawObservation("Blackjack-v1", [20, 5, 0])).toBeUndefined();
    expect(drawObservation("GridWorld4x4-v0", [3])).toBeUndefined();
  });
});

it("an episode of FrozenLake makes a film of its steps and the start", async () => {
  const films: (readonly Picture[])[] = [];
  const env = recordEpisodes(make("FrozenLake-v1", { renderMode }), {
    trigger: () => true,
    onEpisode: (pictures) => films.push(pictures),
  });
  env.reset({ seed: 3 });
  let steps = 0;
  for (let over = false; !over; steps++) {
    const [, , terminated, truncated] = env.step([1, 2][steps % 2]!);
    over = terminated || truncated;
  }
  expect(env.renderFps).toBe(4);
  const png = Buffer.from(await film(films[0]!, { fps: env.renderFps, width: 40 }));
  const control = png.indexOf("acTL") + 4;
  expect(png.readUInt32BE(control)).toBe(steps + 1);
  const delay = png.indexOf("fcTL") + 24; // after number, width, height and place
  expect([png.readUInt16BE(delay), png.readUInt16BE(delay + 2)]).toEqual([100, 400]);
});
