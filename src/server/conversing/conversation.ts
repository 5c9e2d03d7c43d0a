/**
 * A conversation of a person with the project's model (Bai et al. 2022): at each turn two answers, of which one is chosen
 * and goes on. Every choice is a judgement of the task `<task>/<turn>`, with all that was said before as its prompt.
 */
import { misfit } from "../../base/index.ts";
import type { EntryKind, EntryOf, JudgementEntry, Person, TaskState } from "../../feedback/index.ts";
import type { BodyOf } from "../protocol.ts";
import type { Conversation } from "../protocol-conversing.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { answersTo, modelOf, newSeed } from "./answer.ts";
import { conversations, type Kept, type OpenTurn } from "./kept.ts";

type Held = EntryOf<"conversation">["data"];
type Messages = Held["messages"];

interface State {
  readonly messages: Messages;
  readonly turn: OpenTurn | undefined;
  readonly last: JudgementEntry | undefined;
  readonly ended: boolean;
}

/** What was said and what waits. A choice that reached the journal counts, whatever was written after it. */
async function stateOf({ store }: Services, { task }: TaskState, me: Person): Promise<State> {
  const { last, turn }: Kept = (await conversations.get(store.secrets, me.name, task)) ?? {};
  const taken = turn && (await store.entry<EntryKind>(turn.id));
  const chosen = taken && isTurn(taken, { task }, me) ? taken : undefined;
  const before = chosen ?? (last === undefined ? undefined : await store.entry<"judgement">(last));
  const [said] = await store.words({ by: me.name, task, synthetic: true });
  const ended = said?.kind === "conversation" ? said.data.messages : undefined;
  return {
    messages: ended ?? (before ? messagesAfter(before) : []),
    turn: taken || ended ? undefined : turn, // one whose id became something else can never be chosen
    last: before,
    ended: ended !== undefined,
  };
}

function messagesAfter({ data: { prompt, completions, groups } }: JudgementEntry): Messages {
  return [...(prompt as Messages), ...(completions[groups[0]![0]!] as Messages)];
}

const shown = ({ messages, turn, ended }: State): Conversation => ({
  messages: [...messages],
  turn: turn ? { id: turn.id, text: turn.text, completions: [...turn.completions], order: [...turn.order] } : null,
  ended,
});

export const conversationOf = async (services: Services, task: TaskState, me: Person): Promise<Conversation> =>
  shown(await stateOf(services, task, me));

type Turn = BodyOf<"POST /api/conversations/:task/turns">;

/**
 * Says something, and has it answered twice. The same turn again gets the same answers. Answers that are equal are drawn
 * once more. Throws `turn-open`, `conversation-ended`, `id-taken`, `no-model`, `conversation-full`.
 */
export const say = (services: Services, task: TaskState, me: Person, { id, text }: Turn, signal: AbortSignal) =>
  services.lane(laneOf(task, me), async (): Promise<Conversation> => {
    const { store, now, random } = services;
    const state = await stateOf(services, task, me);
    const { turn, last, ended } = state;
    const known = await store.entry<EntryKind>(id);
    if (known) {
      if (isTurn(known, task, me) && (known.data.prompt as Messages).at(-1)!.content === text) return shown(state);
      throw idTaken();
    }
    if (turn?.id === id) {
      if (turn.text === text) return shown(state);
      throw idTaken();
    }
    if (ended) throw refused("conversation-ended", "this conversation was handed in", "take it back to go on");
    if (turn) throw refused("turn-open", "two answers wait for a choice", "choose one of them first");

    const model = modelOf(services, await services.settings());
    try {
      const prompt = [...state.messages, { role: "user", content: text }];
      const draw = async () => {
        const seed = newSeed(services);
        return { seed, completions: (await answersTo(model, prompt, { n: 2, seed, signal })) as [string, string] };
      };
      let drawn = await draw();
      if (areSame(drawn)) drawn = await draw();
      const order = random(1)[0]! % 2 === 0 ? [0, 1] : [1, 0];
      const opened: OpenTurn = { id, text, ...drawn, order, model: model.name };
      await conversations.set(store.secrets, me.name, task.task, { ...lastOf(last), turn: opened }, now());
      return shown({ ...state, turn: opened });
    } finally {
      model.release();
    }
  });

type Choice = BodyOf<"POST /api/conversations/:task/picks">;

/** Chooses an answer, which goes on. The same choice again changes nothing. Throws `no-turn`, `wrong-answer`, `id-taken`. */
export const pick = (services: Services, task: TaskState, me: Person, picked: Choice) =>
  services.lane(laneOf(task, me), async (): Promise<Conversation> => {
    const { store, now } = services;
    const { id, better, strength, seconds } = picked;
    const groups = better === null ? [[0, 1]] : [[better], [1 - better]];
    const state = await stateOf(services, task, me);
    const known = await store.entry<EntryKind>(id);
    if (known) {
      const isSame =
        isTurn(known, task, me) &&
        known.data.strength === strength &&
        JSON.stringify(known.data.groups) === JSON.stringify(groups);
      if (!isSame) throw idTaken();
      return shown(state);
    }
    const { turn, messages } = state;
    if (turn?.id !== id) throw refused("no-turn", "no answers wait for a choice under this id", "look at it again");
    if ((better === null) !== areSame(turn) || (better === null && strength !== undefined))
      throw new Refusal("one of two answers is chosen; null, without a strength, is for two that are the same", {
        ...{ code: "wrong-answer", status: 422 },
        problems: [{ where: "body.better", ...misfit("no-such-choice", "does not fit the two answers") }],
      });
    const data: JudgementEntry["data"] = {
      task: turnTask(task, id),
      prompt: [...messages, { role: "user", content: turn.text }],
      completions: turn.completions.map((content) => [{ role: "assistant", content }]),
      ...{ groups, order: [...turn.order], seconds, ui: "studio" },
      ...(strength !== undefined && { strength }),
      ...{ model: turn.model, sampling: turn.seed },
    };
    await services.append({ ...services.entry("judgement", me.name, data), id });
    await conversations.set(store.secrets, me.name, task.task, { last: id }, now());
    return shown(await stateOf(services, task, me));
  });

/** What was held so far, to be handed in; undefined: nothing. Answers that wait for a choice are no part of it. */
export async function heldConversation(
  services: Services,
  task: TaskState,
  me: Person,
): Promise<Pick<Held, "messages" | "model"> | undefined> {
  const { messages, last } = await stateOf(services, task, me);
  if (messages.length === 0) return undefined;
  return { messages, ...(last?.data.model !== undefined && { model: last.data.model }) };
}

const turnTask = ({ task }: Pick<TaskState, "task">, id: string) => `${task}/${id}`;
const laneOf = ({ task }: TaskState, { name }: Person) => JSON.stringify([name, task]);
const lastOf = (last: JudgementEntry | undefined) => last && { last: last.id };
const areSame = ({ completions: [a, b] }: { readonly completions: readonly string[] }) => a === b;
const isTurn = (entry: EntryOf<EntryKind>, task: Pick<TaskState, "task">, { name }: Person): entry is JudgementEntry =>
  entry.kind === "judgement" && entry.by === name && entry.data.task === turnTask(task, entry.id);

const refused = (code: "conversation-ended" | "turn-open" | "no-turn", message: string, help: string) =>
  new Refusal(message, { code, status: 409, help });
const idTaken = () => new Refusal("another entry has this id", { code: "id-taken", status: 409 });
