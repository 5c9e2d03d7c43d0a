import { expect, it } from "vitest";
import { lineageOf } from "./lineage.ts";

const rows = [
  { run: "ppo", parents: ["sft", "reward"] },
  { run: "reward", parents: ["sft"] },
  { run: "sft", parents: ["pretrain"] },
  { run: "pretrain", parents: [] },
  { run: "again", parents: ["ppo"] },
];

it("each run stands after all that it needs, and what came of it behind", () => {
  expect(lineageOf(rows, "ppo")).toEqual({ before: [["pretrain"], ["sft"], ["reward"]], after: [["again"]] });
  expect(lineageOf(rows, "sft").after).toEqual([["reward"], ["ppo"], ["again"]]);
});

it("runs that are gone are named, and a circle does not go round for ever", () => {
  expect(lineageOf([{ run: "a", parents: ["gone"] }], "a").before).toEqual([["gone"]]);
  const circle = [
    { run: "a", parents: ["b"] },
    { run: "b", parents: ["a"] },
  ];
  expect(lineageOf(circle, "a").before).toEqual([["b"]]);
});
