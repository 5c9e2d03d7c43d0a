/** Where the studio is for others too, people come in by accounts. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { password } from "../studio.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, faultsOf, looks, type Served, serveStudio, settled } from "./pages.ts";

const open = ending(serveStudio);

/** A project that Lin owns, and a task for everybody. */
async function start(): Promise<Served> {
  const served = await open({ mode: "accounts", settings: { overlap: 3 } });
  await served.member("lin", "owner");
  await served.task("t1");
  return served;
}

/** Fills in name and password, in whatever language. */
async function enter(page: Page, name: string | undefined, secret = password): Promise<void> {
  if (name !== undefined) await page.locator("input[autocomplete=username]").fill(name);
  await page.locator("input[type=password]").fill(secret);
  await page.keyboard.press("Enter");
}

async function signIn(served: Served, name: string, how?: BrowserContextOptions) {
  const visit = await served.open("/", how);
  await enter(visit.page, name);
  await visit.page.locator(".header").waitFor();
  return visit;
}

const row = (page: Page, name: string) => page.locator("tbody tr").filter({ hasText: name });
/** The link that was just made, as it is shown to be copied. */
const linkIn = async (page: Page) => {
  const text = (await page.locator(".secret").textContent())!;
  return text.slice(text.indexOf("/#"));
};

describe.skipIf(!chromiumPath)(`accounts in the browser${needs}`, () => {
  it.each(looks)(
    "axe finds nothing where people sign in, join, are managed and change a password: $name",
    async ({ how }) => {
      const served = await start();
      for (const name of ["Ada", "小明"]) await served.member(name, "annotator");
      const found: Record<string, string[]> = {};
      const look = async (page: Page, at: string) => {
        const wrong = await faultsOf(page);
        if (wrong.length > 0) found[at] = wrong;
      };
      const { page, complaints } = await served.open("/", how);
      await page.locator("input[type=password]").waitFor();
      await look(page, "sign in");
      await enter(page, "lin", "a guess");
      await page.locator(".failure").waitFor();
      await look(page, "wrong password");
      await enter(page, "lin");
      await page.locator(".header").waitFor();
      await page.goto(`${served.url}/people`);
      await settled(page);
      await page.locator("section form button").first().click();
      await page.locator(".secret").waitFor();
      await look(page, "people");
      const link = await linkIn(page);
      await page.locator("summary").click();
      await page.locator(".menu button").first().click();
      await page.locator("dialog[open]").waitFor();
      await look(page, "password");
      const guest = await served.open(link, how);
      await guest.page.locator("input[type=password]").waitFor();
      await look(guest.page, "join");
      expect(found).toEqual({});
      // The wrong password is an answer of 401, which the browser writes to the console by itself.
      expect([...complaints, ...guest.complaints].filter((said) => !said.includes("401"))).toEqual([]);
    },
    120_000,
  );

  it("an invitation makes an account with its role, which signs in again with its password", async () => {
    const served = await start();
    const { page } = await signIn(served, "lin");
    await page.getByRole("link", { name: "People" }).click();
    await page.getByLabel("Role", { exact: true }).selectOption("annotator");
    await page.getByRole("button", { name: "Make a link" }).click();
    const ada = await served.open(await linkIn(page));
    await ada.page.getByRole("heading", { name: "Join the project" }).waitFor();
    await enter(ada.page, "Ada", "short");
    expect(await ada.page.locator("input:invalid").count()).toBe(1);
    await enter(ada.page, "Ada");
    await ada.page.getByText("Say t1.").waitFor();
    expect(new URL(ada.page.url()).hash).toBe(""); // the link's secret is gone
    expect(await ada.page.locator("nav a").allTextContents()).toEqual(["Label"]);
    await ada.page.goto(`${served.url}/people`);
    await ada.page.getByText("No such page").waitFor();
    await ada.page.locator("summary").click();
    await ada.page.getByRole("button", { name: "Sign out" }).click();
    await ada.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await enter(ada.page, "Ada");
    await ada.page.getByText("Say t1.").waitFor();
  });

  it("a link that was used is refused in the page's language, a wrong password too", async () => {
    const served = await start();
    const { page } = await served.open("/#invitation=used", { locale: "zh-CN" });
    await enter(page, "小明");
    await page.getByText("链接已经用过").waitFor();
    expect(await page.locator(".failure").textContent()).not.toMatch(/[a-z]{2,} [a-z]{2,}/);
    await page.goto(served.url);
    await enter(page, "lin", "a guess");
    await page.getByText("姓名或密码不对").waitFor();
  });

  it("a role counts at once, a person is signed out everywhere, removed, and comes back by a link", async () => {
    const served = await start();
    await served.member("Ada", "annotator");
    const lin = await signIn(served, "lin");
    const ada = await signIn(served, "Ada");
    await ada.page.getByText("Say t1.").waitFor();
    await lin.page.getByRole("link", { name: "People" }).click();
    await lin.page.getByLabel("Role of Ada").selectOption("viewer");
    await expect.poll(async () => (await served.store.person("Ada"))?.role).toBe("viewer");
    await ada.page.reload();
    await ada.page.getByRole("link", { name: "Dashboard" }).waitFor();
    expect(await ada.page.getByRole("link", { name: "Label" }).count()).toBe(0);

    await row(lin.page, "Ada").getByRole("button", { name: "Sign out everywhere" }).click();
    const sessions = async () => JSON.stringify(await served.store.secrets.all("session"));
    await expect.poll(sessions).not.toContain('"Ada"');
    await ada.page.reload();
    await ada.page.getByRole("heading", { name: "Sign in" }).waitFor();

    await row(lin.page, "Ada").getByRole("button", { name: "Remove" }).click();
    await row(lin.page, "Ada").getByText("removed").waitFor();
    await enter(ada.page, "Ada");
    await ada.page.getByText("name or password is wrong").waitFor();

    await row(lin.page, "Ada").getByRole("button", { name: "Restore" }).click();
    await row(lin.page, "Ada").getByRole("button", { name: "Link for a new password" }).click();
    const again = await served.open(await linkIn(lin.page));
    await again.page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    expect(await again.page.locator("input[autocomplete=username]").inputValue()).toBe("Ada");
    await enter(again.page, undefined, "another password");
    await again.page.getByRole("link", { name: "Dashboard" }).waitFor();
  });

  it("people change their own password; elsewhere they are signed out", async () => {
    const served = await start();
    const here = await signIn(served, "lin");
    const there = await signIn(served, "lin");
    await here.page.locator("summary").click();
    await here.page.getByRole("button", { name: "Change the password" }).click();
    await here.page.getByLabel("Password until now").fill(password);
    await here.page.getByLabel("New password").fill("another password");
    await here.page.keyboard.press("Enter");
    await here.page.getByText("✓ Changed").waitFor();
    await here.page.keyboard.press("Escape");
    await here.page.getByRole("link", { name: "Dashboard" }).click();
    await here.page.getByRole("heading", { name: "Dashboard" }).waitFor();
    await there.page.reload();
    await enter(there.page, "lin");
    await there.page.getByText("name or password is wrong").waitFor();
    await enter(there.page, "lin", "another password");
    await there.page.locator(".header").waitFor();
  });

  it("on one's own machine nobody is invited, and the page says how others come in", async () => {
    const served = await open();
    const { page } = await served.visit("Ada");
    await page.getByRole("link", { name: "People" }).click();
    await page.getByText("start the studio with --host").waitFor();
    expect(await page.getByRole("button", { name: /Make a link|new password/ }).count()).toBe(0);
  });
});
