import type { Drawing, Point, Shape } from "./picture.ts";

/** A drawing as an SVG document of this width in pixels (default 600). */
export function toSvg(drawing: Drawing, width = 600): string {
  const [left, bottom, right, top] = drawing.view;
  const height = Math.round((width * (top - bottom)) / (right - left));
  const shapes = drawing.shapes.map(element).join("");
  // y points up in a drawing and down in SVG
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${-top} ${right - left} ${top - bottom}">` +
    `<rect x="${left}" y="${-top}" width="${right - left}" height="${top - bottom}" fill="${drawing.background}"/>` +
    `<g transform="scale(1 -1)">${shapes}</g></svg>`
  );
}

const list = (points: readonly Point[]): string => points.map(([x, y]) => `${digits(x)},${digits(y)}`).join(" ");
const digits = (x: number): number => Number(x.toFixed(4));

function element(shape: Shape): string {
  switch (shape.kind) {
    case "polygon":
      return `<polygon points="${list(shape.points)}" fill="${shape.fill}"/>`;
    case "circle": {
      const [x, y] = shape.at;
      return `<circle cx="${digits(x)}" cy="${digits(y)}" r="${digits(shape.radius)}" fill="${shape.fill}"/>`;
    }
    case "line":
      return `<polyline points="${list(shape.points)}" fill="none" stroke="${shape.stroke}" stroke-width="${digits(shape.width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
  }
}
