/** What the commands that the page may start can be told, read from their own declarations. */
import { z } from "zod";
import type { TrainingOption } from "../protocol-runs.ts";
import { type CommandSchemas, dataOf, reserved } from "./request.ts";

const Declared = z.object({
  type: z.string().optional().catch(undefined),
  description: z.string().default(""),
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown())]).optional(),
  enum: z.array(z.string()).optional(),
  value: z.string().optional(),
});

/** In the order of `--help`, without the data and what the studio decides itself. */
export function trainingOptions(schemas: CommandSchemas): Record<keyof CommandSchemas, TrainingOption[]> {
  const of = (command: keyof CommandSchemas): TrainingOption[] => {
    const json = z.toJSONSchema(schemas[command], { io: "input", unrepresentable: "any" });
    return Object.entries(json.properties ?? {})
      .filter(([name]) => !reserved.has(name) && name !== dataOf[command].flag)
      .map(([name, property]) => {
        const { type = "string", description, default: value, enum: choices, value: names } = Declared.parse(property);
        return {
          ...{ name, type, help: description, required: json.required?.includes(name) ?? false },
          ...(value !== undefined && { default: value }),
          ...(choices && { choices }),
          ...(names && { names }),
        };
      });
  };
  return { sft: of("sft"), reward: of("reward"), ppo: of("ppo") };
}
