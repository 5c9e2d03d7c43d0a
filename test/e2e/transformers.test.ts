// Transformers opens what we save and computes the same. Needs a Python with torch and transformers:
// PLAUDIT_PEER_PYTHON=/path/to/python npx vitest run --project e2e test/e2e/transformers.test.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compile, gather, ints, iota } from "../../src/engine/index.ts";
import { type GptConfig, type Head, type LanguageModel, languageModelFiles, newModel } from "../../src/models/index.ts";
import { writeFiles } from "../../src/run/index.ts";
import { trainBpeTokenizer } from "../../src/text/index.ts";

const python = process.env.PLAUDIT_PEER_PYTHON;
const folder = mkdtempSync(join(tmpdir(), "plaudit-peer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tokenizer = trainBpeTokenizer(["the cat sat on the mat, 猫坐在垫子上"], { vocabSize: 300, minFrequency: 1 });
const ids = tokenizer.encode("the cat 猫坐 on the mat");

/** `classifier`: a score head of three classes. */
type Kind = Head | "classifier";

const config = (architecture: GptConfig["architecture"], kind: Kind): GptConfig => ({
  architecture,
  labels: kind === "classifier" ? ["no", "yes", "也许"] : undefined,
  vocabSize: tokenizer.vocabSize,
  context: 32,
  layers: 2,
  heads: 2,
  dim: 16,
  feedForward: architecture === "gpt1" ? 64 : 40, // GPT-1 in Transformers knows 4·dim only
  epsilon: 1e-5,
  initializerRange: 0.2,
  residualDropout: 0.1,
  attentionDropout: 0.1,
  embeddingDropout: 0.1,
  window: 0,
  padId: 0,
  bosId: 1,
  eosId: 2,
});

function saved(
  name: string,
  architecture: GptConfig["architecture"],
  kind: Kind,
): { path: string; model: LanguageModel } {
  const model = {
    ...newModel(config(architecture, kind), 3, kind === "lm" ? "lm" : "score"),
    tokenizer,
    scale: { gain: 1, bias: 0 },
  };
  const path = join(folder, name);
  writeFiles(path, languageModelFiles(model));
  return { path, model };
}

/** Logits [T, V] of a language model, the score of a reward model, or the logits [K] of a classifier. */
function ours({ network, weights, head }: LanguageModel): number[] {
  const names = [...weights.arrays.keys()];
  const specs = Object.fromEntries(names.map((name) => [name, weights.arrays.get(name)!.shape]));
  const buffers = Object.fromEntries(names.map((name) => [name, weights.arrays.get(name)!.data]));
  const executable = compile(
    ({ ids: tokens, ...params }) => {
      const hidden = network.hidden(params, tokens!);
      const last = gather(hidden, iota(ids.length));
      return { out: head === "lm" ? network.logits(params, last) : network.classLogits(params, last) };
    },
    { ...specs, ids: ints(1, ids.length) },
    { buffers },
  );
  (executable.inputs.ids as unknown as Int32Array).set(ids);
  executable.run();
  const out = [...executable.float("out")];
  executable.dispose();
  return head === "lm" ? out : out.slice(-(network.labels?.length ?? 1));
}

const script = `
import json, sys, torch, transformers
transformers.logging.set_verbosity_error()
path, kind, ids = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
auto = transformers.AutoModelForCausalLM if kind == "lm" else transformers.AutoModelForSequenceClassification
model, info = auto.from_pretrained(path, output_loading_info=True, torch_dtype=torch.float32)
tokenizer = transformers.AutoTokenizer.from_pretrained(path)
with torch.no_grad():
    logits = model.eval()(torch.tensor([ids])).logits.flatten().tolist()
print(json.dumps({"logits": logits, "missing": sorted(info["missing_keys"]), "unexpected": sorted(info["unexpected_keys"]),
                  "ids": tokenizer.encode("the cat 猫坐 on the mat", add_special_tokens=False),
                  "labels": [model.config.id2label[i] for i in range(model.config.num_labels)]}))
`;

describe.skipIf(python === undefined)("Transformers (skipped without PLAUDIT_PEER_PYTHON)", () => {
  it.each([
    ["GPT-2", "gpt2", "lm"],
    ["GPT-1", "gpt1", "lm"],
    ["dense GPT-3", "gpt3", "lm"],
    ["a reward model", "gpt2", "score"],
    ["a classifier", "gpt2", "classifier"],
    ["GPT-1 as a classifier", "gpt1", "classifier"],
  ] as const)("opens %s and agrees on logits to 1e-4", (name, architecture, kind) => {
    const { path, model } = saved(name.replace(/\W/g, "-"), architecture, kind);
    const said = execFileSync(python!, ["-c", script, path, kind, JSON.stringify(ids)], {
      encoding: "utf8",
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const theirs = JSON.parse(said.trim().split("\n").at(-1)!);
    expect(theirs.missing.filter((key: string) => key !== "lm_head.weight")).toEqual([]);
    expect(theirs.unexpected).toEqual([]);
    expect(theirs.ids).toEqual(ids);
    if (kind === "classifier") expect(theirs.labels).toEqual(model.network.labels);
    expect(ours(model)).toBeCloseToAll(theirs.logits, 1e-4);
  });
});
