import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonl, tinyModel } from "../../../test/e2e/tiny.ts";
import { readDemonstrations, tokenizeDemonstrations, withTemplate } from "./demonstrations.ts";

const folder = mkdtempSync(join(tmpdir(), "plaudit-demonstrations-"));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string, rows: readonly unknown[]) => {
  writeFileSync(join(folder, name), jsonl(rows));
  return readDemonstrations(join(folder, name), {});
};
const model = tinyModel({ chat: false });
const turn = (role: string, content: string) => ({ role, content });
const chat = { messages: [turn("user", "The shop?"), turn("assistant", "opens at eight")] };

describe("demonstrations", () => {
  it("that are conversations bring ChatML to a model without a template, plain ones do not", async () => {
    const plain = await read("plain.jsonl", [{ prompt: "The shop", completion: " opens." }]);
    expect(withTemplate(model, plain, undefined)).toBe(model);
    expect(withTemplate(model, plain, "chatml").tokenizer.chatTemplate).toContain("<|im_start|>");
    const data = await read("chat.jsonl", [chat]);
    const { tokenizer } = withTemplate(model, data, undefined);
    const [row] = tokenizeDemonstrations(data, tokenizer, { maxLength: 96 }).items;
    const learnt = row!.ids.filter((_, i) => row!.mask[i] === 1);
    expect(tokenizer.decode(learnt)).toBe("opens at eight<|im_end|>");
    expect(row!.prompt).toEqual([turn("user", "The shop?")]);
  });

  it("keep the model's own template, and take another from a file", async () => {
    const own = tinyModel();
    const data = await read("chat.jsonl", [chat]);
    expect(withTemplate(own, data, undefined)).toBe(own);
    const file = join(folder, "template.jinja");
    writeFileSync(file, "{% for m in messages %}{{ m.content }}{% endfor %}");
    expect(withTemplate(own, data, file).tokenizer.chatTemplate).toContain("m.content");
  });

  it("without a word of the assistant's are bad rows", async () => {
    const { tokenizer } = tinyModel();
    const data = await read("silent.jsonl", [chat, { messages: [turn("user", "Hello?")] }]);
    expect(() => tokenizeDemonstrations(data, tokenizer, { maxLength: 96 })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ code: "nothing-to-learn" })] }),
    );
  });
});
