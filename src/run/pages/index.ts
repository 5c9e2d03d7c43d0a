export { commandLine, kebab } from "./command-line.ts";
export { type Comparison, compareRuns, namesApart } from "./compare.ts";
export { comparisonPage } from "./comparison-page.ts";
export { runCurve } from "./curve.ts";
export { betterOf, metricLabel, metricNames } from "./metrics.ts";
export { writeRunPage } from "./run-page.ts";
export { tokenizerOf, tokenTexts } from "./token-texts.ts";
