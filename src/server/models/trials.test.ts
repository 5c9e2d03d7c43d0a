import { describe, expect, it } from "vitest";
import { UsageError } from "../../base/index.ts";
import { trainCharacterTokenizer } from "../../text/index.ts";
import type { ModelCache } from "./cache.ts";
import { type TrialRequest, trials } from "./trials.ts";

const tokenizer = trainCharacterTokenizer(["abcdefgh"]);
const prompts = Array.from({ length: 20 }, (_, i) => "abcdefgh"[i % 8]!);
const request: TrialRequest = {
  ...{ models: ["before", "after"], judge: "judge", prompts, temperature: 1, topP: 1, maxNewTokens: 4, seed: 3 },
};

/** Two models, of which `before` answers "a" and `after` the prompt; the judge likes late letters. */
function setUp() {
  const released: string[] = [];
  const keys: Record<string, unknown[]> = { before: [], after: [] };
  const writer = (name: string) => ({
    model: { tokenizer },
    writer: {
      generate: async (rows: number[][], { streamKey }: { streamKey(row: number): unknown }) => {
        keys[name]!.push(...rows.map((_, row) => streamKey(row)));
        return rows.map((ids) => ({ ids: name === "before" ? tokenizer.encode("a") : ids }));
      },
    },
    release: () => released.push(name),
  });
  const judge = (name: string) => {
    if (name !== "judge") throw new UsageError("this is no reward model", { code: "not-a-reward-model" });
    const score = async (rows: readonly (readonly number[])[]) => rows.map((ids) => Math.max(...ids.slice(1)));
    return { model: { tokenizer, network: { context: 8 } }, score, release: () => released.push(name) };
  };
  let made = 0;
  const models = { writer, judge } as unknown as ModelCache;
  const work = trials({ models, newId: () => `t${++made}`, log: () => {} });
  const ended = (id: string) => expect.poll(() => work.find(id).state).toBe("done");
  return { work, released, keys, ended };
}

describe("two models on the same prompts", () => {
  it("answer with the same random streams, and the judge counts how often the second is better", async () => {
    const { work, released, keys, ended } = setUp();
    expect(work.start(request)).toMatchObject({ trial: "t1", total: 20, state: "working", judge: "judge" });
    await ended("t1");
    const { rows, result } = work.find("t1");
    expect(rows.map(({ prompt, answers }) => [prompt, answers])).toEqual(prompts.map((p) => [p, ["a", p]]));
    expect(keys.before).toEqual(prompts.map((_, i) => [i, 0]));
    expect(keys.after).toEqual(keys.before);
    // "a" comes three times among twenty: there both say the same.
    expect(result!.winRate).toMatchObject({ value: (17 + 3 / 2) / 20, ties: 3, prompts: 20 });
    expect(result!.winRate.low).toBeLessThan(result!.winRate.value);
    expect(result!.rewards[1]!.value).toBeGreaterThan(result!.rewards[0]!.value);
    expect(released.sort()).toEqual(["after", "before", "judge"]);
    expect(work.list()).toEqual([expect.not.objectContaining({ rows: expect.anything() })]);
  });

  it("need no judge: then there are answers, and no numbers", async () => {
    const { work, ended } = setUp();
    const { judge: _, ...alone } = request;
    work.start(alone);
    await ended("t1");
    expect(work.find("t1")).toMatchObject({ judge: null, result: null });
    expect(work.find("t1").rows[0]!.scores).toBeNull();
  });

  it("give back what was opened when one of them cannot be, and keep what was said when stopped", async () => {
    const { work, released } = setUp();
    expect(() => work.start({ ...request, judge: "after" })).toThrow(
      expect.objectContaining({ code: "not-a-reward-model" }),
    );
    expect(released).toEqual(["before", "after"]);
    expect(() => work.start({ ...request, prompts: [] })).toThrow(expect.objectContaining({ code: "no-prompts" }));
    expect(() => work.find("t9")).toThrow(expect.objectContaining({ code: "no-trial" }));
    work.start(request);
    work.stop("t1");
    await expect.poll(() => work.find("t1").state).toBe("stopped");
    expect(work.find("t1")).toMatchObject({ done: 16, result: null });
    expect(work.find("t1").rows).toHaveLength(16);
  });
});
