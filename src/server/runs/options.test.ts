import { expect, it } from "vitest";
import { z } from "zod";
import { trainingOptions } from "./options.ts";

it("options come from the command's own schema, without its data and what the studio decides", () => {
  const ppo = z.strictObject({
    policy: z.string().describe("what is reinforced").meta({ value: "MODEL" }),
    reward: z.array(z.string()).min(1).meta({ value: "SPEC" }),
    prompts: z.string(),
    klCoef: z.number().default(0.3).describe("β"),
    whiten: z.boolean().default(false),
    device: z.enum(["cpu", "cuda"]).default("cpu"),
    out: z.string().optional(),
    resume: z.union([z.boolean(), z.string()]).optional(),
  });
  const other = z.strictObject({});
  expect(trainingOptions({ sft: other, reward: other, ppo }).ppo).toEqual([
    { name: "policy", type: "string", help: "what is reinforced", required: true, names: "MODEL" },
    { name: "reward", type: "array", help: "", required: true, names: "SPEC" },
    { name: "klCoef", type: "number", help: "β", required: false, default: 0.3 },
    { name: "whiten", type: "boolean", help: "", required: false, default: false },
    { name: "device", type: "string", help: "", required: false, default: "cpu", choices: ["cpu", "cuda"] },
  ]);
});
