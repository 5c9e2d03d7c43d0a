import { readFileSync } from "node:fs";

/**
 * The most memory that was ever resident in this process, in MiB (Linux). Not `resourceUsage().maxRSS`: that starts from
 * the memory of whoever started the process.
 */
export const peakMebibytes = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1024;
