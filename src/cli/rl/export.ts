import { z } from "zod";
import { writeAtomic } from "../../files/index.ts";
import { openPolicy, policyOnnx } from "../../rl/index.ts";
import { readModel, runModelFolder } from "../../run/index.ts";
import { bytes, checkAll, defineCommand } from "../frame/index.ts";
import { fileFlag, overwriteFlag, requireNewFile } from "../inputs/datasets.ts";

const Result = z.strictObject({ file: z.string(), bytes: z.int(), algorithm: z.string() });

export const exported = defineCommand({
  name: "rl export",
  summary: "a policy as an ONNX model, to be run anywhere: observations in, actions out",
  examples: [
    "plaudit rl export rl-ppo-001 --out cartpole.onnx",
    "plaudit rl export runs/rl-ppo-001/checkpoints/step-00000390 --out earlier.onnx",
  ],
  schema: z.strictObject({
    run: z
      .string()
      .min(1)
      .describe("a run of `plaudit rl` with a network, its name in runs/, or one of its checkpoints"),
    out: fileFlag("the file, usually .onnx"),
    overwrite: overwriteFlag,
  }),
  positionals: ["run"],
  resultSchema: Result,
  async run(context, { run, out, overwrite }) {
    const { policy } = await checkAll({
      out: () => requireNewFile(out, overwrite),
      policy() {
        const folder = runModelFolder(run);
        return openPolicy(readModel(folder), folder);
      },
    });
    const model = policyOnnx(policy);
    writeAtomic(out, model);
    const { algorithm } = policy;
    context.emit(`${out}: ${bytes(model.byteLength)}, the policy of ${algorithm} with its weights`, {
      file: out,
      bytes: model.byteLength,
      algorithm,
    });
    return {};
  },
});
