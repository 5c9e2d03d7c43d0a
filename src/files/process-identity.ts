import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system writes it; empty where the system does not say (Windows). */
  readonly startTime: string;
  /** Changes with every boot; empty where the system does not say. */
  readonly bootId: string;
}

/** Of this process, or of another one that is alive now. */
export const processIdentity = (pid = process.pid): ProcessIdentity => ({
  pid,
  startTime: startTime(pid) ?? "",
  bootId: bootId(),
});

/** Whether that very process still runs. Where only its number is known, any process with that number counts. */
export function isAlive(owner: ProcessIdentity): boolean {
  if (owner.bootId !== bootId()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") return false; // EPERM: it is there, and another user's
  }
  return (startTime(owner.pid) ?? "") === owner.startTime;
}

function startTime(pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = readOrNothing(`/proc/${pid}/stat`);
    // Field 22 (proc(5)), counted after the command's name, which may hold spaces and parentheses.
    const [state, ...fields] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
    // A zombie has ended; where nobody collects it (a container without init) it keeps its number for ever.
    return state === "Z" || state === "X" ? undefined : fields[18];
  }
  if (process.platform === "darwin") return output("ps", ["-o", "lstart=", "-p", String(pid)]);
  return undefined;
}

let boot: string | undefined;
function bootId(): string {
  if (process.platform === "linux") boot ??= readOrNothing("/proc/sys/kernel/random/boot_id")?.trim();
  if (process.platform === "darwin") boot ??= output("sysctl", ["-n", "kern.bootsessionuuid"]);
  return boot ?? "";
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function output(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  return status === 0 ? stdout.trim() : undefined;
}
