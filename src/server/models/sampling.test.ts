import { describe, expect, it } from "vitest";
import { UsageError } from "../../base/index.ts";
import type { TaskData } from "../../feedback/index.ts";
import { trainCharacterTokenizer } from "../../text/index.ts";
import type { ModelCache } from "./cache.ts";
import { type SamplingRequest, type Samplings, samplings } from "./sampling.ts";

const tokenizer = trainCharacterTokenizer(["abcdef userassistant\n"]);
const encoded = (text: string) => tokenizer.encode(text);
const request: SamplingRequest = {
  ...{ model: "m", prompts: ["a", "b", "c"], k: 2, temperature: 1, topP: 1, maxNewTokens: 4, seed: 3 },
};

/** A model that answers `texts`, and the pieces around it that note what happens. */
function setUp(answer: (prompt: number) => string[], { fails = false } = {}) {
  const tasks: TaskData[] = [];
  const log: unknown[] = [];
  const keys: unknown[] = [];
  let [released, calls] = [0, 0];
  const writer = {
    generate: async (prompts: number[][], { streamKey }: { streamKey(row: number): unknown }, signal: AbortSignal) => {
      signal.throwIfAborted();
      if (fails && calls === 1) throw new UsageError("the prompt is too long", { code: "context" });
      keys.push(...prompts.map((_, row) => streamKey(row)));
      return answer(calls++).map((text) => ({ ids: encoded(text) }));
    },
  };
  const models = { writer: () => ({ model: { tokenizer }, writer, release: () => released++ }) };
  const addTasks = async (more: readonly TaskData[]) => tasks.push(...more) && more.length;
  const work: Samplings = samplings({
    ...{ models: models as unknown as ModelCache, newId: () => "s1", addTasks, log: (error) => log.push(error) },
  });
  const ended = () => expect.poll(() => work.list()[0]!.state).not.toBe("working");
  return { work, tasks, log, keys, ended, released: () => released };
}

describe("sampling answers as tasks", () => {
  it("makes a task of each prompt with different answers, each answer of a stream of its own", async () => {
    const { work, tasks, keys, ended, released } = setUp((prompt) => (prompt === 1 ? ["e", "e"] : ["e", "f"]));
    expect(work.start(request, "ann")).toMatchObject({ sampling: "s1", total: 3, state: "working" });
    await ended();
    expect(work.list()).toMatchObject([{ done: 3, tasks: 2, state: "done" }]);
    expect(tasks.map(({ prompt, completions }) => [prompt, completions])).toEqual([
      ["a", ["e", "f"]],
      ["c", ["e", "f"]],
    ]);
    expect(keys).toEqual([0, 1, 2].flatMap((prompt) => [0, 1].map((row) => [prompt, row])));
    expect(released()).toBe(1);
  });

  it("keeps the space after the prompt where text goes on, and leaves it out of what an assistant says", async () => {
    const said = [{ role: "user", content: "b" }];
    const { work, tasks, ended } = setUp(() => [" e", " f"]);
    work.start({ ...request, prompts: ["a", said], overlap: 2 }, "ann");
    await ended();
    expect(tasks.map(({ completions }) => completions)).toEqual([
      [" e", " f"],
      ["e", "f"].map((content) => [{ role: "assistant", content }]),
    ]);
    expect(tasks.map(({ overlap }) => overlap)).toEqual([2, 2]);
  });

  it("keeps what it has made when it is stopped, or cannot go on", async () => {
    const stopped = setUp(() => ["e", "f"]);
    stopped.work.start(request, "ann");
    stopped.work.stop("s1");
    await stopped.ended();
    expect(stopped.work.list()).toMatchObject([{ state: "stopped" }]);
    expect(stopped.released()).toBe(1);
    const failed = setUp(() => ["e", "f"], { fails: true });
    failed.work.start(request, "ann");
    await failed.ended();
    const error = { code: "context", message: "the prompt is too long" };
    expect(failed.work.list()).toMatchObject([{ done: 1, tasks: 1, state: "failed", error }]);
    expect(failed.tasks).toHaveLength(1);
    expect(failed.log).toHaveLength(1);
  });

  it("needs a prompt, and stops nothing that is not there", () => {
    const { work } = setUp(() => []);
    expect(() => work.start({ ...request, prompts: [] }, "ann")).toThrow(
      expect.objectContaining({ code: "no-prompts" }),
    );
    expect(() => work.stop("x")).toThrow(expect.objectContaining({ code: "no-sampling" }));
  });
});
