export { commandLine } from "./command-line.ts";
export { type Comparison, compareRuns, namesApart } from "./compare.ts";
export { comparisonPage } from "./comparison-page.ts";
export { runCurve } from "./curve.ts";
export { writeRunPage } from "./run-page.ts";
