/**
 * What an environment looks like: text, or a plain list of shapes in the environment's own coordinates (x to the right, y
 * upwards), which a canvas, an SVG and an array of pixels draw alike. Later shapes cover earlier ones.
 */
export type Picture = string | Drawing;

export type Point = readonly [x: number, y: number];

export interface Drawing {
  /** What is seen: [left, bottom, right, top]. */
  readonly view: readonly [left: number, bottom: number, right: number, top: number];
  /** Colour behind everything, `#rrggbb`. */
  readonly background: string;
  readonly shapes: readonly Shape[];
}

/** Lengths, radii and widths are in the coordinates of `view`; colours `#rrggbb`. */
export type Shape =
  | { readonly kind: "polygon"; readonly points: readonly Point[]; readonly fill: string }
  | { readonly kind: "circle"; readonly at: Point; readonly radius: number; readonly fill: string }
  | { readonly kind: "line"; readonly points: readonly Point[]; readonly width: number; readonly stroke: string };
