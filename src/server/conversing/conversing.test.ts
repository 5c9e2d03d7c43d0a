import { afterEach, describe, expect, it } from "vitest";
import { type Browser, host, newId, type Studio, startStudio } from "../../../test/studio.ts";
import { UsageError } from "../../base/index.ts";
import { exportRows, forms } from "../../feedback/index.ts";
import { trainCharacterTokenizer } from "../../text/index.ts";
import type { ModelCache } from "../models/cache.ts";
import { forgetConversing } from "./kept.ts";

const tokenizer = trainCharacterTokenizer(["abcdefghijklmnopqrstuvwxyz .!?\n"]);
let studio: Studio;
afterEach(() => studio.stop());

interface Asked {
  readonly prompt: string;
  readonly seed: number;
}

/** A studio whose model gives these answers, one list a call. */
async function start(
  answers: readonly (readonly string[])[],
  { context = 1000, model = "models/m" as string | null } = {},
) {
  const asked: Asked[] = [];
  let released = 0;
  const writer = {
    generate: async (prompts: number[][], { seed }: { seed: number }, signal: AbortSignal) => {
      signal.throwIfAborted();
      asked.push({ prompt: tokenizer.decode(prompts[0]!), seed });
      const texts = answers[asked.length - 1] ?? ["no more", "at all"];
      return prompts.map((_, i) => ({ ids: tokenizer.encode(texts[i]!) }));
    },
  };
  const models = {
    writer(id: string) {
      if (id !== "models/m") throw new UsageError(`there is no model ${id}`, { code: "missing-model", where: id });
      return { model: { tokenizer, network: { context } }, writer, release: () => released++ };
    },
    close() {},
  };
  studio = await startStudio({
    form: forms.hh,
    models: models as unknown as ModelCache,
    settings: { ...(model && { model }) },
  });
  await studio.task("t1", { type: "converse", prompt: "Ask about the sea.", completions: [] });
  return { asked, released: () => released, lin: await studio.person("lin") };
}
const say = (who: Browser, text: string, id = newId()) =>
  who.call("POST /api/conversations/t1/turns", { id, text }).then((reply) => ({ ...reply, id }));
const choose = (who: Browser, id: string, better: number | null, more: object = { strength: 2 }) =>
  who.call("POST /api/conversations/t1/picks", { id, better, seconds: 4, ...more });
const state = async (who: Browser) => (await who.call("GET /api/conversations/t1")).json;
const judgements = () => studio.store.words({ kinds: ["judgement"] });

