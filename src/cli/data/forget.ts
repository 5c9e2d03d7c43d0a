import { z } from "zod";
import { openStore } from "../../feedback/index.ts";
import { forgetConversing, forgetDashboards } from "../../server/index.ts";
import { defineCommand } from "../frame/index.ts";
import { databaseFlag, requireProject } from "../project/require-project.ts";
import { confirmed } from "../terminal/confirm.ts";

const Result = z.strictObject({
  project: z.string(),
  /** Entries that went. */
  entries: z.int(),
});

export const dataForget = defineCommand({
  name: "data forget",
  summary: "take everything that a person said out of a project, for good",
  examples: [
    "plaudit data forget 小林 --project my-project",
    "plaudit data forget ann --project my-project --text --yes",
  ],
  schema: z.strictObject({
    person: z.string().min(1).describe("the name in the journal's `by`"),
    project: z.string().min(1).default(".").describe("the project's folder").meta({ value: "DIR" }),
    text: z.boolean().default(false).describe("also the tasks that the person wrote, with all that was said of them"),
    yes: z.boolean().default(false).describe("do not ask"),
    database: databaseFlag,
  }),
  positionals: ["person"],
  resultSchema: Result,
  async run(context, { person, project, text, yes, database }) {
    requireProject(project);
    if (!yes && !(await confirmed(context, `Take everything that ${person} said out of ${project} for good?`))) {
      context.emit("nothing was changed");
      return {};
    }
    const store = await openStore(project, { now: context.now, database });
    try {
      await forgetConversing(store.secrets, person);
      const entries = await store.forget(person, { text });
      await forgetDashboards(store.secrets);
      context.emit(`${entries} entries of ${person} are gone from ${project}`, { project, entries });
    } finally {
      await store.close();
    }
    return {};
  },
});
