import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../base/index.ts";
import { type Head, type LanguageModel, loadModel } from "../../models/index.ts";
import { presets } from "../../plan/index.ts";
import { runModelFolder } from "../../run/index.ts";

/** What a command wants of a model: one that writes, one that scores, one that scores or classifies, or whichever it is. */
export type ModelRole = Head | "judge" | "any";

/**
 * Opens what MODEL means on the command line: a model folder, a run (its final model) or a checkpoint.
 *
 * Throws `architecture-name`, `remote-model`, `gguf`, `not-a-language-model`, `not-a-reward-model`, and as
 * {@link runModelFolder} and {@link loadModel}.
 */
export function openModel(spec: string, role: ModelRole): LanguageModel {
  const folder = modelFolder(spec);
  const model = loadModel(folder);
  if (role === "lm" && model.head !== "lm") {
    throw new UsageError(
      `${spec} is a ${model.network.labels ? "classifier" : "reward model"}, a language model is wanted here`,
      {
        code: "not-a-language-model",
        where: folder,
        help: "name the model that writes the answers; `plaudit score` uses a reward model",
      },
    );
  }
  const classes = model.network.labels;
  if (role === "score" && classes !== undefined) {
    throw new UsageError(`${spec} is a classifier (${classes.join(", ")}), a reward model is wanted here`, {
      code: "not-a-reward-model",
      where: folder,
      help: "it gives probabilities: plaudit score --model MODEL --data ROWS.jsonl with rows of text and label",
    });
  }
  if ((role === "score" || role === "judge") && model.head !== "score") {
    throw new UsageError(`${spec} is a language model, a reward model is wanted here`, {
      code: "not-a-reward-model",
      where: folder,
      help: "train one: plaudit reward --model DIR --data rankings.jsonl",
    });
  }
  return model;
}

/** The folder of MODEL; what exists wins over every other meaning. */
export function modelFolder(spec: string): string {
  if (spec.endsWith(".gguf")) {
    throw new UsageError(`${spec}: GGUF files cannot be opened yet`, {
      code: "gguf",
      where: spec,
      help: "use the folder with config.json and model.safetensors that the file was made from",
    });
  }
  if (existsSync(spec)) return runModelFolder(spec);
  if (spec.startsWith("hf:")) {
    throw new UsageError(`${spec}: this version downloads no models`, {
      code: "remote-model",
      help: `download the files of ${spec.slice(3)} from the hub into a folder and give its path`,
    });
  }
  if (isArchitecture(spec) && !existsSync(join("runs", spec))) {
    throw new UsageError(
      `${spec} names an architecture; ${weightsOf(spec)}to start from nothing use \`plaudit pretrain\``,
      { code: "architecture-name", help: "elsewhere MODEL is a model folder, a run or a checkpoint" },
    );
  }
  return runModelFolder(spec);
}

const isArchitecture = (spec: string) => Object.hasOwn(presets, spec) || ["gpt3", "llama"].includes(spec);

/** GPT-3's weights were never published. */
function weightsOf(spec: string): string {
  if (!/^gpt[12]/.test(spec)) return "";
  return `for its weights write hf:openai-community/${spec === "gpt1" ? "openai-gpt" : spec}, `;
}
