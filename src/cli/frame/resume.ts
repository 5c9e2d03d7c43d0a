import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../base/index.ts";
import { newestUnfinishedRun, readRunInfo } from "../../run/index.ts";

/**
 * The options that `--resume` brings from run.json, so that nothing has to be typed again, with `resume` as the folder
 * it means. A folder without a run is a start: then nothing but the folder comes back. Flags that differ are refused
 * where the run is opened, which knows what may change.
 */
export function resumedOptions(command: string, resume: boolean | string, keys: readonly string[], runs = "runs") {
  const folder = typeof resume === "string" ? resume : newestUnfinishedRun(runs, command)?.folder;
  if (folder === undefined) {
    throw new UsageError(`no unfinished run of ${command} is in ${runs}/`, {
      code: "nothing-to-resume",
      help: "name its folder: --resume DIR; `plaudit runs list` shows the runs",
    });
  }
  const config = existsSync(join(folder, "run.json")) ? readRunInfo(folder).config : {};
  const kept = Object.entries(config).filter(([key]) => keys.includes(key));
  return { ...withHome(Object.fromEntries(kept)), resume: folder };
}

/** run.json names nobody: paths in the home folder are kept as `~/…`. Here they are opened again. */
const withHome = (config: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(config), (_, value: unknown) =>
    typeof value === "string" && value.startsWith("~/") ? join(homedir(), value.slice(2)) : value,
  );
