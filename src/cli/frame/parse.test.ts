import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UsageError } from "../../base/index.ts";
import { computing, defineCommand } from "./command.ts";
import { checkOptions, parseArguments } from "./parse.ts";

const command = defineCommand({
  name: "train",
  summary: "trains",
  examples: ["plaudit train a.jsonl"],
  schema: z.strictObject({
    ...computing,
    data: z.array(z.string()).min(1).describe("files of rows"),
    learningRate: z.number().positive().default(1e-4),
    rewardWeights: z.array(z.number()).default([]),
    reward: z.array(z.string()).default([]),
    ema: z.boolean().default(true),
    stop: z.string().optional(),
  }),
  positionals: ["data"],
  resultSchema: z.object({}),
  run: async () => ({}),
});

const parse = (line: string) => checkOptions(command, parseArguments(command, line.split(" ")).flags);
const errorOf = (run: () => unknown): UsageError => {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("arguments", () => {
  it("become typed options, with defaults where nothing was said", () => {
    expect(parse("a.jsonl b.jsonl --learning-rate 3e-4 --no-ema --seed=7")).toMatchObject({
      data: ["a.jsonl", "b.jsonl"],
      learningRate: 3e-4,
      ema: false,
      seed: 7,
      dryRun: false,
    });
  });

  it("form lists when repeated, and numbers also with commas", () => {
    const { reward, rewardWeights } = parse(
      "a --reward length:min=2,max=3 --reward exact --reward-weights 0.5,1 --reward-weights 2",
    );
    expect(reward).toEqual(["length:min=2,max=3", "exact"]);
    expect(rewardWeights).toEqual([0.5, 1, 2]);
  });

  it("let --resume stand alone or name a folder", () => {
    expect(parse("a --resume").resume).toBe(true);
    expect(parse("a --resume runs/train-001").resume).toBe("runs/train-001");
    expect(parse("a --resume --seed 3")).toMatchObject({ resume: true, seed: 3 });
  });

  it("keep a text that looks like a number a text where text is wanted", () => {
    expect(parse("a --stop 12").stop).toBe("12");
  });

  it("after -- are never flags", () => {
    expect(parse("-- --learning-rate").data).toEqual(["--learning-rate"]);
  });
});

describe("a wrong argument", () => {
  it.each([
    ["a --lerning-rate 1", "did you mean --learning-rate?"],
    ["a --no-emma", "did you mean --no-ema?"],
    ["a --dryrun", "did you mean --dry-run?"],
  ])("%s is answered with the nearest flag", (line, help) => {
    expect(errorOf(() => parse(line))).toMatchObject({ code: "unknown-flag", exitCode: 2, help });
  });

  it.each(["NaN", "Infinity", "-Infinity", "1e999", "0", "-1", "fast", ""])(
    "--learning-rate %s is refused",
    (value) => {
      const error = errorOf(() =>
        checkOptions(command, parseArguments(command, ["a", "--learning-rate", value]).flags),
      );
      expect(error).toMatchObject({ code: "bad-flag", exitCode: 2 });
      expect(error.message).toContain("--learning-rate: wanted a number above 0, got ");
    },
  );

  it("says what came, also inside a list", () => {
    expect(errorOf(() => parse("a --reward-weights 1,two")).message).toBe(
      '--reward-weights: wanted a number, got "two"',
    );
    expect(errorOf(() => parse("a --seed 1.5")).message).toBe("--seed: wanted a whole number of at least 0, got 1.5");
  });

  it("is reported together with all others", () => {
    const { problems, message } = errorOf(() => parse("--seed -1 --device gpu"));
    expect(message).toBe("3 options are wrong");
    expect(problems?.map(({ code }) => code).sort()).toEqual(["bad-flag", "bad-flag", "missing-flag"]);
  });

  it("that asks for more threads than cores has its own code", () => {
    expect(parse(`a --threads ${availableParallelism()}`).threads).toBe(availableParallelism());
    const error = errorOf(() => parse(`a --threads ${availableParallelism() + 1}`));
    expect(error).toMatchObject({ code: "threads", exitCode: 2 });
  });

  it("does not swallow the next flag as its value", () => {
    expect(errorOf(() => parse("a --stop --seed 1"))).toMatchObject({ message: "--stop needs a value" });
    expect(errorOf(() => parse("a --stop"))).toMatchObject({ message: "--stop needs a value" });
  });

  it("gives a switch no value", () => {
    expect(errorOf(() => parse("a --ema=no")).message).toBe("--ema takes no value; its opposite is --no-ema");
  });

  it("beyond the positionals is named", () => {
    const bare = { ...command, schema: z.strictObject({}), positionals: [] };
    expect(errorOf(() => parseArguments(bare, ["extra"]))).toMatchObject({ code: "extra-argument" });
  });
});
