import { describe, expect, it } from "vitest";
import { gpt, gptFromHuggingFace, newModel, withHead } from "./index.ts";
import { labelsFromHuggingFace, labelsToHuggingFace } from "./labels.ts";

const config = {
  architecture: "gpt2",
  vocabSize: 7,
  context: 4,
  layers: 1,
  heads: 1,
  dim: 2,
  feedForward: 8,
  epsilon: 1e-5,
  initializerRange: 0.02,
  residualDropout: 0,
  attentionDropout: 0,
  embeddingDropout: 0,
  window: 0,
} as const;

describe("class names in config.json", () => {
  it("are written as Transformers writes them, and read back in the order of the head's rows", () => {
    const labels = Array.from({ length: 12 }, (_, i) => `类${i}`);
    const written = JSON.parse(JSON.stringify(labelsToHuggingFace(labels)));
    expect(written).toMatchObject({ num_labels: 12, id2label: { 0: "类0", 11: "类11" }, label2id: { 类11: 11 } });
    expect(labelsFromHuggingFace(written)).toEqual(labels);
  });

  it("are two by default where the architecture classifies, and none elsewhere", () => {
    expect(labelsFromHuggingFace({ architectures: ["GPT2ForSequenceClassification"] })).toEqual(["LABEL_0", "LABEL_1"]);
    expect(labelsFromHuggingFace({ architectures: ["GPT2LMHeadModel"] })).toBeUndefined();
    expect(labelsFromHuggingFace({})).toBeUndefined();
  });

  it("are none for a reward model", () => {
    expect(labelsFromHuggingFace(labelsToHuggingFace())).toBeUndefined();
  });

  it("survive a network's config", () => {
    const network = gpt({ ...config, labels: ["no", "yes", "perhaps"] }, "score");
    expect(gptFromHuggingFace(network.config).labels).toEqual(["no", "yes", "perhaps"]);
    expect(network.parameters.find(({ name }) => name === "score.weight")!.shape).toEqual([3, 2]);
  });
});

describe("a head", () => {
  const labels = ["a", "b", "c"];
  const policy = newModel(config, 1);

  it("is new for a language model; the body stays", () => {
    const classifier = withHead(policy, "score", 2, labels);
    expect(classifier.network.labels).toEqual(labels);
    for (const [name, { data }] of policy.weights.arrays) {
      expect(classifier.weights.arrays.get(name)!.data).toEqual(data);
    }
  });

  it("of a classifier stays under the same labels, and no single score is made of it", () => {
    const classifier = withHead(policy, "score", 2, labels);
    const head = (model: typeof classifier) => model.weights.arrays.get("score.weight")!;
    expect(head(withHead(classifier, "score", 3, labels)).data).toEqual(head(classifier).data);
    const reward = withHead(classifier, "score", 3);
    expect(reward.network.labels).toBeUndefined();
    expect(head(reward).shape).toEqual([1, 2]);
    expect(() => classifier.network.score({}, undefined as never)).toThrow(/3 classes gives no single score/);
  });
});
