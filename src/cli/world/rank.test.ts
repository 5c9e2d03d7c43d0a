import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeWorld, promptRow, trainingPrompts } from "../../world/index.ts";
import type { Context } from "../frame/index.ts";
import { writeWorld } from "./folder.ts";
import { worldRank } from "./rank.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-rank-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const jsonl = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const world = makeWorld({ seed: 1, language: "en" });
writeWorld(at("town"), world, { stories: 1, demonstrations: 1, rankings: 1, ppoPrompts: 1 });
const completions = ["I don't know.", "It opens at nine.", "Go away.", "The bakery is on Mill Street, I believe."];
const tasks = trainingPrompts(world, "ranking", 60).map((prompt) => ({ ...promptRow(prompt), completions }));
writeFileSync(at("tasks.jsonl"), jsonl(tasks));

let runs = 0;
/** Ranks the tasks and returns the rows written. */
async function rankings(mine?: string) {
  const out = at(`rankings-${runs++}.jsonl`);
  const options = { tasks: at("tasks.jsonl"), world: at("town"), out, agreement: 0.73, shuffle: false, seed: 0 };
  const context = { emit: () => {} } as unknown as Context<never>;
  await worldRank.run(context, { ...options, ...(mine === undefined ? {} : { mine: at(mine) }) });
  const lines = readFileSync(out, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as { ranks: (number | null)[]; annotator: string });
}

describe("a person's own rankings", () => {
  it("stand in place of the townspeople's for the tasks they rank, unjudged answers too", async () => {
    const mine = [
      { ...tasks[0], ranks: [4, 3, 2, 1] },
      { ...tasks[1], ranks: [null, 2, 1, null] },
    ];
    writeFileSync(at("mine.jsonl"), jsonl(mine));
    const rows = await rankings("mine.jsonl");
    expect(rows.filter(({ annotator }) => annotator === "me").map(({ ranks }) => ranks)).toEqual(
      mine.map(({ ranks }) => ranks),
    );
    expect(rows.filter(({ annotator }) => annotator !== "me").length).toBeGreaterThan(0);
  });

  it("may be none, when every task was passed over", async () => {
    writeFileSync(at("none.jsonl"), "");
    expect(await rankings("none.jsonl")).toEqual(await rankings());
  });

  it("are refused with file and line when a row is no ranking, and nothing is written", async () => {
    writeFileSync(
      at("bad.jsonl"),
      `${jsonl([
        { ...tasks[0], ranks: [1, 2, 3, 4] },
        { ...tasks[1], ranks: [1, 2] },
      ])}{`,
    );
    await expect(rankings("bad.jsonl")).rejects.toMatchObject({
      code: "bad-rows",
      exitCode: 3,
      problems: expect.arrayContaining([
        expect.objectContaining({ code: "ranks-length", where: `${at("bad.jsonl")}:2` }),
        expect.objectContaining({ code: "bad-json", where: `${at("bad.jsonl")}:3` }),
      ]),
    });
    await expect(rankings("gone.jsonl")).rejects.toMatchObject({ code: "missing-file" });
  });
});
