import { expect, it } from "vitest";
import { groupMetrics } from "./metric-groups.ts";

it("metrics stand with their like, in our order, and an unknown one has a chart of its own", () => {
  const metrics = ["mine/own", "lr", "loss/ptx", "objective/kl", "loss", "objective/scores"].map((name) => ({ name }));
  const groups = groupMetrics(metrics).map(({ name, charts }) => [name, charts.map((one) => one.map((m) => m.name))]);
  expect(groups).toEqual([
    ["loss", [["loss", "loss/ptx"]]],
    ["reward", [["objective/scores"]]],
    ["kl", [["objective/kl"]]],
    ["optimizer", [["lr"]]],
    ["other", [["mine/own"]]],
  ]);
});
