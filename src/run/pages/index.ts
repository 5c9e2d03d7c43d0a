export { commandLine } from "./command-line.ts";
export { runCurve } from "./curve.ts";
export { writeRunPage } from "./run-page.ts";
