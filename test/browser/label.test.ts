import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { forms } from "../../src/feedback/index.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, type Served, serveStudio } from "./pages.ts";

const answers = ["one", "two", "three", "four", "five", "six"].map((word) => `Answer ${word}.`);
const start = ending(serveStudio);
const card = (page: Page, place: number) => page.locator(`.card[data-place="${place}"]`);

/** The words of a task as the store has them, once there are so many; answers by their places on the screen. */
async function wordsOf({ store }: Served, count: number) {
  await expect.poll(async () => (await store.words({})).length).toBe(count);
  return (await store.words({})).map(({ kind, data }) => ({
    kind,
    data: data as Record<string, unknown>,
    places:
      kind === "judgement"
        ? data.groups.map((group) => group.map((item) => data.order.indexOf(item)).sort((a, b) => a - b))
        : [],
  }));
}

/** Drags from one place to another in steps, as a hand does. */
async function drag(page: Page, from: string, to: string): Promise<void> {
  const center = async (selector: string) => {
    await page.locator(selector).scrollIntoViewIfNeeded();
    const box = (await page.locator(selector).boundingBox())!;
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  await page.mouse.move(...(await center(from)));
  await page.mouse.down();
  await page.mouse.move(...((await center(from)).map((x) => x + 8) as [number, number]));
  await page.mouse.move(...(await center(to)), { steps: 8 });
  await page.mouse.up();
  await page.waitForTimeout(100); // dnd-kit takes a click within 50 ms for the end of the drag, faster than any hand
}

describe.skipIf(!chromiumPath)(`labelling in the browser${needs}`, () => {
  it("ranks six answers by keyboard alone, with ties, and shows the next task", async () => {
    const served = await start();
    await served.task("t1", { completions: answers });
    await served.task("t2", { completions: answers });
    const { page, complaints } = await served.visit("Ada");
    await card(page, 0).waitFor();
    for (const digit of "213265") await page.keyboard.press(digit);
    await page.keyboard.press("Enter");
    const [word] = await wordsOf(served, 1);
    expect(word!.places).toEqual([[1], [0, 3], [2], [5], [4]]);
    await expect.poll(() => page.locator(".prompt").textContent()).toContain("Say t2.");
    await expect.poll(() => card(page, 0).evaluate((element) => element.matches(":focus"))).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("ranks by dragging cards and chips, onto a rank for a tie and between ranks", async () => {
    const served = await start();
    await served.task("t1", { completions: answers.slice(0, 4) });
    const { page } = await served.visit("Ada");
    await card(page, 0).waitFor();
    const row = (rank: number) => `.board li:nth-child(${rank}) .rank-row`;
    await drag(page, '.card[data-place="0"] .grip', row(1));
    await drag(page, '.card[data-place="1"] .grip', row(1));
    expect(await page.locator(".tie").count()).toBe(1);
    await drag(page, '.card[data-place="2"] .grip', row(2));
    await drag(page, ".unranked .chip", ".board li:nth-child(1) .gap");
    expect(await page.locator(".left").textContent()).toBe("Complete");
    await page.locator(".submit").click();
    expect((await wordsOf(served, 1))[0]!.places).toEqual([[3], [0, 1], [2]]);
  });

  it("drags by keyboard, with announcements in the page's language", async () => {
    const served = await start();
    await served.task("t1", { completions: answers.slice(0, 3) });
    const { page } = await served.visit("Ada", { locale: "zh-CN" });
    await card(page, 0).locator(".grip").focus();
    await page.keyboard.press("Space");
    await expect.poll(() => page.locator("[id^=DndLiveRegion]").textContent()).toContain("回答 A");
    for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    await expect.poll(() => page.locator("[id^=DndLiveRegion]").textContent()).toContain("第 1 名");
    expect(await card(page, 0).getAttribute("aria-label")).toContain("第 1 名");
  });

  it("drags by touch", async () => {
    const served = await start();
    await served.task("t1", { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada", { viewport: { width: 1024, height: 900 }, hasTouch: true });
    const center = async (selector: string) => {
      const box = (await page.locator(selector).boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    await card(page, 0).waitFor();
    const touch = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
      touch.send("Input.dispatchTouchEvent", { type, touchPoints });
    const [from, to] = [await center('.card[data-place="0"] .grip'), await center(".board li:nth-child(2) .rank-row")];
    await send("touchStart", [from]);
    await page.waitForTimeout(300); // held, so that it is no scrolling
    for (const part of [0.2, 0.6, 1])
      await send("touchMove", [{ x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) }]);
    await send("touchEnd", []);
    await expect.poll(() => card(page, 0).getAttribute("aria-label")).toBe("Answer A, rank 2");
  });

  it("pairwise strength: HH's eight cells by digit, an even scale without a tie", async () => {
    const served = await start({ form: forms.hh });
    for (const task of ["t1", "t2"]) await served.task(task, { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada");
    await card(page, 0).waitFor();
    expect(await page.locator(".strength-row .segment").count()).toBe(8);
    await page.keyboard.press("Enter"); // nothing is said yet
    await expect.poll(() => page.locator(".left.wrong").textContent()).toContain("better");
    await page.keyboard.press("2");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".prompt").textContent()).toContain("Say t2.");
    await page.locator(".strength-row .segment").nth(4).click();
    await page.keyboard.press("Enter");
    const [first, second] = await wordsOf(served, 2);
    expect([first!.places, first!.data.strength]).toEqual([[[0], [1]], 3]);
    expect([second!.places, second!.data.strength]).toEqual([[[1], [0]], 1]);
  });

  it("arena: both bad is kept apart from a tie", async () => {
    const served = await start({ form: forms.arena });
    for (const task of ["t1", "t2", "t3"]) await served.task(task, { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada");
    for (const [task, key] of [
      ["t1", "b"],
      ["t2", "ArrowDown"],
      ["t3", "ArrowRight"],
    ] as const) {
      await page.getByText(`Say ${task}.`).waitFor();
      await page.keyboard.press(key);
      await page.keyboard.press("Enter");
    }
    const words = await wordsOf(served, 3);
    expect(words.map(({ places, data }) => [places, data.labels])).toEqual([
      [[[0, 1]], { bothBad: true }],
      [[[0, 1]], undefined],
      [[[1], [0]], undefined],
    ]);
  });

  it("InstructGPT's form: conditional questions appear and go, and the whole is done by keyboard", async () => {
    const served = await start({ form: forms.instructgpt });
    await served.task("t1", { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada");
    const invents = page.getByText("Says what is not in the prompt");
    await page.getByText("Closed domain").waitFor();
    expect(await invents.count()).toBe(0);
    const questions = page.locator("[data-question]");
    const select = questions.locator("select");
    for (let i = 0; i < (await questions.count()); i++) {
      const question = questions.nth(i);
      const text = (await question.textContent()) ?? "";
      if (await question.locator("select").count()) continue;
      await question.locator("input").first().focus();
      await page.keyboard.press(text.includes("Overall quality") ? "6" : text.startsWith("Closed domain") ? "y" : "n");
      if (text.startsWith("Closed domain")) await expect.poll(() => invents.count()).toBe(2);
    }
    await select.selectOption({ index: 1 });
    await card(page, 0).focus();
    await page.keyboard.press("1");
    await card(page, 1).focus();
    await page.keyboard.press("1");
    await expect.poll(() => page.locator(".left").textContent()).toBe("Complete");
    await page.keyboard.press("Enter");
    const [word] = await wordsOf(served, 1);
    expect(word!.data.labels).toMatchObject({ closedDomain: true, explicitConstraint: false });
    expect(word!.data.ratings).toEqual({ [Object.keys(word!.data.ratings as object)[0]!]: [6, 6] });
    expect(word!.data.flags).toMatchObject({ hallucination: [false, false] });
    expect(word!.data.flags).not.toHaveProperty("followsConstraint");
    expect(word!.places).toEqual([[0, 1]]);
  });

  it("a demonstration starts from the draft; shortcuts are letters while one writes", async () => {
    const served = await start();
    await served.task("t1", { type: "demonstrate", completions: ["A draft."] });
    const { page } = await served.visit("Ada");
    await page.getByText("Start from this draft").click();
    await page.locator("textarea.write").focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" szgh?123");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await page.keyboard.press("Control+Enter");
    const [word] = await wordsOf(served, 1);
    expect([word!.kind, word!.data.completion]).toEqual(["demonstration", "A draft. szgh?123"]);
  });

  it("digits and Enter belong to the input method while it composes", async () => {
    const served = await start();
    await served.task("t1");
    const { page } = await served.visit("Ada");
    await card(page, 0).waitFor();
    await card(page, 0).dispatchEvent("keydown", { key: "1", isComposing: true, bubbles: true });
    await card(page, 0).dispatchEvent("keydown", { key: "1", keyCode: 229, bubbles: true });
    expect(await page.locator(".rank-row .chip").count()).toBe(0);
    await page.keyboard.press("1");
    await expect.poll(() => page.locator(".rank-row .chip").count()).toBe(1);
  });

  it("skips with a reason, takes back, and keeps a draft across a reload", async () => {
    const served = await start();
    await served.task("t1");
    await served.task("t2");
    const { page } = await served.visit("Ada");
    await page.getByText("Say t1.").waitFor();
    await page.keyboard.press("s");
    await page.getByLabel("It makes me uncomfortable").check();
    await page.keyboard.press("Enter");
    expect((await wordsOf(served, 1))[0]).toMatchObject({ kind: "skip", data: { reason: "uncomfortable" } });

    await page.getByText("Say t2.").waitFor();
    await page.keyboard.press("z");
    await page.getByText("Say t1.").waitFor();
    await wordsOf(served, 0);

    for (const digit of "121") await page.keyboard.press(digit);
    await page.locator(".note textarea").fill("because");
    await page.reload();
    await page.getByText("Say t1.").waitFor();
    expect(await page.locator(".note textarea").inputValue()).toBe("because");
    expect(await page.locator(".left").textContent()).toBe("Complete");
    await card(page, 0).focus();
    await page.keyboard.press("Enter");
    const [word] = await wordsOf(served, 1);
    expect([word!.places, word!.data.note]).toEqual([[[0, 2], [1]], "because"]);
  });

  it("says of an answer without words that it has none", async () => {
    const served = await start();
    await served.task("t1", { completions: [" \n", "Answer two."] });
    const { page } = await served.visit("小林", { locale: "zh-CN" });
    const shown = async () => (await page.locator(".card .prose").allTextContents()).sort();
    await expect.poll(shown).toEqual(["Answer two.", "（没有文字）"]);
  });

  it("changes one of the last answers", async () => {
    const served = await start();
    await served.task("t1", { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada");
    await card(page, 0).waitFor();
    for (const key of ["1", "2", "Enter"]) await page.keyboard.press(key);
    await wordsOf(served, 1);
    await page.keyboard.press("h");
    await page.locator("dialog .recent button").first().click();
    await page.getByText("You are changing an answer").waitFor();
    await page.getByRole("radio", { name: "Rank 2" }).first().check({ force: true });
    await page.getByRole("radio", { name: "Rank 1" }).last().check({ force: true });
    await page.locator(".submit").click();
    await expect.poll(async () => (await wordsOf(served, 1))[0]!.places).toEqual([[1], [0]]);
  });

  it("an answer that the server does not take is not lost: it is opened again as it was", async () => {
    const served = await start();
    await served.task("t1", { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada");
    await page.getByText("Say t1.").waitFor();
    await served.write("close", { task: "t1" });
    for (const key of ["1", "1", "Enter"]) await page.keyboard.press(key);
    await page.locator(".banner.refused button").first().click();
    await page.getByText("Open again").click();
    await page.getByText("Say t1.").waitFor();
    await expect.poll(() => page.locator(".rank-row .chip").count()).toBe(2);
    expect(await page.locator(".banner").count()).toBe(0);
  });

  it("answers wait in the browser while the server is away, and arrive once", async () => {
    const served = await start();
    for (const task of ["t1", "t2", "t3"]) await served.task(task, { completions: answers.slice(0, 2) });
    const { page } = await served.visit("Ada");
    await page.getByText("Say t1.").waitFor();
    served.hang();
    for (const key of ["1", "2", "Enter"]) await page.keyboard.press(key);
    await page.getByText("Say t2.").waitFor();
    for (const key of ["2", "1", "Enter"]) await page.keyboard.press(key);
    await page.getByText("2 answers wait for the server").waitFor();
    expect(await served.store.words({})).toEqual([]);
    served.resume();
    await page.getByText("Send now").click();
    const words = await wordsOf(served, 2);
    expect(words.map(({ places }) => places)).toEqual([
      [[0], [1]],
      [[1], [0]],
    ]);
    await expect.poll(() => page.locator(".banner").count()).toBe(0);
  });
});
