/**
 * What the studio's pages take of this folder: pictures of observations, and their painter. It and all that it imports
 * run in a browser.
 */
export { paint } from "./render/canvas.ts";
export { drawObservation } from "./render/observation.ts";
export type { Drawing, Point, Shape } from "./render/picture.ts";
