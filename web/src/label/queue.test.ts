import { describe, expect, it } from "vitest";
import type { Word } from "../../../src/server/protocol.ts";
import { CallError } from "../api/client.ts";
import { emptyDraft } from "./draft.ts";
import { loadDraft, type Shelf, saveDraft } from "./drafts.ts";
import { createQueue } from "./queue.ts";
import { ulid } from "./ulid.ts";

function shelf(): Shelf & { readonly data: Map<string, string> } {
  const data = new Map<string, string>();
  return {
    data,
    get length() {
      return data.size;
    },
    key: (i) => [...data.keys()][i] ?? null,
    getItem: (key) => data.get(key) ?? null,
    setItem: (key, value) => void data.set(key, value),
    removeItem: (key) => void data.delete(key),
  };
}
const skip = (n: number): Word => ({ id: ulid(n, new Uint8Array(16)), task: `t${n}`, kind: "skip" });
const offline = () => new CallError(0, { code: "offline", message: "no connection" });

/** A server that fails as told and remembers what it took. */
function server(failures: (CallError | undefined)[] = []) {
  const taken: string[] = [];
  const send = async (word: Word) => {
    const failure = failures.shift();
    if (failure) throw failure;
    taken.push(word.task);
    return { id: word.id, late: false };
  };
  return { taken, send };
}

describe("the queue of words", () => {
  it("keeps what cannot be sent and sends it in order when the server is back", async () => {
    const { taken, send } = server([offline(), offline()]);
    const timers: (() => void)[] = [];
    const queue = createQueue({ person: "ada", shelf: shelf(), send, later: (run) => timers.push(run) });
    await queue.add(skip(1));
    await queue.add(skip(2));
    expect(queue.state()).toMatchObject({ waiting: 2, stuck: true });
    expect(timers).toHaveLength(1); // however many words wait, one timer
    timers[0]?.();
    await queue.flush();
    expect(taken).toEqual(["t1", "t2"]);
    expect(queue.state()).toEqual({ waiting: 0, stuck: false, refused: [] });
  });

  it("outlives its window: a new one sends what the old one left", async () => {
    const held = shelf();
    const before = createQueue({ person: "ada", shelf: held, send: server([offline()]).send, later: () => {} });
    await before.add(skip(1));
    const { taken, send } = server();
    const after = createQueue({ person: "ada", shelf: held, send, later: () => {} });
    expect(after.state().waiting).toBe(1);
    await after.flush();
    expect(taken).toEqual(["t1"]);
    expect(held.data.size).toBe(0);
  });

  it("of another person nothing is sent", async () => {
    const held = shelf();
    await createQueue({ person: "ada", shelf: held, send: server([offline()]).send, later: () => {} }).add(skip(1));
    const { taken, send } = server();
    await createQueue({ person: "bob", shelf: held, send, later: () => {} }).flush();
    expect(taken).toEqual([]);
  });

  it("what the server does not take is set aside with its reason and stops nothing", async () => {
    const closed = new CallError(409, { code: "task-closed", message: "the task is closed" });
    const { taken, send } = server([closed]);
    const queue = createQueue({ person: "ada", shelf: shelf(), send, later: () => {} });
    await Promise.all([queue.add(skip(1)), queue.add(skip(2))]);
    expect(taken).toEqual(["t2"]);
    expect(queue.state().refused).toEqual([{ word: skip(1), code: "task-closed", message: "the task is closed" }]);
    queue.discard(skip(1).id);
    expect(queue.state().refused).toEqual([]);
  });

  it("sends although the storage is full", async () => {
    const full = { ...shelf(), length: 0, key: () => null, getItem: () => null };
    const setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const { taken, send } = server();
    await createQueue({ person: "ada", shelf: { ...full, setItem }, send, later: () => {} }).add(skip(1));
    expect(taken).toEqual(["t1"]);
  });
});

describe("drafts", () => {
  it("come back, each to its person and task, and old ones go", () => {
    const held = shelf();
    const draft = { ...emptyDraft({ task: "t", type: "compare", completions: ["x"], order: [0] }), note: "why" };
    for (let i = 0; i < 70; i++) saveDraft(held, "ada", `t${i}`, draft, i);
    expect(loadDraft(held, "ada", "t69")).toEqual(draft);
    expect(loadDraft(held, "ada", "t9")).toBeUndefined();
    expect(loadDraft(held, "ada", "t10")).toEqual(draft);
    expect(loadDraft(held, "bob", "t69")).toBeUndefined();
  });

  it("one that cannot be read is none", () => {
    const held = shelf();
    held.setItem("plaudit.draft.ada.t", '{"at":1,"dra');
    expect(loadDraft(held, "ada", "t")).toBeUndefined();
  });
});
