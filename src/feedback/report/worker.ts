/** Runs beside the program, see reports.ts: reads the project's database by itself and computes, so that nobody waits. */
import { setPriority } from "node:os";
import { setImmediate as turn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { carryError } from "../../base/index.ts";
import type { WordEntry } from "../entry.ts";
import { openDatabase } from "../store/open-database.ts";
import { people, settings, tasks, wordPages } from "../store/queries.ts";
import type { Db } from "../store/tables.ts";
import { dashboardOf } from "./dashboard.ts";
import type { Answer, Asked, Project } from "./reports.ts";

// Those who answer come first. Linux means the calling thread by this; elsewhere it would be the whole program.
if (process.platform === "linux") setPriority(10);

const port = parentPort!;
const { project, database } = workerData as Project;
const opened = openDatabase(project, database);
let ending = false;

/** A word without the texts that were judged: the task has them, and a hundred thousand of them fill the memory. */
function lean(word: WordEntry): WordEntry {
  if (word.kind !== "judgement") return word;
  const { data } = word;
  return { ...word, data: { ...data, prompt: "", completions: data.completions.map(() => "") } };
}

async function dashboard(db: Db, { options, form }: Asked): Promise<Answer> {
  const said: WordEntry[] = [];
  for await (const page of wordPages(db)) {
    for (const word of page) said.push(lean(word));
    await turn(); // to hear whether an answer is still wanted
    if (ending) return { error: { message: "the program ends" } };
  }
  const [known, who, rules] = [await tasks(db), await people(db), await settings(db)];
  return { dashboard: dashboardOf(said, known, who, rules?.form ?? form, options) };
}

async function answer(asked: Asked): Promise<Answer> {
  try {
    const { db } = await opened;
    // One transaction sees one state: a word that is changed meanwhile is not seen twice.
    return await db
      .transaction()
      .setIsolationLevel("repeatable read")
      .execute((one) => dashboard(one, asked));
  } catch (thrown) {
    const explained = await opened.then(({ explain }) => explain(thrown)).catch(() => undefined);
    return { error: carryError(explained ?? thrown) };
  }
}

let answering: Promise<unknown> = opened.catch(() => {}); // whoever asks is told
port.on("message", (asked: Asked | "end") => {
  if (asked !== "end") answering = answering.then(async () => port.postMessage(await answer(asked)));
  else {
    ending = true;
    void answering
      .then(() => opened)
      .then(({ close }) => close())
      .catch(() => {}) // it never opened: whoever asked was told
      .finally(() => port.close());
  }
});
