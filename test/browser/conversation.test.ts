import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { exportRows, forms } from "../../src/feedback/index.ts";
import { tinyFolder } from "../e2e/tiny.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, faultsOf, phone, serveStudio } from "./pages.ts";

const open = ending(serveStudio);

/** A studio with a tiny model that answers, and a task to talk about. */
async function start(settings: object = { model: "models/tiny" }) {
  const studio = await open({ form: forms.hh, settings });
  tinyFolder(join(studio.project, "models/tiny"), { seed: 3, context: 2048 });
  await studio.task("t1", { type: "converse", prompt: "Ask about the shop.", completions: [] });
  return studio;
}
const field = (page: Page) => page.locator(".composer textarea");
const hasKeyboard = (locator: Locator) =>
  expect.poll(() => locator.evaluate((element) => element.matches(":focus"))).toBe(true);
const messages = (page: Page) => page.locator(".chat > .turns > li").count();

/** Writes with the keyboard, which is in the field already, and waits for the answers. */
async function say(page: Page, text: string): Promise<void> {
  await hasKeyboard(field(page));
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.locator(".go-on").waitFor();
}

describe.skipIf(!chromiumPath)(`a live conversation in the browser${needs}`, () => {
  it("three turns by keyboard, a reload in the middle of each thing, and a rating in the end", async () => {
    const served = await start();
    const { page, complaints } = await served.visit("Ada");
    await say(page, "When does it open?");
    await page.keyboard.press("Enter"); // nothing is chosen yet
    await page.keyboard.press("2");
    await page.reload(); // answers and the choice among them are still there
    await page.locator(".go-on").waitFor();
    expect(await page.locator(".strength-row input").nth(1).isChecked()).toBe(true);
    const left = (await page.locator('.card[data-place="0"] .prose').textContent()) ?? "";
    await page.keyboard.press("Enter");
    await expect.poll(() => messages(page)).toBe(2);
    expect(await page.locator(".chat > .turns > li").nth(1).locator(".prose").textContent()).toBe(left);

    await page.keyboard.type("And on ");
    await page.reload(); // so is what was not yet sent
    await field(page).waitFor();
    expect(await field(page).inputValue()).toBe("And on ");
    await page.keyboard.press("End");
    await say(page, "Sunday?");
    await page.keyboard.press("8");
    await page.keyboard.press("Enter");
    await expect.poll(() => messages(page)).toBe(4);
    await say(page, "Thanks");
    await page.keyboard.press("5");
    await page.keyboard.press("Enter");
    await expect.poll(() => messages(page)).toBe(6);

    await page.keyboard.press("Control+Enter"); // there is no rating yet: the keyboard goes to it
    await expect.poll(() => page.locator(".left.wrong").textContent()).toContain("rate the conversation");
    await page.keyboard.press("4");
    await expect.poll(() => page.locator(".conversation-rating input").nth(3).isChecked()).toBe(true);
    await page.keyboard.press("n");
    await hasKeyboard(page.locator(".note textarea"));
    await page.keyboard.type("Rambles.");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Nothing to do").waitFor();

    const words = await served.store.words({});
    const turns = words.filter((word) => word.kind === "judgement");
    expect(turns.map(({ data }) => [data.strength, data.order.indexOf(data.groups[0]![0]!)])).toEqual([
      [3, 0],
      [4, 1],
      [1, 1],
    ]);
    expect(turns.map(({ data }) => data.prompt.length)).toEqual([1, 3, 5]);
    const [end] = words.filter((word) => word.kind === "conversation");
    expect(end!.data).toMatchObject({ task: "t1", rating: 4, note: "Rambles.", model: "models/tiny" });
    expect(end!.data.messages).toHaveLength(6);
    expect(end!.data.messages[2]!.content).toBe("And on Sunday?");
    expect([...exportRows(words, [], { format: "preference" })]).toHaveLength(3);
    expect(complaints).toEqual([]);

    await page.keyboard.press("z"); // taken back, it can go on
    await say(page, "One more");
    expect(await messages(page)).toBe(7);
  }, 120_000);

  it("an input method keeps its Enter and its digits", async () => {
    const served = await start();
    const { page } = await served.visit("小林", { locale: "zh-CN" });
    await field(page).fill("nihao");
    const composing = { key: "Enter", bubbles: true, cancelable: true };
    await field(page).dispatchEvent("keydown", { ...composing, isComposing: true });
    await field(page).dispatchEvent("keydown", { ...composing, keyCode: 229 });
    expect(await field(page).inputValue()).toBe("nihao");
    expect(await page.locator(".chat .turns").count()).toBe(0);
    await page.keyboard.press("Shift+Enter");
    expect(await field(page).inputValue()).toBe("nihao\n");
  });

  it.each([
    ["light, English", { colorScheme: "light" }],
    ["dark, Chinese", { colorScheme: "dark", locale: "zh-CN" }],
    ["a phone", phone],
  ] as const satisfies readonly (readonly [string, BrowserContextOptions])[])(
    "axe finds nothing, and nothing is wider than the window: %s",
    async (_, how) => {
      const served = await start();
      const { page } = await served.visit("Ada", how);
      const check = async () => {
        expect(await faultsOf(page)).toEqual([]);
      };
      await field(page).waitFor();
      await check();
      await field(page).fill("When does it open?");
      await page.locator(".composer button").click();
      await page.locator(".go-on").waitFor();
      await check();
      await page.locator(".strength-row .segment").nth(6).click();
      await page.locator(".go-on").click();
      await expect.poll(() => messages(page)).toBe(2);
      await page.locator(".conversation-rating .segment").nth(2).click();
      await check();
      await page.locator(".submit").click();
      await expect.poll(async () => (await served.store.words({ kinds: ["conversation"] })).length).toBe(1);
    },
    60_000,
  );

  it("says so where no model answers; a manager chooses one, and the talk can begin", async () => {
    const served = await start({});
    const { page } = await served.visit("Ada");
    await page.getByText("No model answers here yet").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByLabel("Model that answers").selectOption("models/tiny");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("✓ Saved").waitFor();
    await page.getByRole("link", { name: "Label" }).click();
    await say(page, "Hello");
  });

  it("a demonstration of several turns starts from the model's draft", async () => {
    const served = await start();
    await served.write("close", { task: "t1" });
    const prompt = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Good day." },
      { role: "user", content: "When do you open?" },
    ];
    await served.task("d1", { type: "demonstrate", prompt, completions: [] });
    const { page } = await served.visit("Ada");
    await expect.poll(() => page.locator(".prompt .turns > li").count()).toBe(3);
    await page.getByRole("button", { name: "Start from the model's draft" }).click();
    await expect.poll(() => page.locator(".write").inputValue()).not.toBe("");
    const draft = await page.locator(".write").inputValue();
    await page.locator(".write").fill("At eight.");
    await page.keyboard.press("Control+Enter");
    await expect.poll(async () => (await served.store.words({})).length).toBe(1);
    const [word] = await served.store.words({});
    expect(word!.data).toMatchObject({
      ...{ prompt, completion: [{ role: "assistant", content: "At eight." }], model: "models/tiny" },
    });
    const [given] = (word!.kind === "demonstration" && (word!.data.draft as { content: string }[])) || [];
    expect(given!.content.replace(/\r\n?/g, "\n")).toBe(draft); // as text fields end their lines
  });
});
