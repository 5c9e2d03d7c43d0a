import { expect, it } from "vitest";
import { flagOf, optionsOf } from "./training-options.ts";

const option = (name: string, type: string) => ({ name, type, help: "", required: false });

it("only what was typed is sent, as what it is", () => {
  const options = [
    ...[option("learningRate", "number"), option("maxSteps", "integer"), option("whitenRewards", "boolean")],
    ...[option("pretrain", "array"), option("preset", "string")],
  ];
  const typed = { learningRate: "3e-4", maxSteps: " ", whitenRewards: "false", pretrain: "a.txt, b.txt", preset: "x" };
  expect(optionsOf(options, typed)).toEqual({
    ...{ learningRate: 3e-4, whitenRewards: false, pretrain: ["a.txt", "b.txt"], preset: "x" },
  });
  expect(optionsOf(options, { maxSteps: "ten", gone: "1" })).toEqual({ maxSteps: "ten" });
});

it("flags are spelt as in the terminal", () => expect(flagOf("adamBeta1")).toBe("--adam-beta1"));
