/** The bodies of LunarLander, and planck (a port of Box2D) that moves them, loaded when first used. */
import type * as Planck from "planck";
import type { Generator } from "../random/generator.ts";
import type { Drawing, Point } from "../render/picture.ts";

export const scale = 30; // pixels of Gymnasium's picture in a metre
export const width = 600 / scale;
export const height = 400 / scale;
export const padHeight = height / 4;
const chunks = 11;
const legAway = 20 / scale;
export const legDown = 18 / scale;
const hull: readonly Point[] = [
  [-14, 17],
  [-17, 0],
  [-17, -10],
  [17, -10],
  [17, 0],
  [14, 17],
];
const ground = 0x0001;

export interface Scene {
  readonly world: Planck.World;
  readonly lander: Planck.Body;
  /** Left and right leg. */
  readonly legs: readonly [Planck.Body, Planck.Body];
  readonly touching: [boolean, boolean];
  /** Whether the hull has touched anything. */
  crashed: boolean;
  readonly surface: readonly Point[];
}

let loaded: typeof Planck | undefined;

/** Synchronous, so that `make` can be. */
function planck(): typeof Planck {
  loaded ??= process.getBuiltinModule("node:module").createRequire(import.meta.url)("planck") as typeof Planck;
  return loaded;
}

/** A new world: random ground with a flat pad in the middle, the lander high above it, pushed somewhere. */
export function createScene(gravity: number, rng: Generator): Scene {
  const { Box, Edge, Polygon, RevoluteJoint, Vec2, World } = planck();
  const heights = Array.from({ length: chunks + 1 }, () => rng.uniform(0, height / 2));
  const middle = Math.floor(chunks / 2);
  for (let i = middle - 2; i <= middle + 2; i++) heights[i] = padHeight;
  // The first point is smoothed with the last height, as a list index of −1 does it.
  const smooth = Array.from(
    { length: chunks },
    (_, i) => 0.33 * (heights[(i + chunks) % (chunks + 1)]! + heights[i]! + heights[i + 1]!),
  );
  const surface = smooth.map((y, i): Point => [(width / (chunks - 1)) * i, y]);

  const world = new World({ gravity: new Vec2(0, gravity) });
  const moon = world.createBody();
  moon.createFixture({ shape: new Edge(new Vec2(0, 0), new Vec2(width, 0)) });
  for (let i = 0; i + 1 < chunks; i++) {
    const [from, to] = [surface[i]!, surface[i + 1]!].map(([x, y]) => new Vec2(x, y));
    moon.createFixture({ shape: new Edge(from!, to!), density: 0, friction: 0.1 });
  }

  const start = new Vec2(width / 2, height);
  const lander = world.createDynamicBody({ position: start });
  lander.createFixture({
    shape: new Polygon(hull.map(([x, y]) => new Vec2(x / scale, y / scale))),
    density: 5,
    friction: 0.1,
    restitution: 0,
    filterCategoryBits: 0x0010,
    filterMaskBits: ground,
  });
  const push = new Vec2(rng.uniform(-1000, 1000), rng.uniform(-1000, 1000));
  lander.applyForceToCenter(push, true);

  const leg = (side: -1 | 1) => {
    const body = world.createDynamicBody({ position: new Vec2(start.x - side * legAway, start.y), angle: side * 0.05 });
    body.createFixture({
      shape: new Box(2 / scale, 8 / scale),
      density: 1,
      restitution: 0,
      filterCategoryBits: 0x0020,
      filterMaskBits: ground,
    });
    world.createJoint(
      new RevoluteJoint({
        bodyA: lander,
        bodyB: body,
        localAnchorA: new Vec2(0, 0),
        localAnchorB: new Vec2(side * legAway, legDown),
        referenceAngle: 0,
        enableMotor: true,
        enableLimit: true,
        maxMotorTorque: 40,
        motorSpeed: 0.3 * side,
        lowerAngle: side === -1 ? 0.4 : -0.9,
        upperAngle: side === -1 ? 0.9 : -0.4,
      }),
    );
    return body;
  };
  const scene: Scene = {
    world,
    lander,
    legs: [leg(-1), leg(1)],
    touching: [false, false],
    crashed: false,
    surface,
  };
  const touch = (contact: Planck.Contact, begins: boolean) => {
    const bodies = [contact.getFixtureA().getBody(), contact.getFixtureB().getBody()];
    if (begins && bodies.includes(lander)) scene.crashed = true;
    scene.legs.forEach((body, i) => {
      if (bodies.includes(body)) scene.touching[i] = begins;
    });
  };
  world.on("begin-contact", (contact) => touch(contact, true));
  world.on("end-contact", (contact) => touch(contact, false));
  return scene;
}

export function drawScene({ lander, legs, surface }: Scene): Drawing {
  const outline = (body: Planck.Body, points: readonly Point[]) =>
    points.map(([x, y]): Point => {
      const { x: wx, y: wy } = body.getWorldPoint({ x: x / scale, y: y / scale });
      return [wx, wy];
    });
  const legShape: readonly Point[] = [
    [-2, -8],
    [-2, 8],
    [2, 8],
    [2, -8],
  ];
  const flags = [surface[Math.floor(chunks / 2) - 1]![0], surface[Math.floor(chunks / 2) + 1]![0]];
  return {
    view: [0, 0, width, height],
    background: "#000000",
    shapes: [
      { kind: "polygon", points: [[0, 0], ...surface, [width, 0]], fill: "#ffffff" },
      ...legs.map((leg) => ({ kind: "polygon", points: outline(leg, legShape), fill: "#8066e6" }) as const),
      { kind: "polygon", points: outline(lander, hull), fill: "#8066e6" },
      ...flags.flatMap(
        (x) =>
          [
            {
              kind: "line",
              points: [
                [x, padHeight],
                [x, padHeight + 50 / scale],
              ],
              width: 0.03,
              stroke: "#ffffff",
            },
            {
              kind: "polygon",
              points: [
                [x, padHeight + 50 / scale],
                [x, padHeight + 40 / scale],
                [x + 25 / scale, padHeight + 45 / scale],
              ],
              fill: "#cccc00",
            },
          ] as const,
      ),
    ],
  };
}
