import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PlauditError } from "../base/index.ts";
import { projectGone } from "../feedback/index.ts";
import { bodyChunks } from "./body.ts";
import { passedOn, Refusal } from "./refusal.ts";

const dayMs = 24 * 3600_000;

/**
 * Hands `use` a file of what is uploaded, when all of it has come, and removes the file again. `name` is the caller's and
 * only says of what kind it is. Throws `too-large`, `broken-off`, and what is wrong with the file, by the caller's name.
 */
export async function uploaded<T>(
  request: Request,
  options: {
    readonly folder: string;
    readonly name: string;
    readonly limit: number;
    readonly random: (bytes: number) => Uint8Array;
    readonly now: () => number;
  },
  use: (path: string) => Promise<T>,
): Promise<T> {
  const { folder, name, limit, random, now } = options;
  await removeForgotten(folder, now()).catch((error) => {
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? projectGone(folder) : error;
  });
  const ending = /\.(jsonl|ndjson|json|csv|parquet)(\.gz)?$/i.exec(name)?.[0].toLowerCase() ?? ".jsonl";
  const path = join(folder, `.upload-${Buffer.from(random(8)).toString("hex")}${ending}`);
  try {
    const file = await open(path, "wx");
    try {
      for await (const chunk of bodyChunks(request, limit)) await file.write(chunk);
    } finally {
      await file.close();
    }
    return await use(path);
  } catch (error) {
    if (error instanceof PlauditError && !(error instanceof Refusal)) throw named(error, path, name);
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** What is wrong with the file as such, in the caller's words. */
function named(error: PlauditError, path: string, name: string): PlauditError {
  if (error.exitCode !== 3) return error; // not the data's fault
  const message = error.message.replaceAll(path, name);
  return passedOn(message, { code: error.code, status: 422, help: error.help });
}

/** Of a server that was killed while a file came in, and lists of bad rows that nobody looks at any more. */
async function removeForgotten(folder: string, now: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\.(upload|import)-/.test(name));
  for (const path of names.map((name) => join(folder, name))) {
    const found = await stat(path).catch(() => undefined); // another request may be at its end
    if (found && now - found.mtimeMs > dayMs) await rm(path, { force: true });
  }
}
