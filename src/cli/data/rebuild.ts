import { z } from "zod";
import { openStore } from "../../feedback/index.ts";
import { defineCommand } from "../frame/index.ts";
import { databaseFlag, requireProject } from "../project/require-project.ts";

const Result = z.strictObject({
  project: z.string(),
  entries: z.int(),
  /** Bytes of the journal. */
  bytes: z.int(),
  /** Where a torn last line was put. */
  setAside: z.string().optional(),
});

export const dataRebuild = defineCommand({
  name: "data rebuild",
  summary: "make a project's database anew from its journal",
  examples: ["plaudit data rebuild my-project"],
  schema: z.strictObject({
    project: z.string().min(1).describe("the project's folder").meta({ value: "PROJECT" }),
    database: databaseFlag,
  }),
  positionals: ["project"],
  resultSchema: Result,
  async run(context, { project, database }) {
    requireProject(project);
    const store = await openStore(project, { now: context.now, database, rebuild: true });
    try {
      const { entries, journalBytes: bytes } = await store.counts();
      const aside = store.setAside === undefined ? {} : { setAside: store.setAside };
      if (store.setAside) context.note(`the last line was torn and is now in ${store.setAside}`);
      context.emit(`${project}: ${entries} entries from ${bytes} bytes`, { project, entries, bytes, ...aside });
    } finally {
      await store.close();
    }
    return {};
  },
});
