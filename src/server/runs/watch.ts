import { statSync } from "node:fs";
import { join } from "node:path";
import { runFolders } from "./project.ts";

/**
 * Looks every `pollMs` while `isHeard` whether runs have got further, wherever their processes were started, and names
 * those that have. Returns what ends it.
 */
export function watchRuns(
  project: string,
  { isHeard, onChange, pollMs = 2000 }: { isHeard(): boolean; onChange(run: string): void; pollMs?: number },
): () => void {
  let before: ReadonlyMap<string, string> | undefined;
  const look = () => {
    if (!isHeard()) {
      before = undefined; // who comes back asks for everything anew
      return;
    }
    const now = new Map(runFolders(project).map(({ run, folder }) => [run, stampOf(folder)]));
    const known = before;
    before = now;
    if (known === undefined) return;
    for (const [run, stamp] of now) if (known.get(run) !== stamp) onChange(run);
    for (const run of known.keys()) if (!now.has(run)) onChange(run);
  };
  const timer = setInterval(look, pollMs).unref();
  return () => clearInterval(timer);
}

/** Changes with every step, and whenever run.json does. */
const stampOf = (folder: string): string =>
  ["run.json", "metrics.jsonl"]
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .map((stat) => `${stat?.mtimeMs} ${stat?.size}`)
    .join();
