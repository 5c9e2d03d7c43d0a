/** How LunarLander looks: the ground with its pad, the hull on two legs, a flame where an engine burns. */
import type { Drawing, Point, Shape } from "../render/picture.ts";
import { height, hull, legAway, legDown, legHalf, padHeight, scale, width } from "./shape.ts";
import { noThrust, type Thrust, thrustOfChoice, thrustOfPair } from "./thrust.ts";

/** Where a body is, in metres from the left bottom corner and radians. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

export interface LanderScene {
  readonly surface: readonly Point[];
  readonly hull: Pose;
  readonly legs: readonly Pose[];
  readonly thrust: Thrust;
}

const padHalf = 2;
const lilac = "#8066e6";
const legShape = [
  [-legHalf[0], -legHalf[1]],
  [-legHalf[0], legHalf[1]],
  [legHalf[0], legHalf[1]],
  [legHalf[0], -legHalf[1]],
] as const;

/** Points of a body, told from its centre, as they lie in the world. */
const placed = ({ x, y, angle }: Pose, points: readonly Point[]): Point[] => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([px, py]) => [x + px * cos - py * sin, y + px * sin + py * cos]);
};

export const drawLander = ({ surface, hull: body, legs, thrust }: LanderScene): Drawing => ({
  view: [0, 0, width, height],
  background: "#000000",
  shapes: [
    { kind: "polygon", points: [[0, 0], ...surface, [width, 0]], fill: "#ffffff" },
    ...flames(thrust).map((points): Shape => ({ kind: "polygon", points: placed(body, points), fill: "#ff8c1a" })),
    ...legs.map((leg): Shape => ({ kind: "polygon", points: placed(leg, legShape), fill: lilac })),
    { kind: "polygon", points: placed(body, hull), fill: lilac },
    ...[-padHalf, padHalf].flatMap((away) => flag(width / 2 + away)),
  ],
});

/** Below the hull for the main engine, beside it where a side engine pushes it away from; as long as the engine is strong. */
function flames({ main, side, direction }: Thrust): Point[][] {
  const pixels = (points: readonly Point[]) => points.map(([x, y]): Point => [x / scale, y / scale]);
  const away = -direction;
  return [
    ...(main > 0
      ? [
          pixels([
            [-7, -10],
            [0, -10 - 26 * main],
            [7, -10],
          ]),
        ]
      : []),
    ...(side > 0
      ? [
          pixels([
            [away * 14, 18],
            [away * (14 + 16 * side), 14],
            [away * 14, 10],
          ]),
        ]
      : []),
  ];
}

function flag(x: number): Shape[] {
  const top = padHeight + 50 / scale;
  return [
    {
      kind: "line",
      points: [
        [x, padHeight],
        [x, top],
      ],
      width: 0.03,
      stroke: "#ffffff",
    },
    {
      kind: "polygon",
      points: [
        [x, top],
        [x, top - 10 / scale],
        [x + 25 / scale, top - 5 / scale],
      ],
      fill: "#cccc00",
    },
  ];
}

/** What the legs' joints allow: a leg in the air hangs at the first, one that touches is pressed towards the second. */
const legAngles = [0.4, 0.55] as const;

/**
 * The scene of an observation, as far as it tells: the ground is flat as the pad, since hills are not observed, and legs
 * stand at the angles that they usually have.
 *
 * @param o place, velocity, angle, turning, and whether each leg touches, scaled as the environment does it
 */
export function landerScene(o: readonly number[], action?: number | readonly number[]): LanderScene {
  const body = {
    x: (1 + o[0]!) * (width / 2),
    y: padHeight + legDown + o[1]! * (height / 2),
    angle: o[4]!,
  };
  const legs = ([-1, 1] as const).map((side, i): Pose => {
    const angle = body.angle - side * legAngles[o[6 + i] === 1 ? 1 : 0];
    const [[x, y]] = placed({ ...body, angle }, [[-side * legAway, -legDown]]) as [Point];
    return { x, y, angle };
  });
  const thrust =
    action === undefined ? noThrust : typeof action === "number" ? thrustOfChoice(action) : thrustOfPair(action);
  return {
    surface: [
      [0, padHeight],
      [width, padHeight],
    ],
    hull: body,
    legs,
    thrust,
  };
}
