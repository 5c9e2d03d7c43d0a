/** Takes what a person says of a task: checked, written once whatever the network does, and acknowledged. */
import {
  checkJudgement,
  type Entry,
  type EntryKind,
  type Fault,
  formFor,
  isWord,
  type Person,
  type TaskState,
  type WordEntry,
} from "../../feedback/index.ts";
import { heldConversation } from "../conversing/conversation.ts";
import { draftGiven } from "../conversing/draft.ts";
import type { ReplyOf, Word } from "../protocol.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { isRight, qualificationOf } from "./qualification.ts";
import { repeatLater } from "./repetition.ts";
import { contentOf, isSame, type OurPart } from "./word.ts";

type Acknowledged = ReplyOf<"POST /api/words">;

/** How many of one's own last words can be changed or taken back. */
export const changeable = 20;

/**
 * What is acknowledged is on the disk, once: the same word again, by the same person, gets the same reply. An answer
 * whose task is somebody else's by now is taken and called late. Throws `no-task`, `not-assigned`,
 * `task-closed`, `id-taken`, `wrong-answer`, `too-old`, `nothing-said`, `test-answered`, `not-qualified`.
 */
export async function handIn(services: Services, word: Word, me: Person): Promise<Acknowledged> {
  const { store, acknowledged } = services;
  const task = await taskFor(services, word.task, me);
  const acknowledge = (late: boolean): Acknowledged => {
    const reply = acknowledged.get(word.id) ?? { id: word.id, late, ...goldOf(word, task) };
    acknowledged.set(word.id, reply);
    if (acknowledged.size > remembered) acknowledged.delete(acknowledged.keys().next().value!);
    return reply;
  };
  const before = await store.entry<EntryKind>(word.id);
  if (before) {
    requireSame(before, word, me);
    return acknowledge(false);
  }

  const [said] = await store.words({ by: me.name, task: word.task, synthetic: true });
  const late = await requireTurn(services, word, task, me, said);
  const settings = await services.settings();
  requireFitting(word, task, settings.form);
  const { kind, data } = contentOf(word, task, me.name, settings, await ourPart(services, word, task, me));
  try {
    await services.append({ ...services.entry(kind, me.name, data), id: word.id });
  } catch (thrown) {
    // The same word may have come twice at once; whichever was first is there now.
    const first = await store.entry<EntryKind>(word.id);
    if ((thrown as { code?: unknown }).code !== "id-taken" || !first) throw thrown;
    requireSame(first, word, me);
  }
  if (kind === "judgement") await repeatLater(services, task, settings, me.name);
  return acknowledge(late);
}
const remembered = 10_000;

/** Throws `wrong-answer` where a conversation is handed in that nobody held. */
async function ourPart(services: Services, { kind }: Word, task: TaskState, me: Person): Promise<OurPart> {
  if (kind === "demonstration" && task.completions.length === 0) return { draft: await draftGiven(services, task, me) };
  if (kind !== "conversation") return {};
  const held = await heldConversation(services, task, me);
  if (held) return { held };
  throw wrongAnswer("nothing was said yet: a conversation is handed in after at least one choice");
}

/** Throws `no-task`. */
export async function taskOf({ store }: Pick<Services, "store">, id: string): Promise<TaskState> {
  const task = await store.task(id);
  if (!task) throw new Refusal("there is no such task", { code: "no-task", status: 404 });
  return task;
}

/** The task, where this person may answer it at all. Throws `no-task`, `not-assigned`. */
export async function taskFor(services: Services, id: string, me: Person): Promise<TaskState> {
  const task = await taskOf(services, id);
  if (task.assigned && !task.assigned.includes(me.name))
    throw new Refusal("this task is for other people", { code: "not-assigned", status: 403 });
  return task;
}

