import type { Drawing, Point } from "./picture.ts";

/** What is used of a canvas's 2D context. */
export interface Context2d {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineCap: unknown;
  lineJoin: unknown;
  save(): void;
  restore(): void;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  fill(): void;
  stroke(): void;
}

/** Draws on the whole of a canvas of this size, undistorted and centred. */
export function paint(context: Context2d, { view, background, shapes }: Drawing, width: number, height: number): void {
  const [left, bottom, right, top] = view;
  const scale = Math.min(width / (right - left), height / (top - bottom));
  const x0 = (width - scale * (right - left)) / 2 - scale * left;
  const y0 = height - (height - scale * (top - bottom)) / 2 + scale * bottom;
  const trace = (points: readonly Point[]) => {
    context.beginPath();
    points.forEach(([x, y], i) => {
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
  };

  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  context.setTransform(scale, 0, 0, -scale, x0, y0);
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const shape of shapes) {
    if (shape.kind === "line") {
      trace(shape.points);
      context.strokeStyle = shape.stroke;
      context.lineWidth = shape.width;
      context.stroke();
      continue;
    }
    if (shape.kind === "polygon") trace(shape.points);
    else {
      context.beginPath();
      context.arc(shape.at[0], shape.at[1], shape.radius, 0, 2 * Math.PI);
    }
    context.fillStyle = shape.fill;
    context.fill();
  }
  context.restore();
}
