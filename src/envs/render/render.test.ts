import { crc32, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { make } from "../registry.ts";
import { apng, film } from "./apng.ts";
import { type Context2d, paint } from "./canvas.ts";
import type { Drawing } from "./picture.ts";
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
