import { describe, expect, it } from "vitest";
import { z } from "zod";
import { flagsOf } from "./flags.ts";

const flags = flagsOf(
  z.strictObject({
    data: z.string().describe("rows to learn from").meta({ value: "FILE" }),
    learningRate: z.number().positive().max(1).default(1e-4).describe("highest rate"),
    lossType: z.enum(["sigmoid", "hinge"]).default("sigmoid"),
    rewardWeights: z.array(z.number()).default([]),
    resume: z.union([z.boolean(), z.string()]).optional(),
    maxSteps: z.int().min(1).optional(),
    klCoef: z.union([z.number().min(0), z.literal("adaptive")]).default(0.05),
    ema: z.boolean().default(true),
  }),
);
const flag = (key: string) => flags.find((f) => f.key === key)!;

describe("flags made from a schema", () => {
  it("are the keys in kebab-case, in their order", () => {
    expect(flags.map((f) => f.long)).toEqual([
      "--data",
      "--learning-rate",
      "--loss-type",
      "--reward-weights",
      "--resume",
      "--max-steps",
      "--kl-coef",
      "--ema",
    ]);
  });

  it("are required exactly when they have neither default nor optional", () => {
    expect(flags.filter((f) => f.required).map((f) => f.key)).toEqual(["data"]);
  });

  it("keep default, description and placeholder", () => {
    expect(flag("learningRate")).toMatchObject({ fallback: 1e-4, description: "highest rate", placeholder: "X" });
    expect(flag("data").placeholder).toBe("FILE");
    expect(flag("lossType").placeholder).toBe("sigmoid|hinge");
    expect(flag("ema").placeholder).toBe("");
  });

  it("say in words what they accept", () => {
    expect(flag("learningRate").wanted).toBe("a number above 0 and of at most 1");
    expect(flag("maxSteps").wanted).toBe("a whole number of at least 1");
    expect(flag("lossType").wanted).toBe("one of sigmoid, hinge");
    expect(flag("klCoef").wanted).toBe("a number of at least 0 or adaptive");
  });

  it("know lists and values that may be left out", () => {
    expect(flag("rewardWeights").repeatable).toBe(true);
    expect([...flag("resume").types].sort()).toEqual(["boolean", "string"]);
  });

  it("refuse a key that would look like a negation", () => {
    expect(() => flagsOf(z.strictObject({ noRepeat: z.int() }))).toThrow("noRepeat");
  });
});
