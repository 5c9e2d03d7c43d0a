import { z } from "zod";
import { brokenWeights, endless, padIsEos } from "../../doctor/index.ts";
import { defineCommand } from "../frame/index.ts";
import { modelFlag } from "../inputs/datasets.ts";
import { openModel } from "../inputs/models.ts";
import { endsOf } from "./examine-rows.ts";
import { emitFindings, Findings } from "./findings.ts";

export const doctorModel = defineCommand({
  name: "doctor model",
  summary: "what is wrong with a model's tokenizer or weights",
  examples: ["plaudit doctor model runs/sft-001", "plaudit doctor model path/to/folder --json"],
  schema: z.strictObject({ model: modelFlag("what is examined") }),
  positionals: ["model"],
  resultSchema: Findings,
  async run(context, { model: spec }) {
    const { tokenizer, weights, head } = openModel(spec, "any");
    const tensors = [...weights.arrays].map(([name, { data }]) => [name, data as Float32Array] as const);
    return emitFindings(context, spec, [
      ...padIsEos(tokenizer.special),
      ...(head === "lm" ? endless(endsOf(tokenizer)) : []),
      ...brokenWeights(tensors),
    ]);
  },
});
