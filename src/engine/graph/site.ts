import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A captured stack; its text is made only when an error needs it. */
export interface Site {
  readonly stack?: string | undefined;
}

// The layers between the user's line and the node: the engine, and layers and optimizers written with it.
const engine = dirname(dirname(fileURLToPath(import.meta.url)));
const ours = [engine, engine.replace(/engine$/, "nn"), engine.replace(/engine$/, "optim")];

/** Remembers the present call stack cheaply (V8 formats it lazily). */
export function siteHere(): Site {
  const site: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 16;
  Error.captureStackTrace(site, siteHere);
  Error.stackTraceLimit = limit;
  return site;
}

/** `file:line` of the first caller outside the engine, or undefined when there is none. */
export function userLine(site: Site): string | undefined {
  for (const frame of (site.stack ?? "").split("\n")) {
    const found = /(?:\(|at |async )(file:\/\/.+|\/.+|[A-Za-z]:[\\/].+):(\d+):\d+\)?$/.exec(frame);
    if (found === null) continue; // Node's own
    const path = found[1]!.startsWith("file:") ? fileURLToPath(found[1]!) : found[1]!;
    if (path.includes("node_modules") || ours.some((folder) => path.startsWith(folder + sep))) continue;
    return `${path}:${found[2]}`;
  }
  return undefined;
}
