import { Template } from "@huggingface/jinja";
import { expect, it } from "vitest";
import { chatTemplate } from "./index.ts";

const messages = [
  { role: "user", content: "Where is it?" },
  { role: "assistant", content: "On Oak Street." },
  { role: "user", content: "Thanks" },
];
const render = (language: "en" | "zh", count: number) =>
  new Template(chatTemplate(language)).render({ messages: messages.slice(0, count), eos_token: "<e>" });

it("writes a conversation with few tokens", () => {
  expect(render("en", 1)).toBe("Q: Where is it?\nA:");
  expect(render("en", 2)).toBe("Q: Where is it?\nA: On Oak Street.<e>");
  expect(render("en", 3)).toBe("Q: Where is it?\nA: On Oak Street.<e>\nQ: Thanks\nA:");
  expect(render("zh", 2)).toBe("问：Where is it?\n答：On Oak Street.<e>");
});

it("keeps a prompt a prefix of the conversation that goes on", () => {
  for (const language of ["en", "zh"] as const) expect(render(language, 2).startsWith(render(language, 1))).toBe(true);
});

it("refuses roles that the world does not have", () => {
  const system = () =>
    new Template(chatTemplate("en")).render({ messages: [{ role: "system", content: "x" }], eos_token: "" });
  expect(system).toThrow(/user and assistant turns only, got system/);
});
