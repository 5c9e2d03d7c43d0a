import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { deleteRun, expectIdle, madeFrom } from "../../run/index.ts";
import { bytes, checklist, defineCommand, table } from "../frame/index.ts";
import { confirmed } from "../terminal/confirm.ts";
import { findRun, runsFlag } from "./find.ts";

const Result = z.strictObject({
  run: z.string(),
  /** What its files took on the disk. */
  bytes: z.int(),
});

export const runsDelete = defineCommand({
  name: "runs delete",
  summary: "delete runs for good",
  examples: ["plaudit runs delete sft-003", "plaudit runs delete sft-003 ppo-001 --yes"],
  schema: z.strictObject({
    runs: z.array(z.string()).min(1).describe("folders of runs, or their names in the folder of runs"),
    dir: runsFlag,
    yes: z.boolean().default(false).describe("do not ask"),
    force: z.boolean().default(false).describe("also runs from which others were made"),
  }),
  positionals: ["runs"],
  resultSchema: Result,
  async run(context, { runs, dir, yes, force }) {
    const doomed = (await foldersOf(runs, dir, force)).map((run) => ({ run, bytes: sizeOf(run) }));
    const total = bytes(doomed.reduce((sum, run) => sum + run.bytes, 0));
    if (!yes) {
      context.note(table(doomed.map((run) => [run.run, bytes(run.bytes)])));
      if (
        !(await confirmed(
          context,
          `Delete ${doomed.length === 1 ? "it" : `these ${doomed.length}`} for good, ${total}?`,
        ))
      ) {
        context.emit("nothing was deleted");
        return {};
      }
    }
    for (const { run } of doomed) deleteRun(run);
    context.emit(`deleted ${doomed.map(({ run }) => run).join(", ")}: ${total} freed`, ...doomed);
    return {};
  },
});

/** Every run is looked at before the first is deleted. */
async function foldersOf(runs: readonly string[], dir: string, force: boolean): Promise<string[]> {
  const { check, passed } = checklist();
  const folders: string[] = [];
  for (const run of runs) {
    const found = await check(() => findRun(run, dir));
    if (found && !folders.includes(found.folder)) folders.push(found.folder);
  }
  for (const folder of folders) {
    await check(() => {
      expectIdle(folder);
      if (!force) refuseParent(folder, folders, dir);
    });
  }
  await passed({});
  return folders;
}

function refuseParent(folder: string, doomed: readonly string[], dir: string): void {
  const also = new Set(doomed.map((run) => resolve(run)));
  const others = madeFrom(folder, dir).filter((run) => !also.has(resolve(run.folder)));
  if (others.length === 0) return;
  throw new UsageError(
    `${others.map(({ name }) => name).join(", ")} ${others.length === 1 ? "was" : "were"} made from ${folder}`,
    {
      code: "run-has-children",
      where: folder,
      help: "delete them too, or only this one with --force: what they hold stays whole, but where they came from is lost",
    },
  );
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}
