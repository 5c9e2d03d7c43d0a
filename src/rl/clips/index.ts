export { type ClipsResult, type ClipsTrained, clips } from "./clips.ts";
export { ClipsConfig, type ClipsOptions } from "./config.ts";
export { type PreferenceInputs, preferenceLoss } from "./preference.ts";
export { type AgentName, agentNames, agentPreset } from "./presets.ts";
export type { LabellerOf, LabellerStart, TrueRewards } from "./questions.ts";
export { type LabelSchedule, labelsWanted } from "./schedule.ts";
export { type SyntheticOptions, syntheticAnswer, syntheticLabeller } from "./synthetic.ts";
