import { crc32, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { stream } from "../../base/index.ts";
import { make } from "../registry.ts";
import { apng, film } from "./apng.ts";
import { type Context2d, paint } from "./canvas.ts";
import type { Drawing, Point, Shape } from "./picture.ts";
import { toRgb } from "./raster.ts";
import { toSvg } from "./svg.ts";

const drawing: Drawing = {
  view: [0, 0, 4, 2],
  background: "#000000",
  shapes: [
    {
      kind: "polygon",
      points: [
        [0, 0],
        [2, 0],
        [2, 1],
        [0, 1],
      ],
      fill: "#ff0000",
    },
    { kind: "circle", at: [3, 1], radius: 0.9, fill: "#00ff00" },
    {
      kind: "line",
      points: [
        [0, 1.75],
        [4, 1.75],
      ],
      width: 0.5,
      stroke: "#0000ff",
    },
  ],
};

/** Chunks of a PNG, with their check sums looked at. */
function chunks(png: Uint8Array): { type: string; data: Uint8Array }[] {
  const view = new DataView(png.buffer, png.byteOffset);
  const found = [];
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(body));
    found.push({ type: String.fromCharCode(...body.subarray(0, 4)), data: body.subarray(4) });
    at += 12 + length;
  }
  return found;
}

/** Whether a point lies in a shape: by its distance, or by the crossings of a ray to the right with the outline. */
function covers(shape: Shape, x: number, y: number): boolean {
  if (shape.kind === "circle") return Math.hypot(x - shape.at[0], y - shape.at[1]) <= shape.radius;
  if (shape.kind === "line") {
    const [[ax, ay], [bx, by]] = [shape.points[0]!, shape.points[1]!];
    const length = Math.hypot(bx - ax, by - ay);
    const along = length === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2;
    const near = Math.min(1, Math.max(0, along));
    return Math.hypot(x - ax - near * (bx - ax), y - ay - near * (by - ay)) <= shape.width / 2;
  }
  const crossed = shape.points.filter(([ax, ay], i) => {
    const [bx, by] = shape.points[(i + 1) % shape.points.length]!;
    return ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax);
  });
  return crossed.length % 2 === 1;
}

describe("pictures", () => {
  it("as pixels have y upwards and cover what is below", () => {
    const { width, height, rgb } = toRgb(drawing, 8);
    const at = (x: number, y: number) => Array.from(rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
    expect([width, height]).toEqual([8, 4]);
    expect([at(0, 3), at(0, 1), at(0, 0), at(6, 2)]).toEqual([
      [255, 0, 0],
      [0, 0, 0],
      [0, 0, 255],
      [0, 255, 0],
    ]);
  });

  it("as pixels take of each shape as much as the share of their nine points that lie in it", () => {
    const rng = stream(7, "shapes");
    const point = (): Point => [8 * rng.uniform() - 1, 6 * rng.uniform() - 1];
    const fill = "#ffffff";
    const shapes = Array.from({ length: 60 }, (_, i): Shape => {
      if (i % 3 === 0) return { kind: "circle", at: point(), radius: rng.uniform(), fill };
      if (i % 3 === 1) return { kind: "polygon", points: Array.from({ length: 3 + (i % 4) }, point), fill };
      const at = point();
      return { kind: "line", points: i % 2 === 0 ? [at, at] : [at, point()], width: rng.uniform(), stroke: fill };
    });
    for (const shape of shapes) {
      const { width, height, rgb } = toRgb({ view: [0, 0, 6, 4], background: "#000000", shapes: [shape] }, 24);
      const shares = Array.from({ length: width * height }, (_, pixel) => {
        const inside = Array.from({ length: 9 }, (_, k) => {
          const x = ((pixel % width) + ((k % 3) + 0.5) / 3) / 4;
          const y = 4 - (Math.floor(pixel / width) + (Math.floor(k / 3) + 0.5) / 3) / 4;
          return covers(shape, x, y) ? 1 / 9 : 0;
        });
        return Math.round(255 * inside.reduce((a: number, b) => a + b, 0));
      });
      expect(shares).toEqual(shares.map((_, pixel) => rgb[3 * pixel]));
    }
  });

  it("as SVG say every shape once", () => {
    const svg = toSvg(drawing, 100);
    expect(svg).toMatch(/^<svg [^>]*width="100" height="50" viewBox="0 -2 4 2">/);
    expect(svg.match(/<(polygon|circle|polyline) /g)).toHaveLength(3);
  });

  it("on a canvas keep their proportions", () => {
    const calls: string[] = [];
    const context = new Proxy({} as Context2d, {
      get:
        (_, name) =>
        (...given: unknown[]) =>
          calls.push(`${String(name)}(${given.join(",")})`),
      set: () => true,
    });
    paint(context, drawing, 200, 200);
    expect(calls).toContain("setTransform(50,0,0,-50,0,150)");
    expect(calls.filter((call) => call.startsWith("fill("))).toHaveLength(2);
    expect(calls.filter((call) => call.startsWith("stroke("))).toHaveLength(1);
  });

  it("as a film are an animated PNG that holds every frame's pixels", async () => {
    const env = make("CartPole-v1");
    env.reset({ seed: 1 });
    const pictures = [env.render!()];
    for (let i = 0; i < 2; i++) {
      env.step(1);
      pictures.push(env.render!());
    }
    const found = chunks(await film(pictures, { fps: 25, width: 60 }));
    expect(found.map(({ type }) => type)).toEqual([
      "IHDR",
      "acTL",
      "fcTL",
      "IDAT",
      "fcTL",
      "fdAT",
      "fcTL",
      "fdAT",
      "IEND",
    ]);
    const last = found[7]!.data;
    const lines = inflateSync(last.subarray(4));
    const { width, height, rgb } = toRgb(pictures[2] as Drawing, 60);
    expect(lines).toHaveLength(height * (3 * width + 1));
    expect(lines.subarray(1, 1 + 3 * width)).toEqual(Buffer.from(rgb.subarray(0, 3 * width)));
    expect(chunks(await apng([toRgb(drawing, 8)])).map(({ type }) => type)).toEqual(["IHDR", "IDAT", "IEND"]);
  });

  it("that are text make no film", async () => {
    await expect(film(["SFFF"])).rejects.toThrow(expect.objectContaining({ code: "no-pictures" }));
    await expect(film([])).rejects.toThrow(expect.objectContaining({ code: "no-pictures" }));
  });

  it.each(["MountainCar-v0", "Acrobot-v1", "Pendulum-v1", "MountainCarContinuous-v0"])(
    "%s is drawn within its view",
    (id) => {
      const env = make(id);
      env.reset({ seed: 1 });
      const { view, shapes } = env.render!() as Drawing;
      const points = shapes.flatMap((shape) => (shape.kind === "circle" ? [shape.at] : shape.points));
      const inside = points.filter(
        ([x, y]) => x >= view[0] && x <= view[2] + 0.1 && y >= view[1] && y <= view[3] + 0.1,
      );
      expect(inside.length / points.length).toBeGreaterThan(0.9);
    },
  );
});
