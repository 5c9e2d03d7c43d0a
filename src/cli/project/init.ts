import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { stream, UsageError } from "../../base/index.ts";
import { forms, openStore, type Preset, Settings, ulid } from "../../feedback/index.ts";
import { defineCommand } from "../frame/index.ts";
import { databaseFlag } from "./require-project.ts";

const presets = Object.keys(forms) as [Preset, ...Preset[]];

const Result = z.strictObject({
  project: z.string(),
  form: z.enum(presets),
  title: z.string(),
  overlap: z.int(),
});

export const init = defineCommand({
  name: "init",
  summary: "a project: the folder where people's feedback is kept",
  examples: [
    "plaudit init my-project",
    'plaudit init my-project --title "Shop answers" --form instructgpt --overlap 2',
  ],
  schema: z.strictObject({
    project: z.string().min(1).describe("the folder to make").meta({ value: "DIR" }),
    title: z.string().min(1).max(200).optional().describe("what the project is called (default: the folder's name)"),
    form: z.enum(presets).default("ranking").describe("what people are asked; it can be changed later"),
    overlap: Settings.shape.overlap,
    database: databaseFlag,
  }),
  positionals: ["project"],
  resultSchema: Result,
  async run(context, { project, form, overlap, database, ...given }) {
    refuseProject(project);
    const title = given.title ?? basename(resolve(project));
    const store = await openStore(project, { now: context.now, database });
    try {
      const now = context.now();
      const id = ulid(now, stream(0, "init", randomBytes(16).toString("hex")));
      const data = Settings.parse({ title, overlap, form: forms[form] });
      await store.append([{ format: 1, id, at: new Date(now).toISOString(), by: "plaudit", kind: "settings", data }]);
    } finally {
      await store.close();
    }
    context.emit(`${project} is a project: ${form}, ${overlap} ${overlap === 1 ? "person" : "people"} a task`, {
      ...{ project, form, title, overlap },
    });
    return { next: `plaudit studio ${project}` };
  },
});

function refuseProject(project: string): void {
  if (!existsSync(join(project, "journal.jsonl"))) return;
  throw new UsageError(`${project} is a project already`, {
    code: "project-exists",
    where: project,
    help: `take another folder, or go on with it: plaudit studio ${project}`,
  });
}
