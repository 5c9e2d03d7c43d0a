import { expect, it } from "vitest";
import { input } from "../engine/index.ts";
import { type GptConfig, newModel } from "../models/index.ts";
import { dropoutWithBorders, type Params } from "../nn/index.ts";
import type { Loss } from "../train/index.ts";
import { policyLoss, valueModelLoss } from "./ppo-passes.ts";

const config: GptConfig = {
  ...{ architecture: "gpt2", vocabSize: 8, context: 6, layers: 3, heads: 1, dim: 4, feedForward: 8 },
  ...{ epsilon: 1e-5, initializerRange: 0.02, window: 0 },
  ...{ residualDropout: 0.5, attentionDropout: 0.5, embeddingDropout: 0.5 },
};
const model = newModel(config, 1, "score");
const params: Params = Object.fromEntries(
  model.network.parameters.map(({ name, shape }) => [name, input(name, shape)]),
);
const perToken = ["oldLogprobs", "advantages", "weights", "mask", "oldValues", "returns"];
const batch = {
  ids: input("ids", [2, 6], "int32"),
  states: input("states", [4], "int32"),
  targets: input("targets", [4], "int32"),
  ...Object.fromEntries(perToken.map((name) => [name, input(name, [4])])),
};

it.each<[string, Loss]>([
  ["policy", policyLoss(model.network, { temperature: 1, cliprange: 0.2 })],
  ["value", valueModelLoss(model.network, 0.2)],
])("the %s loss drops nothing, whatever the network's rates, and tells what checkpointing keeps", (_, loss) => {
  const borders: Parameters<typeof dropoutWithBorders>[0] = [];
  const seen = new Set<string>();
  const visit = (t: (typeof borders)[number]): void => {
    if (t.op === "input") seen.add((t.attributes as { name: string }).name);
    t.inputs.forEach(visit);
  };
  visit(loss(params, batch, dropoutWithBorders(borders)).loss);
  expect([...seen].filter((name) => name.startsWith("dropout/"))).toEqual([]);
  expect(borders.map(({ shape }) => shape)).toEqual(Array(4).fill([12, 4])); // before, between and after three blocks
});
