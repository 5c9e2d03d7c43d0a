// A run asks, a person answers in the studio, and the studio is killed in the middle of it, again and again.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stream } from "../../src/base/index.ts";
import { type ClipAnswer, clipTasksOf, openStore, storeLabeller, ulid } from "../../src/feedback/index.ts";
import { clipPair } from "../clips/labeller-cases.ts";
import { type Browser, enter } from "../store/browser.ts";
import { check } from "../store/processes.ts";

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
const [by, pairs, kills] = ["clips-001", 60, 4];
let folder: string;
let child: ChildProcess | undefined;
let ended: Promise<unknown>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plaudit-clips-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function studio(): Promise<Browser> {
  const words = [program, "studio", folder, "--init", "--json", "--port", "0", "--no-pages"];
  child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  ended = new Promise((resolve) => child!.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout! })) {
    const { url, port } = JSON.parse(line) as { url: string; port: number };
    return enter(`http://127.0.0.1:${port}`, url, "Ada");
  }
  throw new Error("the studio ended without a word");
}

it("kill −9 of the studio while clips are labelled loses no acknowledged answer, and doubles none", async () => {
  let browser = await studio();
  const store = await openStore(folder, { now: Date.now }); // the run's own, in another process than the studio
  const labeller = storeLabeller(store, { by, question: "Which?", overlap: 1, now: Date.now });
  const random = stream(1, "clips and kills");
  const said = new Map<string, { id: string; answer: ClipAnswer }>();
  const verdicts = { left: [[0], [1]], right: [[1], [0]], equal: [[0, 1]] } as const;
  let [asked, killed] = [0, 0];
  /** The word that the browser keeps until it is acknowledged. */
  let waiting: { id: string; task: string; answer: ClipAnswer } | undefined;
  while (said.size < pairs) {
    const unkilled = killed < kills && said.size >= ((killed + 1) * pairs) / (kills + 1);
    const murder = unkilled ? setTimeout(() => child!.kill("SIGKILL"), random.integer(30)) : undefined;
    try {
      if (asked - said.size < 3 && asked < pairs) {
        await labeller.ask(Array.from({ length: 6 }, () => clipPair(`p${asked++}`)));
      }
      if (!waiting) {
        const { tasks } = await browser.call<{ tasks: { task: string }[] }>("POST /api/leases", { count: 1 });
        const answer = random.pick(["left", "right", "equal", "cannot-tell"] as const);
        if (tasks[0]) waiting = { id: ulid(Date.now(), random), task: tasks[0].task, answer };
      }
      if (!waiting) continue;
      const { answer, ...word } = waiting;
      const body =
        answer === "cannot-tell"
          ? { ...word, kind: "skip", reason: answer }
          : { ...word, kind: "judgement", seconds: 1, groups: verdicts[answer] };
      await browser.call("POST /api/words", body);
      said.set(word.task, { id: word.id, answer });
      waiting = undefined;
    } catch {
      if (murder === undefined) throw new Error("the studio failed without having been killed");
    }
    if (murder === undefined) continue;
    await ended; // it may come between two calls
    killed++;
    browser.close();
    browser = await studio();
  }
  browser.close();
  expect(killed).toBe(kills);
  const answers = [...said].map(([task, { answer }]) => [task.slice(clipTasksOf(by).length), [answer]] as const);
  expect(await labeller.answers()).toEqual(new Map(answers));
  await store.close();
  child!.kill("SIGKILL");
  const ids = [...said.values()].map(({ id }) => id);
  expect(await check(folder, undefined, ids)).toMatchObject({ lost: 0, doubled: 0, equal: true, intact: true });
});
