/** The bodies of LunarLander, and planck (a port of Box2D) that moves them, loaded when first used. */
import type * as Planck from "planck";
import type { Generator } from "../random/generator.ts";
import type { Point } from "../render/picture.ts";
import type { LanderScene, Pose } from "./picture.ts";
import { height, hull, legAway, legDown, legHalf, padHeight, width } from "./shape.ts";

const chunks = 11;
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
    shape: new Polygon(hull.map(([x, y]) => new Vec2(x, y))),
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
      shape: new Box(...legHalf),
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

/** Where everything is, to be drawn. */
export function posesOf({ surface, lander, legs }: Scene): Omit<LanderScene, "thrust"> {
  const poseOf = (body: Planck.Body): Pose => ({ ...body.getPosition(), angle: body.getAngle() });
  return { surface, hull: poseOf(lander), legs: legs.map(poseOf) };
}
