import { describe, expect, it } from "vitest";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, violationsOf } from "./pages.ts";
import { watchedStudio } from "./watching.ts";

const start = ending(watchedStudio);

const chat = async () => {
  const served = await start();
  const { page, complaints } = await served.visit("Ada");
  await page.goto(`${served.url}/chat?model=models%2Ftiny`);
  await page.getByLabel("Most tokens").fill("16");
  await page.getByLabel("Most tokens").blur();
  return { served, page, complaints };
};

describe.skipIf(!chromiumPath)(`models in the browser${needs}`, () => {
  it("two models answer side by side with one seed, and the vote is a judgement", async () => {
    const { served, page, complaints } = await chat();
    await page.getByLabel("Beside it").selectOption("runs/ppo");
    await page.getByLabel("Seed").fill("7");
    await page.getByLabel("Message").fill("When does the shop open?");
    await page.keyboard.press("Enter");
    await page.locator(".verdicts").waitFor({ timeout: 30_000 });
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("ArrowRight");
    await page.getByText("Noted: B is better.").waitFor();
    const [word] = await served.store.words({});
    expect(word!.kind === "judgement" && word!.data).toMatchObject({
      ...{ groups: [[1], [0]], models: ["models/tiny", "runs/ppo"], sampling: 7, ui: "chat" },
      prompt: [{ role: "user", content: "When does the shop open?" }],
    });
    const better = (await page.locator(".side").nth(1).locator(".prose").textContent())!;
    await page.getByLabel("Message").fill("And when does it close?");
    await page.keyboard.press("Enter");
    await page.locator(".verdicts").waitFor({ timeout: 30_000 });
    expect(await page.locator(".turns .turn").count()).toBe(3);
    expect(await page.locator(".turns .turn").nth(1).textContent()).toContain(better.trim().slice(0, 4));
    await page.getByRole("button", { name: "Both bad" }).press("Enter");
    await page.getByText("Noted: Both bad.").waitFor();
    const [, second] = await served.store.words({});
    expect(second!.kind === "judgement" && second!.data).toMatchObject({ groups: [[0, 1]], labels: { bothBad: true } });
    expect(complaints).toEqual([]);
  });

  it("the same seed gives the same answer; a new conversation begins empty", async () => {
    const { page } = await chat();
    const ask = async () => {
      await page.getByLabel("Message").fill("Hours?");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator(".side[aria-busy=false]").count(), { timeout: 30_000 }).toBe(1);
      return page.locator(".side .prose").textContent();
    };
    const first = await ask();
    await page.getByRole("button", { name: "New conversation" }).click();
    expect(await page.locator(".side").count()).toBe(0);
    expect(await ask()).toBe(first);
  });

  it("Enter belongs to the input method while it composes; stop keeps what was written", async () => {
    const { page } = await chat();
    await page.getByLabel("Most tokens").fill("80");
    const field = page.getByLabel("Message");
    await field.fill("nihao");
    await field.dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
    await field.dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
    expect(await page.locator(".side").count()).toBe(0);
    expect(await field.inputValue()).toBe("nihao");
    // A model that writes a letter and then thinks for ever.
    await page.route("**/v1/chat/completions", () => {});
    await page.keyboard.press("Enter");
    await page.getByText("writing …").waitFor();
    await page.getByRole("button", { name: "Stop" }).press("Enter");
    await page.getByText("Stopped.").waitFor();
    await page.unroute("**/v1/chat/completions");
    await field.fill("again");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".side .prose").count(), { timeout: 30_000 }).toBe(1);
    expect(await page.locator(".turns .turn").count()).toBe(1); // what got no answer is not told to the model
  });

  it("a reward model scores texts and shows the ranking, and where it contradicts people", async () => {
    const { served, page } = await chat();
    const completions = ["The shop opens at eight.", "nine"];
    for (const [task, groups] of [
      ["t1", [[0], [1]]],
      ["t2", [[1], [0]]],
    ] as const) {
      await served.task(task, { completions, prompt: "Hours?" });
      await served.write("judgement", {
        task,
        prompt: "Hours?",
        completions,
        groups,
        order: [0, 1],
        seconds: 3,
        ui: "t",
      });
    }
    await page.getByRole("link", { name: "Reward" }).click();
    await page.getByLabel("Prompt").fill("Hours?");
    await page.getByLabel("Answer A").fill(completions[0]!);
    await page.getByLabel("Answer B").fill(completions[1]!);
    await page.getByRole("button", { name: "Score", exact: true }).click();
    await page.locator(".scores li").nth(1).waitFor();
    const scores = await page.locator(".scores .score").allTextContents();
    const [high, low] = scores.map((text) => Number(text.replace("−", "-")));
    expect(high!).toBeGreaterThan(low!);
    await page.getByRole("button", { name: "Compare with people" }).click();
    await page.locator(".disagreements li").first().waitFor();
    expect(await page.locator(".disagreements li").count()).toBe(1); // it can contradict only one of two opposites
    expect(await page.locator("main [role=status]").textContent()).toMatch(/^50 %/);
    expect(await violationsOf(page)).toEqual([]);
    await page.locator(".disagreements a").click();
    await expect.poll(() => page.url()).toMatch(/\/tasks\/t[12]$/);
  });
});
