import { type Drawing, toRgb } from "../../envs/index.ts";

/** Bit of each dot of a Braille character (U+2800 …): four rows of two. */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A dot is set where one channel is so far from the ground. */
const contrast = 48;

/** A drawing as large as so many characters allow, each of which has two dots by four. */
export function braille(drawing: Drawing, most: { readonly columns: number; readonly rows: number }): string[] {
  const [left, bottom, right, top] = drawing.view;
  const columns = Math.max(1, Math.min(most.columns, Math.floor((2 * most.rows * (right - left)) / (top - bottom))));
  const { width, height, rgb } = toRgb(drawing, 2 * columns);
  const ground = [1, 3, 5].map((at) => Number.parseInt(drawing.background.slice(at, at + 2), 16));
  const isSet = (x: number, y: number) =>
    y < height && ground.some((level, c) => Math.abs(rgb[(y * width + x) * 3 + c]! - level) > contrast);
  return Array.from({ length: Math.ceil(height / 4) }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      let code = 0x2800;
      bits.forEach((pair, dy) => {
        pair.forEach((bit, dx) => {
          if (isSet(2 * column + dx, 4 * row + dy)) code |= bit;
        });
      });
      return String.fromCharCode(code);
    }).join(""),
  );
}
