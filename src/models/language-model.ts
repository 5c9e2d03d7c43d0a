import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataError, UsageError } from "../base/index.ts";
import { readJson, readSafetensors, readText } from "../files/index.ts";
import { openTokenizer, type Tokenizer } from "../text/index.ts";
import { type Model, modelFiles, modelFromFiles, type ScoreScale, scoreScaleOf } from "./model.ts";

/** A model and the tokenizer it was trained with: what a model folder holds. */
export interface LanguageModel extends Model {
  readonly tokenizer: Tokenizer;
  /** Of reward and value models. */
  readonly scale: ScoreScale;
}

/** Opens a folder in Hugging Face's layout. Throws what is missing or does not fit, with the file. */
export function loadModel(folder: string): LanguageModel {
  const file = (name: string) => join(folder, name);
  if (!existsSync(folder))
    throw new UsageError(`there is no model folder ${folder}`, { code: "missing-file", where: folder });
  for (const name of ["config.json", "model.safetensors", "tokenizer.json"]) {
    if (existsSync(file(name))) continue;
    throw new DataError(`the model folder has no ${name}`, {
      code: name === "tokenizer.json" ? "missing-tokenizer" : "missing-file",
      where: folder,
      help: "a model folder holds config.json, model.safetensors, tokenizer.json and tokenizer_config.json",
    });
  }
  const config = readJson(file("config.json"));
  const model = modelFromFiles(config, readSafetensors(file("model.safetensors")), folder);
  const tokenizer = openFolderTokenizer(folder);
  if (tokenizer.vocabSize > model.network.vocabSize) {
    throw new DataError(`the tokenizer has ${tokenizer.vocabSize} tokens, the model ${model.network.vocabSize}`, {
      code: "vocabulary-mismatch",
      where: folder,
      help: "tokenizer.json must be the one the model was trained with",
    });
  }
  return { ...model, tokenizer, scale: scoreScaleOf(config) };
}

/** The tokenizer of a model folder. */
export function openFolderTokenizer(folder: string): Tokenizer {
  const config = join(folder, "tokenizer_config.json");
  const template = join(folder, "chat_template.jinja");
  return openTokenizer(
    {
      "tokenizer.json": readJson(join(folder, "tokenizer.json")),
      "tokenizer_config.json": existsSync(config) ? readJson(config) : {},
    },
    existsSync(template) ? { chatTemplate: readText(template) } : {},
  );
}

/** All files of a model folder, for a checkpoint or a release. */
export function languageModelFiles(model: LanguageModel): Record<string, object> {
  const { special } = model.tokenizer;
  return {
    ...modelFiles(model, model.head === "score" && !model.network.labels ? model.scale : undefined),
    ...model.tokenizer.files(),
    "generation_config.json": {
      ...(special.bos === undefined ? {} : { bos_token_id: special.bos }),
      ...(special.eos === undefined ? {} : { eos_token_id: special.eos }),
      ...(special.pad === undefined ? {} : { pad_token_id: special.pad }),
    },
  };
}