/** Throws `id-taken` where the entry of this id is not what is sent now. */
function requireSame(entry: Entry, word: Word, me: Person): void {
  if (isWord(entry) && isSame(entry, word, me.name)) return;
  throw new Refusal("another entry has this id", {
    code: "id-taken",
    status: 409,
    help: "an answer that differs needs an id of its own",
  });
}

/** Whether the person's turn is over; work done is taken all the same. Throws where it never was, or cannot be now. */
async function requireTurn(
  services: Services,
  word: Word,
  task: TaskState,
  me: Person,
  said: WordEntry | undefined,
): Promise<boolean> {
  const { store } = services;
  const { name } = me;
  requireOpen(task);
  if (said && task.qualification)
    throw new Refusal("a test question is answered once", { code: "test-answered", status: 409 });
  if (!said && word.kind === "retraction")
    throw new Refusal("there is nothing to take back", { code: "nothing-said", status: 409 });
  if (said) {
    const last = await store.words({ by: name, newestFirst: true, limit: changeable, synthetic: true, ofTasks: true });
    if (!last.some(({ id }) => id === said.id))
      throw new Refusal(`only one's last ${changeable} answers can be changed`, {
        ...{ code: "too-old", status: 409, values: { count: changeable } },
      });
    return false;
  }
  return requireAccess(services, task, me);
}

/** Throws `task-closed`. */
export const requireOpen = ({ closed }: TaskState): void => {
  if (closed) throw new Refusal("this task was closed", { code: "task-closed", status: 409 });
};

/**
 * Whether the task is for others by now. One whose lease has run out is kept again for who had it, where nobody has taken
 * the place. Throws `task-closed`, `not-qualified`.
 */
export async function requireAccess(services: Services, task: TaskState, { name }: Person): Promise<boolean> {
  const { store } = services;
  requireOpen(task);
  if ((await store.heldUntil(name, task.task)) !== undefined) return false;
  const state = task.qualification || (await qualificationOf(store, name, (await services.settings()).passMark));
  if (state === "open" || state === "failed")
    throw new Refusal("this work begins with a test that has to be passed", { code: "not-qualified", status: 403 });
  return (await store.renew(name, task.task)) === undefined;
}

const wanted = {
  ...{ compare: "judgement", clips: "judgement", demonstrate: "demonstration", converse: "conversation" },
} as const satisfies Record<TaskState["type"], Word["kind"]>;

/** Throws `wrong-answer` with everything that does not fit the task or the project's form. */
function requireFitting(word: Word, task: TaskState, form: Parameters<typeof checkJudgement>[0]): void {
  if (word.kind === "skip" || word.kind === "retraction") return;
  if (word.kind !== wanted[task.type]) throw wrongAnswer(`this task wants a ${wanted[task.type]}, not a ${word.kind}`);
  if (word.kind === "judgement") requireForm(form, word, task);
}

/** Throws `wrong-answer` with everything in which a judgement is not what the form asks for. */
export function requireForm(
  form: Parameters<typeof checkJudgement>[0],
  said: Parameters<typeof checkJudgement>[1],
  { type, completions }: TaskState,
): void {
  const problems = checkJudgement(formFor(type, form), said, completions.length).map((fault) => ({
    ...fault,
    where: `body.${fault.where}`,
  }));
  const [first] = problems;
  if (first) throw wrongAnswer(`the answer does not fit: ${first.where}: ${first.message}`, problems);
}

export const wrongAnswer = (message: string, problems: readonly Fault[] = []) =>
  new Refusal(message, { code: "wrong-answer", status: 422, ...(problems.length > 0 && { problems: [...problems] }) });

/** What is told at once of a test question; nothing betrays the questions that are mixed into the work. */
function goldOf(word: Word, { gold, qualification }: TaskState): Pick<Acknowledged, "gold"> {
  if (!qualification || !gold || word.kind !== "judgement") return {};
  return { gold: { right: isRight(word.groups, gold.groups), ...(gold.why && { why: gold.why }) } };
}
