export { checkAll } from "./check-all.ts";
export { checklist } from "./checklist.ts";
export { type Command, type Context, computing, defineCommand, type Outcome } from "./command.ts";
export { type Commands, runInside } from "./dispatch.ts";
export { kebab } from "./flags.ts";
export type { Progress, ProgressState } from "./progress.ts";
export { isLive } from "./shell.ts";
export { bytes, duration, number, table, truncate, width } from "./text.ts";
