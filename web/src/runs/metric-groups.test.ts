import { expect, it } from "vitest";
import { groupMetrics } from "./metric-groups.ts";

it("a run that asks about clips has its questions and answers in one chart, and its two returns in two", () => {
  const names = [
    "clips/labels",
    "rollout/ep_predicted_rew_mean",
    "rollout/ep_rew_mean",
    "clips/asked",
    "clips/accuracy",
  ];
  const groups = groupMetrics(names.map((name) => ({ name })));
  expect(groups.map(({ name, charts }) => [name, charts.map((one) => one.map((m) => m.name))])).toEqual([
    ["reward", [["rollout/ep_rew_mean"], ["rollout/ep_predicted_rew_mean"]]],
    ["accuracy", [["clips/accuracy"]]],
    ["other", [["clips/asked", "clips/labels"]]],
  ]);
});

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
