/** As what `render` shows a toy-text environment, under Gymnasium's names of it. */
import { UsageError } from "../../base/index.ts";
import type { Drawing, Picture } from "../render/picture.ts";

/** `ansi`: text. `rgb_array`: a drawing, of which `toRgb` makes the array, `toSvg` an SVG and `film` an animated PNG. */
export type RenderMode = "ansi" | "rgb_array";

export interface Shown {
  /** What `render` gives, default `ansi`. */
  readonly renderMode?: RenderMode | undefined;
}

/** The `render` of this mode. @throws UsageError `bad-env-option` for a mode that there is not */
export function rendering(
  { renderMode = "ansi" }: Shown,
  modes: { readonly ansi: () => string; readonly rgb_array: () => Drawing },
): () => Picture {
  if (Object.hasOwn(modes, renderMode)) return modes[renderMode];
  throw new UsageError(`wanted renderMode to be ansi or rgb_array, got ${JSON.stringify(renderMode)}`, {
    code: "bad-env-option",
    help: "rgb_array gives drawings: film makes an animated PNG of them, and paint shows one on a canvas",
  });
}
