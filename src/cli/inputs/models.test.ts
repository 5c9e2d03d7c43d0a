import { describe, expect, it } from "vitest";
import { modelFolder } from "./models.ts";

const refusal = (spec: string) => {
  try {
    return modelFolder(spec);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
};

describe("MODEL on the command line", () => {
  it("is no bare architecture, and the message says where its weights are", () => {
    const nothing = "to start from nothing use `plaudit pretrain`";
    expect(refusal("gpt2")).toBe(
      `architecture-name: gpt2 names an architecture; for its weights write hf:openai-community/gpt2, ${nothing}`,
    );
    expect(refusal("gpt1")).toContain("hf:openai-community/openai-gpt,");
    expect(refusal("gpt3-175b")).toBe(`architecture-name: gpt3-175b names an architecture; ${nothing}`);
  });

  it("is nothing that this version cannot open", () => {
    expect(refusal("hf:openai-community/gpt2")).toMatch(/^remote-model: /);
    expect(refusal("model.Q4.gguf")).toMatch(/^gguf: /);
    expect(refusal("no-such-folder")).toMatch(/^missing-model: /);
  });

  it("may be any folder that exists, whatever its name", () => {
    expect(modelFolder("test/golden/models/gpt2-tiny")).toBe("test/golden/models/gpt2-tiny");
  });
});
