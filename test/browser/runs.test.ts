import { describe, expect, it } from "vitest";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, faultsOf, looks, settled } from "./pages.ts";
import { watchedStudio } from "./watching.ts";

const start = ending(watchedStudio);

const unfold = "for (const one of document.querySelectorAll('main details, dialog details')) one.open = true";

describe.skipIf(!chromiumPath)(`runs in the browser${needs}`, () => {
  it.each(looks)(
    "axe finds nothing on any page, and nothing is wider than the window: $name",
    async ({ how }) => {
      const served = await start();
      const { page, complaints } = await served.visit("Ada", how);
      const found: Record<string, string[]> = {};
      const look = async (at: string) => {
        const wrong = await faultsOf(page);
        if (wrong.length > 0) found[at] = wrong;
      };
      const addresses = ["/runs", "/runs/ppo", "/runs/reward", "/runs?compare=ppo,ppo-far", "/chat", "/reward"];
      for (const address of addresses) {
        await page.goto(served.url + address);
        await settled(page);
        if (/ppo/.test(address)) await page.locator("canvas").first().waitFor();
        await page.evaluate(unfold);
        await look(address);
      }
      await page.goto(`${served.url}/runs`);
      for (const place of [0, 1]) {
        await page.locator(".page-head button").nth(place).click();
        await page.locator("dialog select").first().waitFor();
        await page.evaluate(unfold);
        await look(`dialog ${place}`);
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
      }
      expect(found).toEqual({});
      expect(complaints).toEqual([]);
    },
    180_000,
  );

  it("nothing is left untranslated", async () => {
    const served = await start();
    const { page } = await served.visit("Ada", { locale: "zh-CN" });
    const chrome =
      "h1, h2, h3, legend, thead th, .page-head button, .badge, .segment, summary, .quiet, .field > span, .state";
    for (const address of ["/runs", "/runs/ppo", "/runs?compare=ppo,ppo-far", "/chat", "/reward"]) {
      await page.goto(served.url + address);
      await settled(page);
      const words = await page.evaluate<string>(
        `[...document.querySelectorAll("main :is(${chrome})")].filter((e) => !e.closest("[lang=en]") && !e.matches("code") && !e.querySelector("code, [lang=en]"))
          .map((e) => e.textContent).join(" ")`,
      );
      const known = /^(sft|ppo|reward|far|KL|nat|ref|token|log|Shift|Plaudit)$/;
      const latin = (words.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !known.test(word));
      expect([address, latin]).toEqual([address, []]);
    }
  });

  it("says in Chinese what the doctor found and what each option of a training does", async () => {
    const served = await start();
    const { page } = await served.visit("Ada", { locale: "zh-CN" });
    await page.goto(`${served.url}/runs/ppo`);
    await page.getByText("与参考模型的 KL 连续 5 次迭代为负，平均每个回答 −0.25 nat").waitFor();
    expect(await page.locator(".finding [lang=en]").count()).toBe(0);
    await page.goto(`${served.url}/runs`);
    await page.getByRole("button", { name: "训练……" }).click();
    for (const command of ["SFT", "奖励模型", "PPO-ptx"]) {
      await page.locator("dialog .segment").filter({ hasText: command }).click();
      const help = page.locator("dialog .more-options .help");
      expect(await help.count()).toBeGreaterThan(20);
      expect(await help.locator("xpath=self::*[@lang='en']").allTextContents()).toEqual([]);
    }
  });

  it("lists runs with their state in words and leads along their lineage", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.getByRole("link", { name: "Runs" }).click();
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "ppo-far" }) });
    expect(await row.textContent()).toMatch(/stopped, saved.*40 \/ 80.*sft.*reward/);
    await page.getByRole("rowheader", { name: "ppo", exact: true }).getByRole("link").click();
    await page.locator(".lineage").waitFor();
    expect(await page.locator(".lineage").textContent()).toBe("sft→reward→ppo");
    await page.locator(".lineage").getByRole("link", { name: "reward" }).click();
    await expect.poll(() => page.locator("h1").textContent()).toBe("reward");
    expect(await page.locator(".lineage").textContent()).toMatch(/^sft→reward→(ppo|ppo-far){2}$/);
  });

  it("draws curves that name what is under the pointer, and switches one off", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.goto(`${served.url}/runs?compare=ppo,ppo-far`);
    const chart = page.locator(".chart").filter({ hasText: "KL per completion" });
    await chart.locator("canvas").waitFor();
    const box = (await chart.locator(".u-over").boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await expect.poll(() => chart.locator("figcaption .quiet").textContent()).toMatch(/^step (19|20|21|22)$/);
    const legend = chart.locator(".legend button").first();
    expect(Number((await legend.locator("b").textContent()) ?? "")).toBeCloseTo(2.05, 0);
    await legend.click();
    expect(await legend.getAttribute("aria-pressed")).toBe("false");
    await page.getByText("√KL", { exact: false }).first().waitFor();
    const differs = page.getByRole("row").filter({ hasText: "--kl-coef" });
    expect(await differs.textContent()).toBe("--kl-coef0.20.01");
  });

  it("says the numbers of each token by pointer and by keyboard, step by step", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.goto(`${served.url}/runs/ppo`);
    const tokens = page.locator(".tokens").first();
    await tokens.focus();
    const numbers = page.locator(".token-numbers").first();
    await expect
      .poll(() => numbers.textContent())
      .toBe("KL −0.1 · Advantage +1 · Value 0 · Log-probability −0.1 · Reward 0");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => numbers.textContent()).toContain("Advantage −1");
    const active = await tokens.getAttribute("aria-activedescendant");
    expect(await page.locator(`[id="${active}"]`).getAttribute("aria-selected")).toBe("true");
    await page.getByLabel("Advantage", { exact: true }).check({ force: true });
    expect(await tokens.locator(".token.minus").count()).toBeGreaterThan(0);
    await page.getByLabel("Numbers", { exact: true }).check();
    await expect.poll(() => tokens.locator("small").first().textContent()).toBe("+1");
    await page.getByText("step 40 of 40").waitFor();
    await page.getByRole("slider").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.evaluate("document.activeElement.type")).toBe("range"); // it stays while the rows come
    await page.getByText("step 1 of 40").waitFor();
    await page.getByText("mean −0.1567, n = 3").waitFor();
    await page.getByText("KL is negative").waitFor();
  });

  it("trains from the page: the plan first, then a run that is watched to its end", async () => {
    const served = await start();
    const completion = [{ role: "assistant", content: "The shop opens at eight." }];
    for (const hour of ["eight", "nine", "ten", "two"])
      await served.write("demonstration", {
        ...{ task: hour, prompt: [{ role: "user", content: `Opens at ${hour}?` }], completion, seconds: 1, ui: "test" },
      });
    const { page } = await served.visit("Ada");
    await page.goto(`${served.url}/runs`);
    await page.getByRole("button", { name: "Train …" }).click();
    const dialog = page.locator("dialog");
    const plan = dialog.getByRole("button", { name: "Work out the plan" });
    await plan.waitFor();
    expect(await plan.isDisabled()).toBe(true);
    await dialog.getByLabel("Model", { exact: true }).selectOption("models/tiny");
    await dialog.getByLabel("Learning rate", { exact: true }).fill("fast");
    await plan.click();
    await dialog.locator(".failure").getByText("learningRate").first().waitFor();
    await dialog.getByLabel("Learning rate", { exact: true }).fill("0.01");
    await dialog.getByText("All options").click();
    await dialog.getByLabel("Steps", { exact: true }).fill("5");
    await dialog.getByLabel("--validation-share", { exact: false }).fill("0");
    await plan.click();
    await dialog.locator(".plan").waitFor({ timeout: 60_000 });
    expect(await dialog.locator(".plan dl").textContent()).toContain("Steps5");
    expect(await dialog.locator(".plan pre").textContent()).toContain("--max-steps=5");
    await dialog.getByRole("button", { name: "Start", exact: true }).click();
    await expect.poll(() => page.locator("h1").textContent()).toBe("sft-001");
    await expect.poll(() => page.locator(".run-head").textContent(), { timeout: 60_000 }).toContain("finished");
    await page.locator("canvas").first().waitFor();
    await page.getByRole("link", { name: "Chat with it" }).waitFor();
  }, 180_000);

  it("samples more answers, which become tasks", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.goto(`${served.url}/runs`);
    await page.getByRole("button", { name: "Sample answers …" }).click();
    const dialog = page.locator("dialog");
    await dialog.getByLabel("Model", { exact: true }).selectOption("models/tiny");
    await dialog.getByLabel("My own, one a line").first().check();
    await dialog.locator("textarea").fill("Opens at eight?\n\nOpens at nine?");
    await dialog.getByLabel("Most tokens").fill("12");
    await dialog.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("2 of 2 prompts · 2 new tasks").waitFor({ timeout: 30_000 });
    expect((await served.store.tasks()).map(({ completions }) => completions.length)).toEqual([4, 4]);
  });

  it("curves of 100,000 steps are there within a moment and follow the pointer", async () => {
    const served = await start();
    const { writeFileSync } = await import("node:fs");
    const rows = Array.from(
      { length: 100_000 },
      (_, i) => `{"step":${i + 1},"loss":${i === 70_000 ? 50 : 1 + (i % 7) / 10}}\n`,
    );
    writeFileSync(`${served.project}/runs/sft/metrics.jsonl`, rows.join(""));
    const { page } = await served.visit("Ada");
    await page.goto(`${served.url}/runs/sft`);
    await page.locator("canvas").first().waitFor();
    await page.getByText("Table of values").click();
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /^loss/ }) });
    expect(await row.textContent()).toContain("50"); // the one peak is still there
    const box = (await page.locator(".u-over").first().boundingBox())!;
    const timeAlong = async (y: number) => {
      const began = performance.now();
      for (let i = 0; i < 60; i++) await page.mouse.move(box.x + (box.width * i) / 60, y);
      return performance.now() - began;
    };
    const elsewhere = await timeAlong(5);
    expect((await timeAlong(box.y + 30)) / elsewhere).toBeLessThan(5);
    expect(await page.locator(".chart figcaption .quiet").first().textContent()).toMatch(/^step \d+/);
  });
});
