export { type DecoderConfig, type Memory, type PlanOptions, type PlanReport, planDecoder } from "./decoder.ts";
export { DryRun } from "./dry-run.ts";
export { estimateSeconds, formatPlan } from "./format.ts";
export { type Preset, presets } from "./presets.ts";
export { planRollouts, planSteps, type RolloutOptions, type StepOptions, type StepPlan } from "./steps.ts";
