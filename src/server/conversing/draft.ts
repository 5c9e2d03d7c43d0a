/** What the project's model would answer, for somebody who writes a demonstration and wants a start. */
import type { Person, TaskState } from "../../feedback/index.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { answersTo, modelOf, newSeed } from "./answer.ts";
import { drafts, type KeptDraft } from "./kept.ts";

/** How often a model that ends before its first word is asked again. */
const tries = 3;

/** A draft of the person's own; asked again it is the same. Throws `no-model`, `conversation-full`, `no-draft`. */
export const draftFor = (services: Services, task: TaskState, me: Person, signal: AbortSignal): Promise<KeptDraft> =>
  services.lane(JSON.stringify([me.name, task.task]), async () => {
    const { secrets } = services.store;
    const before = await drafts.get(secrets, me.name, task.task);
    if (before) return before;
    const model = modelOf(services, await services.settings());
    try {
      for (let i = 0; i < tries; i++) {
        const [text] = await answersTo(model, task.prompt, { n: 1, seed: newSeed(services), signal });
        if (!text) continue;
        const draft = { text, model: model.name };
        await drafts.set(secrets, me.name, task.task, draft, services.now());
        return draft;
      }
      throw new Refusal(`the model ${model.name} wrote nothing, ${tries} times`, {
        code: "no-draft",
        status: 409,
        help: "ask again, or write without a draft",
      });
    } finally {
      model.release();
    }
  });

/** The draft that a person was given, for the journal. */
export const draftGiven = ({ store }: Services, task: TaskState, me: Person): Promise<KeptDraft | undefined> =>
  drafts.get(store.secrets, me.name, task.task);
