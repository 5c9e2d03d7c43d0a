import type { Word } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { draftOf, formOf } from "./draft.ts";
import { placeOf, saveDraft } from "./drafts.ts";

/** Makes a draft of an answer that the server did not take, and its task the next one that the label page shows. */
export async function openAgain(person: string, word: Word): Promise<void> {
  const task = await call("GET /api/tasks/:task/view", { query: { task: word.task } });
  const { form } = await call("GET /api/settings");
  saveDraft(localStorage, person, word.task, draftOf(formOf(form, task), task, word), Date.now());
  localStorage.setItem(placeOf(person), word.task);
}
