import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { PlauditError } from "../../base/index.ts";
import { findModel } from "../models/list.ts";
import { argsOf } from "./request.ts";

const schema = z.strictObject({
  model: z.string().meta({ value: "MODEL" }),
  data: z.string().meta({ value: "FILE" }),
  pretrain: z.array(z.string()).default([]).meta({ value: "FILE" }),
  reward: z.array(z.string()).default([]).meta({ value: "SPEC" }),
  learningRate: z.number().positive().default(1e-4),
  gradientCheckpointing: z.boolean().default(false),
  rewardWeights: z.array(z.number()).optional(),
  chatTemplate: z.string().optional().meta({ value: "FILE" }),
  out: z.string().optional().meta({ value: "DIR" }),
});

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "plaudit-request-"));
  mkdirSync(join(project, "models", "base"), { recursive: true });
  for (const file of ["config.json", "model.safetensors"]) writeFileSync(join(project, "models/base", file), "{}");
  writeFileSync(join(project, "text.txt"), "a");
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const args = (options: Record<string, unknown>) =>
  argsOf(
    { command: "sft", data: "project", options },
    {
      project,
      schemas: { sft: schema, reward: schema, ppo: schema },
      modelPath: (id, where) => findModel(project, id, where).model,
    },
  );

function problemOf(options: Record<string, unknown>) {
  try {
    args({ model: "models/base", ...options });
  } catch (error) {
    if (error instanceof PlauditError) return error;
  }
  throw new Error("nothing was refused");
}

describe("a request to train", () => {
  it("becomes words that no value can break out of", () => {
    const options = { model: "models/base", learningRate: 0.1, gradientCheckpointing: true, rewardWeights: [1, -2] };
    expect(args(options)).toEqual([
      ...["--model=models/base", "--learning-rate=0.1", "--gradient-checkpointing"],
      ...["--reward-weights=1", "--reward-weights=-2"],
    ]);
    expect(
      args({ model: "models/base", gradientCheckpointing: false, pretrain: ["text.txt"], chatTemplate: "chatml" }),
    ).toEqual([
      ...["--model=models/base", "--no-gradient-checkpointing", "--pretrain=text.txt", "--chat-template=chatml"],
    ]);
  });

  it("is told the nearest name of an option that does not exist", () => {
    expect(problemOf({ learningRat: 1 })).toMatchObject({ code: "unknown-flag", help: "did you mean learningRate?" });
  });

  it("is told everything that is wrong at once, by the command's own limits", () => {
    const { problems } = problemOf({ learningRate: -1, gradientCheckpointing: "yes", pretrain: ["no.txt"] });
    expect(problems?.[1]?.values).toMatchObject({ minimum: 0 });
    expect(problems?.map(({ where, code }) => [where, code])).toEqual([
      ["pretrain", "missing-file"],
      ["learningRate", "too_small"],
      ["gradientCheckpointing", "invalid_type"],
    ]);
  });

  it("cannot choose the folder, the data flag, files outside the project, or code", () => {
    expect(problemOf({ out: "/tmp/x" })).toMatchObject({ code: "bad-flag", where: "out" });
    expect(problemOf({ data: "x" })).toMatchObject({ code: "bad-flag", where: "data" });
    expect(problemOf({ pretrain: ["/etc/passwd"] })).toMatchObject({ code: "outside-project" });
    expect(problemOf({ reward: ["./steal.ts#score"] })).toMatchObject({ code: "missing-model", where: "reward" });
    expect(problemOf({ model: "../models/base" })).toMatchObject({ code: "missing-model", where: "model" });
  });

  it("needs what the command needs", () => {
    expect(() => args({})).toThrow(
      expect.objectContaining({ code: "bad-flag", message: expect.stringMatching(/^model:/) }),
    );
  });
});