describe("a live conversation", () => {
  it("goes on with the answer that was chosen; every turn is a judgement with all that was said as its prompt", async () => {
    const { asked, lin, released } = await start([
      ["blue", "wet"],
      ["deep", "salty"],
    ]);
    const first = await say(lin, "what is the sea?");
    expect(first.json).toMatchObject({ messages: [], ended: false, turn: { id: first.id, text: "what is the sea?" } });
    expect([...first.json.turn.order].sort()).toEqual([0, 1]);
    const [a, b] = first.json.turn.completions;
    expect([a, b]).toEqual(["blue", "wet"]);
    const after = await choose(lin, first.id, 1);
    const said = [
      { role: "user", content: "what is the sea?" },
      { role: "assistant", content: "wet" },
    ];
    expect(after.json).toEqual({ messages: said, turn: null, ended: false });
    const second = await say(lin, "and else?");
    expect(asked[1]!.prompt).toBe("what is the sea?\nwet\nand else?");
    await choose(lin, second.id, 0, { strength: 4 });

    const [one, two] = await judgements();
    expect(one).toMatchObject({
      ...{ id: first.id, by: "lin" },
      data: {
        ...{
          task: `t1/${first.id}`,
          prompt: said.slice(0, 1),
          groups: [[1], [0]],
          strength: 2,
          seconds: 4,
          ui: "studio",
        },
        completions: [[{ role: "assistant", content: "blue" }], [{ role: "assistant", content: "wet" }]],
        ...{ order: first.json.turn.order, model: "models/m", sampling: asked[0]!.seed },
      },
    });
    expect(two!.kind === "judgement" && two!.data.prompt).toEqual([...said, { role: "user", content: "and else?" }]);
    expect(asked[0]!.seed).not.toBe(asked[1]!.seed);
    expect(released()).toBe(2);
  });

  it("is handed in with its messages and a rating, is over then, and goes on when that is taken back", async () => {
    const { lin } = await start([["blue", "wet"]]);
    const word = { id: newId(), kind: "conversation", task: "t1", seconds: 60, rating: 4, note: "short" };
    expect((await lin.call("POST /api/words", word)).code).toBe("wrong-answer"); // nothing was said
    const { id } = await say(lin, "sea?");
    expect((await lin.call("POST /api/words", word)).code).toBe("wrong-answer"); // nothing was chosen
    await choose(lin, id, 0);
    await say(lin, "and?"); // never chosen: no part of it
    expect((await lin.call("POST /api/words", word)).json).toMatchObject({ id: word.id });
    expect((await lin.call("POST /api/words", word)).json).toMatchObject({ id: word.id });
    const [entry] = await studio.store.words({ kinds: ["conversation"] });
    const messages = [
      { role: "user", content: "sea?" },
      { role: "assistant", content: "blue" },
    ];
    expect(entry!.data).toEqual({
      task: "t1",
      messages,
      seconds: 60,
      ui: "studio",
      rating: 4,
      note: "short",
      model: "models/m",
    });
    expect(await studio.store.task("t1")).toMatchObject({ answered: 1 });
    expect(await state(lin)).toEqual({ messages, turn: null, ended: true });
    expect((await lin.call("GET /api/tasks/t1")).json.words).toMatchObject([{ by: "lin", word, messages }]);
    expect((await say(lin, "more?")).code).toBe("conversation-ended");
    const { json: mine } = await lin.call("GET /api/words/mine");
    expect(mine.map(({ word }: { word: object }) => word)).toEqual([word]); // turns are changed nowhere
    await lin.call("POST /api/words", { id: newId(), kind: "retraction", task: "t1" });
    expect(await state(lin)).toMatchObject({ messages, turn: { text: "and?" }, ended: false });
  });

  it("is kept for who holds it while it goes on, and is one answer however long it is", async () => {
    const { lin } = await start(Array.from({ length: 25 }, () => ["a", "b"]));
    const ada = await studio.person("ada");
    await studio.task("d1", { type: "demonstrate", completions: [] });
    const written = { id: newId(), kind: "demonstration", task: "d1", seconds: 3, completion: "by hand" };
    await lin.call("POST /api/words", written);
    expect((await lin.call("POST /api/leases", {})).json).toMatchObject({ answered: 1, tasks: [{ task: "t1" }] });
    for (let turn = 0; turn < 25; turn++) {
      studio.clock.now += 400_000;
      const { id } = await say(lin, "and?");
      studio.clock.now += 400_000;
      await choose(lin, id, 0);
      expect((await ada.call("POST /api/leases", {})).json.tasks).toEqual([]);
    }
    const word = { id: newId(), kind: "conversation", task: "t1", seconds: 60 };
    expect((await lin.call("POST /api/words", word)).json).toEqual({ id: word.id, late: false });
    expect((await lin.call("POST /api/leases", {})).json).toMatchObject({ answered: 2, tasks: [] });
    const { json: mine } = await lin.call("GET /api/words/mine");
    expect(mine.map((each: { task: string }) => each.task)).toEqual(["t1", "d1"]);
    const changed = { ...written, id: newId(), completion: "by another" };
    expect((await lin.call("POST /api/words", changed)).status).toBe(200); // turns push nothing out of one's last twenty
  });

  it("survives replays: the same turn, the same choice, both many times at once", async () => {
    const { asked, lin } = await start([["blue", "wet"]]);
    const id = newId();
    const replies = await Promise.all(Array.from({ length: 5 }, () => say(lin, "sea?", id)));
    expect(new Set(replies.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(asked).toHaveLength(1);
    expect((await state(lin)).turn).toEqual(replies[0]!.json.turn); // as after a reload, or in another window
    const picks = await Promise.all(Array.from({ length: 5 }, () => choose(lin, id, 1)));
    expect(new Set(picks.map(({ status, json }) => JSON.stringify([status, json]))).size).toBe(1);
    expect(await judgements()).toHaveLength(1);
    expect((await say(lin, "sea?", id)).json).toEqual(picks[0]!.json);
    expect((await choose(lin, id, 0)).code).toBe("id-taken");
    expect((await say(lin, "lake?", id)).code).toBe("id-taken");
  });

  it("goes on where the server stopped between journal and bookkeeping", async () => {
    const { lin } = await start([["blue", "wet"]]);
    const { id } = await say(lin, "sea?");
    const { secrets } = studio.store;
    const set = secrets.set;
    secrets.set = () => Promise.reject(new Error("the power failed"));
    expect((await choose(lin, id, 1)).status).toBe(500);
    secrets.set = set;
    expect(await state(lin)).toMatchObject({ messages: [{ content: "sea?" }, { content: "wet" }], turn: null });
    expect((await choose(lin, id, 1)).status).toBe(200);
    expect(await judgements()).toHaveLength(1);
    const next = await say(lin, "and?");
    expect(next.json.turn.text).toBe("and?");
  });

  it("takes no forged choice: of a turn that is none, somebody else's, made-up answers, a tie", async () => {
    const { lin } = await start([["blue", "wet"]]);
    const ada = await studio.person("ada");
    expect((await choose(lin, newId(), 0)).code).toBe("no-turn");
    const { id } = await say(lin, "sea?");
    expect((await choose(ada, id, 0)).code).toBe("no-turn");
    expect((await choose(lin, newId(), 0)).code).toBe("no-turn");
    expect((await choose(lin, id, null, {})).code).toBe("wrong-answer");
    expect((await choose(lin, id, 0, { completions: ["mine", "wet"] })).code).toBe("bad-request");
    expect((await choose(lin, id, 2)).code).toBe("bad-request");
    expect((await choose(lin, id, 0, { strength: 9 })).code).toBe("bad-request");
    expect((await say(lin, "lake?")).code).toBe("turn-open");
    expect(await judgements()).toEqual([]);
    expect(await state(ada)).toEqual({ messages: [], turn: null, ended: false });
  });

  it("draws answers that are the same once more, and lets people go on when they are the same again", async () => {
    const { asked, lin } = await start([
      ["blue", "blue"],
      ["wet", "wet"],
      ["deep", "deep"],
      ["deep", "salty"],
    ]);
    const first = await say(lin, "sea?");
    expect(first.json.turn.completions).toEqual(["wet", "wet"]);
    expect(asked[0]!.seed).not.toBe(asked[1]!.seed);
    expect((await choose(lin, first.id, 0)).code).toBe("wrong-answer");
    expect((await choose(lin, first.id, null, {})).json.messages.at(-1).content).toBe("wet");
    expect((await say(lin, "and?")).json.turn.completions).toEqual(["deep", "salty"]);
  });

  it("of two people about one task are two, and their turns are never taken for the same task", async () => {
    const { lin } = await start([
      ["blue", "wet"],
      ["red", "dry"],
    ]);
    const ada = await studio.person("ada");
    const [one, two] = [await say(lin, "sea?"), await say(ada, "sun?")];
    await choose(lin, one.id, 0);
    await choose(ada, two.id, 1);
    expect((await state(ada)).messages.at(-1).content).toBe("dry");
    expect((await state(lin)).messages.at(-1).content).toBe("blue");
    const { json } = await lin.call("GET /api/dashboard");
    expect(json.agreement.pairs).toBeNull();
  });

  it("is handed in with an answer that has no words", async () => {
    const { lin } = await start([
      ["", "wet"],
      ["a", "b"],
    ]);
    await choose(lin, (await say(lin, "sea?")).id, 0);
    expect((await choose(lin, (await say(lin, "and?")).id, 0)).json.messages).toHaveLength(4);
    const id = newId();
    const word = { id, kind: "conversation", task: "t1", seconds: 9, rating: 4, note: "" };
    const handed = await lin.call("POST /api/words", word);
    expect([handed.status, handed.json]).toEqual([200, { id, late: false }]);
  });

  it("gives preference pairs with messages as prompt", async () => {
    const { lin } = await start([
      ["blue", "wet"],
      ["deep", "deep"],
      ["deep", "deep"],
    ]);
    const first = await say(lin, "sea?");
    await choose(lin, first.id, 1, { strength: 3 });
    await choose(lin, (await say(lin, "and?")).id, null, {});
    expect([...exportRows(await studio.store.words(), await studio.store.tasks(), { format: "preference" })]).toEqual([
      {
        prompt: [{ role: "user", content: "sea?" }],
        chosen: [{ role: "assistant", content: "wet" }],
        rejected: [{ role: "assistant", content: "blue" }],
        margin: 3,
      },
    ]);
  });

  it("is refused with what to do where no model answers, the model is gone, or its context is full", async () => {
    const none = await start([], { model: null });
    expect(await say(none.lin, "sea?")).toMatchObject({ status: 409, code: "no-model" });
    await studio.stop();
    const gone = await start([], { model: "models/gone" });
    const { code, json } = await say(gone.lin, "sea?");
    expect(code).toBe("no-model");
    expect(json.error.message).toContain("models/gone");
    expect(json.error.help).toContain("settings page");
    await studio.stop();
    const full = await start([], { context: 20 });
    expect((await say(full.lin, "what is the sea?")).code).toBe("conversation-full");
    expect(full.released()).toBe(1);
  });

  it("stops the model when whoever asked has left, and keeps nothing of it", async () => {
    const { lin } = await start([["blue", "wet"]]);
    const leaving = new AbortController();
    leaving.abort();
    const sent = {
      headers: { "content-type": "application/json", origin: `http://${host}` },
      body: JSON.stringify({ id: newId(), text: "sea?" }),
    };
    const { status } = await lin.request("POST", "/api/conversations/t1/turns", { ...sent, signal: leaving.signal });
    expect(status).toBe(499);
    expect(studio.logged).toEqual([]);
    expect(await state(lin)).toEqual({ messages: [], turn: null, ended: false });
    expect((await say(lin, "sea?")).status).toBe(200);
  });

  it("is held about tasks to converse only, by those who may, while they are open", async () => {
    const { lin } = await start([["blue", "wet"]]);
    await studio.task("t2");
    const turn = { id: newId(), text: "sea?" };
    expect((await lin.call("POST /api/conversations/t2/turns", turn)).code).toBe("wrong-answer");
    expect((await lin.call("GET /api/conversations/t9")).code).toBe("no-task");
    await studio.task("t3", { type: "converse", completions: [], assigned: ["ada"] });
    expect((await lin.call("POST /api/conversations/t3/turns", turn)).code).toBe("not-assigned");
    await lin.call("POST /api/tasks/t1/close", {});
    expect((await say(lin, "sea?")).code).toBe("task-closed");
    expect((await lin.call("GET /api/conversations/t1")).status).toBe(200);
  });

  it("leaves nothing behind of who is forgotten", async () => {
    const { lin } = await start([["blue", "wet"]]);
    await say(lin, "my name is lin");
    await forgetConversing(studio.store.secrets, "ada");
    expect(await studio.store.secrets.all("turn")).toHaveLength(1);
    await forgetConversing(studio.store.secrets, "lin");
    expect(await studio.store.secrets.all("turn")).toEqual([]);
  });
});

describe("a draft for a demonstration", () => {
  const given = { kind: "demonstration", task: "d1", seconds: 9 };

  it("is the same when asked again, and is recorded with its model", async () => {
    const { asked, lin } = await start([["a start"]]);
    const prompt = [
      { role: "user", content: "hi" },
      { role: "assistant", content: "hello" },
      { role: "user", content: "go on" },
    ];
    await studio.task("d1", { type: "demonstrate", prompt, completions: [] });
    const { json } = await lin.call("POST /api/tasks/d1/draft", {});
    expect(json).toEqual({ text: "a start" });
    expect((await lin.call("POST /api/tasks/d1/draft", {})).json).toEqual(json);
    expect(asked).toHaveLength(1);
    const word = { ...given, id: newId(), completion: "a better start" };
    await lin.call("POST /api/words", word);
    const [entry] = await studio.store.words({ task: "d1" });
    const message = (content: string) => [{ role: "assistant", content }];
    expect(entry!.data).toMatchObject({
      ...{ prompt, completion: message("a better start"), draft: message("a start"), model: "models/m" },
    });
    expect((await lin.call("GET /api/tasks/d1/view")).json.said).toEqual(word);
    expect([...exportRows(await studio.store.words(), [], { format: "sft" })]).toEqual([
      { messages: [...prompt, ...message("a better start")] },
    ]);
  });

  it("is words: a model that wrote nothing is asked twice more, then it is said, and nothing is kept", async () => {
    const { asked, lin, released } = await start([[""], [" \n"], [""], [""], ["a start"]]);
    await studio.task("d1", { type: "demonstrate", prompt: "hi", completions: [] });
    const refused = await lin.call("POST /api/tasks/d1/draft", {});
    expect(refused).toMatchObject({ status: 409, code: "no-draft" });
    expect(refused.json.error.help).toBe("ask again, or write without a draft");
    expect((await lin.call("POST /api/tasks/d1/draft", {})).json).toEqual({ text: "a start" });
    expect(new Set(asked.map(({ seed }) => seed)).size).toBe(5);
    expect(released()).toBe(2);
  });

  it("is none of who did not ask for it, nor of a task that brings its own", async () => {
    const { lin } = await start([["a start"]]);
    const ada = await studio.person("ada");
    await studio.task("d1", { type: "demonstrate", completions: [] });
    await studio.task("d2", { type: "demonstrate", completions: ["theirs"] });
    await ada.call("POST /api/tasks/d1/draft", {});
    await lin.call("POST /api/words", { ...given, id: newId(), completion: "mine" });
    const [entry] = await studio.store.words({ task: "d1" });
    expect(entry!.data).not.toHaveProperty("draft");
    expect(entry!.data).not.toHaveProperty("model");
    expect((await lin.call("POST /api/tasks/d2/draft", {})).code).toBe("wrong-answer");
    expect((await lin.call("POST /api/tasks/t1/draft", {})).code).toBe("wrong-answer");
  });
});
