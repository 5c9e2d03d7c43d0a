import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { nearest, UsageError } from "../../base/index.ts";
import { type Content, tokenizePromptCompletion } from "../../data/index.ts";
import { readText } from "../../files/index.ts";
import type { LanguageModel } from "../../models/index.ts";
import { learnedReward, type RewardFunction, scorer } from "../../rewards/index.ts";
import type { Tokenizer } from "../../text/index.ts";
import { openModel } from "./models.ts";

/** What `--reward SPEC` or `--judge SPEC` opened. */
export interface OpenedReward {
  readonly reward: RewardFunction;
  /** Of a reward model. */
  readonly model?: LanguageModel;
  dispose(): void;
}

/**
 * Opens SPEC: a reward model (folder, run or checkpoint) or `./file.ts#export`, a {@link RewardFunction} that runs as
 * you. `policy` is the tokenizer that the answers were sampled with: a reward model of the same one scores exactly the
 * sampled tokens; one of another, or without `policy`, reads the texts anew.
 *
 * Throws `not-a-reward`, `bad-config`, `bad-reward` and as {@link openModel}.
 */
export async function openReward(spec: string, policy?: Tokenizer): Promise<OpenedReward> {
  const [, file = spec, name] = existsSync(spec) ? [] : (/^(.+)#([^#]*)$/.exec(spec) ?? []);
  if (/\.[cm]?[jt]s$/.test(file)) return { reward: await functionOf(file, name), dispose: () => {} };
  const model = openModel(spec, "score");
  if (policy && sameTokenizer(model.tokenizer, policy)) return { ...learnedReward(model), model };
  return { ...rereadingReward(model), model };
}

/** Whether two models read text as the same tokens. */
export const sameTokenizer = (a: Tokenizer, b: Tokenizer): boolean =>
  JSON.stringify(a.files()["tokenizer.json"]) === JSON.stringify(b.files()["tokenizer.json"]);

function rereadingReward(model: LanguageModel): Omit<OpenedReward, "model"> {
  const { score, dispose } = scorer(model);
  const { tokenizer, network } = model;
  const reward: RewardFunction = ({ prompts, completions }) =>
    score(
      prompts.map((prompt, i) => {
        const row = { prompt: prompt as Content, completion: completions[i]! };
        return tokenizePromptCompletion(tokenizer, row, { maxLength: network.context }).ids;
      }),
    );
  return { reward, dispose };
}

async function functionOf(file: string, name = "default"): Promise<RewardFunction> {
  readText(file); // a missing file is better explained here than by the module loader
  const { createJiti } = await import("jiti");
  let module: Record<string, unknown>;
  try {
    module = await createJiti(import.meta.url, { fsCache: false }).import(resolve(file));
  } catch (cause) {
    const message = `${file} could not be run: ${(cause as Error).message}`;
    throw new UsageError(message, { code: "bad-config", where: file, cause });
  }
  const found = module[name];
  if (typeof found === "function") return checked(found as RewardFunction, `${file}#${name}`);
  const exports = Object.keys(module).filter((key) => typeof module[key] === "function");
  const near = nearest(name, exports);
  throw new UsageError(`${file} exports no function ${name}`, {
    code: "not-a-reward",
    where: file,
    help: near ? `did you mean ${file}#${near}?` : `it exports ${exports.join(", ") || "no function"}`,
  });
}

/** People's functions return what they like; training on a missing score would be silently wrong. */
const checked =
  (reward: RewardFunction, where: string): RewardFunction =>
  async (input) => {
    const scores = await reward(input);
    const n = input.completions.length;
    if (Array.isArray(scores) && scores.length === n && scores.every(Number.isFinite)) return scores;
    throw new UsageError(`the reward must return ${n} finite numbers, got ${JSON.stringify(scores)?.slice(0, 200)}`, {
      code: "bad-reward",
      where,
      help: "one number for each completion, in their order",
    });
  };
