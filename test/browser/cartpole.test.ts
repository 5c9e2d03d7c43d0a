/** docs/cartpole/index.html as somebody opens it: from the disk. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, needs } from "./chromium.ts";

const file = new URL("../../docs/cartpole/index.html", import.meta.url);

describe.skipIf(!chromiumPath)(`the page on which a trained CartPole balances${needs}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());

  /** Offline: whatever the page would ask for is a complaint. */
  async function open(locale = "en-US") {
    const context = await browser.newContext({ locale, offline: true, viewport: { width: 900, height: 1000 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
    await page.goto(file.href);
    return { page, complaints };
  }
  const steps = async (page: Page) => Number(await page.locator("#steps").textContent());
  const until = (page: Page, condition: string, timeout = 50_000) =>
    page.waitForFunction(condition, undefined, { timeout });
  const number = (id: string) => `Number.parseFloat(document.getElementById("${id}").textContent)`;

  it("stands after 500 steps, in a picture that shows it", async () => {
    const { page, complaints } = await open();
    await until(page, `${number("steps")} >= 500`);
    expect(await page.evaluate(`${number("steps")} === ${number("longest")}`)).toBe(true); // never fell
    expect(Math.abs(Number.parseFloat((await page.locator("#angle").textContent())!))).toBeLessThan(12);
    // Cart, pole, axle, ground and background.
    const colours = await page.evaluate(`(() => {
      const stage = document.getElementById("stage");
      const { data } = stage.getContext("2d").getImageData(0, 0, stage.width, stage.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);
    expect(colours).toBeGreaterThan(3);
    expect((await page.locator("#stage").screenshot()).length).toBeGreaterThan(2000);
    expect(complaints).toEqual([]);
  });

  it("a push is balanced out, several at once are not, and then it begins anew", async () => {
    const { page } = await open();
    await until(page, `${number("steps")} >= 50`);
    await page.keyboard.press("ArrowRight");
    await until(page, `Math.abs(${number("angle")}) > 1`);
    const pushed = await steps(page);
    await until(page, `${number("steps")} >= ${pushed + 100}`);
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
    await page.getByText(/It fell after \d+ steps/).waitFor();
    await until(page, `${number("steps")} < ${pushed}`);
  });

  it("without the policy it falls, in Chinese too", async () => {
    const { page } = await open("zh-CN");
    expect(await page.locator("h1").textContent()).toBe("训练好的策略让杆子不倒");
    await page.getByRole("button", { name: "由策略操作" }).click();
    await page.getByText(/倒了/).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("holds the model that lies beside it, and nothing from elsewhere", () => {
    const page = readFileSync(fileURLToPath(file), "utf8");
    const model = readFileSync(new URL("cartpole.onnx", file));
    const weights = /"?#2"?:\s*[`"']([\w+/=]+)[`"']/.exec(page)![1]!;
    expect(model.includes(Buffer.from(weights, "base64"))).toBe(true);
    expect(page).not.toMatch(/https?:\/\//);
  });
});
