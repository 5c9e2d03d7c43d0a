/** A labelling effort as whoever runs it sets it up, and as the people meet it. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { forms } from "../../src/feedback/index.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, faultsOf, looks, type Served, serveStudio } from "./pages.ts";

const open = ending(serveStudio);
const given = { prompt: "Say t1.", completions: ["a", "b", "c"], order: [0, 1, 2], seconds: 20, ui: "studio" };

/** A task on which Ann and Ben say the opposite, with Ann's reasons. */
async function disputed(options: Parameters<typeof serveStudio>[0] = {}): Promise<Served> {
  const served = await open({ ...options, settings: { overlap: 3, ...options.settings } });
  await served.task("t1");
  await served.write("judgement", { task: "t1", ...given, groups: [[0], [1], [2]], note: "a is brief" }, "ann");
  await served.write("judgement", { task: "t1", ...given, groups: [[2], [1], [0]] }, "ben");
  return served;
}
const choose = async (page: Page, ranks: Readonly<Record<string, string>>) => {
  for (const [letter, rank] of Object.entries(ranks))
    await page.getByLabel(`Rank of answer ${letter}`).selectOption(rank);
};
/** Ranks the answers on the label page by their texts, the best first. */
async function answer(page: Page, ...texts: readonly string[]): Promise<void> {
  for (const [i, text] of texts.entries())
    await page
      .locator(".card")
      .filter({ has: page.locator(".prose", { hasText: new RegExp(`^${text}$`) }) })
      .locator(".rank-chips .segment")
      .nth(i)
      .click();
  await page.locator(".submit").click();
}

describe.skipIf(!chromiumPath)(`running an effort in the browser${needs}`, () => {
  it("settles a dispute: from the dashboard to what everybody said, a comment, and the decision", async () => {
    const served = await disputed();
    const { page, complaints } = await served.visit("Lin");
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("link", { name: "Say t1." }).click();
    for (const said of ["A > B > C", "C > B > A", "“a is brief”"]) await page.getByText(said).waitFor();
    await page.getByLabel("Write a comment").fill("Brief is not true.");
    await page.getByRole("button", { name: "Comment" }).click();
    await page.locator(".comment").getByText("Brief is not true.").waitFor();

    await page.getByRole("button", { name: "Decide" }).click();
    await choose(page, { A: "2", B: "1", C: "2" });
    await page.getByLabel("Reasons").fill("only b is true");
    await page.locator("form").getByRole("button", { name: "Decide" }).click();
    await page.locator(".decided").getByText("B > A = C").waitFor();
    const [decision] = (await served.store.words({})).filter(({ data }) => "decides" in data);
    expect(decision).toMatchObject({
      by: "Lin",
      data: { decides: "t1", groups: [[1], [0, 2]], note: "only b is true" },
    });
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByText("None: few people have answered").waitFor();
    expect(complaints).toEqual([]);
  });

  it("how much better is decided where the form asks it", async () => {
    const served = await open({ form: forms.hh });
    await served.task("t1", { completions: ["a", "b"] });
    const { page } = await served.visit("Lin");
    await page.goto(`${served.url}/tasks/t1`);
    await page.getByRole("button", { name: "Decide" }).click();
    await page.locator(".strength-row .segment").nth(7).click();
    await page.locator("form").getByRole("button", { name: "Decide" }).click();
    await page.locator(".decided").getByText("B > A").waitFor();
    expect((await served.store.words({}))[0]).toMatchObject({ data: { groups: [[1], [0]], strength: 4 } });
  });

  it("what others said is shown after one's own answer, by the letters that one sees, and can be commented", async () => {
    const served = await disputed();
    const { page } = await served.visit("Cho");
    await page.getByText("Say t1.").waitFor();
    expect(await page.getByRole("button", { name: "What others said" }).count()).toBe(0);
    const shown = await page.locator(".card .prose").allTextContents();
    const mine = (text: string) => String.fromCharCode(65 + shown.findIndex((one) => one.trim() === text));
    await answer(page, "b", "a", "c");
    await page.getByText("Nothing to do").waitFor();
    await page.keyboard.press("h");
    await page.locator("dialog .recent button").first().click();
    await page.getByRole("button", { name: "What others said" }).click();
    const dialog = page.locator("dialog");
    await dialog.getByText(["a", "b", "c"].map(mine).join(" > ")).waitFor();
    await dialog.getByText("“a is brief”").waitFor();
    await dialog.getByLabel("Write a comment").fill("Is it?");
    await dialog.getByRole("button", { name: "Comment" }).click();
    await dialog.locator(".comment").getByText("Is it?").waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it("a test before the work, a test question in it, a task for one person, guidelines and the order of the work", async () => {
    const served = await open();
    for (const [i, task] of ["test", "work", "trap", "hers"].entries())
      await served.task(task, { uncertainty: i / 10 });
    const { page } = await served.visit("Lin");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("textbox", { name: "Guidelines" }).fill("**True** before brief.");
    await page.getByLabel("People per task").fill("2");
    await page.getByLabel("Order of tasks").selectOption("uncertain");
    await page.getByLabel("Share of test questions").fill("0.5");
    await page.getByLabel("Pass mark").fill("1");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("✓ Saved").waitFor();
    expect(await served.store.settings()).toMatchObject({
      overlap: 2,
      order: "uncertain",
      goldShare: 0.5,
      passMark: 1,
    });

    const use = async (task: string, what: string, more: () => Promise<void>) => {
      await page.goto(`${served.url}/tasks/${task}`);
      await page.getByRole("button", { name: "Use" }).click();
      await page.getByLabel("What for?").selectOption({ label: what });
      await more();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByLabel("What for?").waitFor({ state: "detached" });
    };
    await use("test", "Qualification test", async () => {
      await choose(page, { A: "1", B: "2" });
      await page.getByLabel("Why it is right").fill("a comes first");
    });
    await page.getByText("Qualification test").waitFor();
    await use("trap", "Test question among the work", () => choose(page, { C: "1", A: "2", B: "2" }));
    await use("hers", "Work", () => page.getByLabel("Only for").fill("Ann, Ben"));
    await page.getByText("only for Ann, Ben").waitFor();

    const cho = await served.visit("Cho");
    await cho.page.getByText("Say test.").waitFor();
    await cho.page.locator(".standing .badge").getByText("test").waitFor();
    await cho.page.getByRole("complementary", { name: "Guidelines" }).getByText("True").waitFor();
    await answer(cho.page, "b", "a", "c");
    await cho.page.getByText("Not what was expected.").waitFor();
    await cho.page.getByText("a comes first").waitFor();
    await cho.page.getByText("The test was not passed").waitFor();

    const ann = await served.visit("Ann");
    await ann.page.getByText("Say test.").waitFor();
    await answer(ann.page, "a", "b", "c");
    await ann.page.getByText("Right.").waitFor();
    const met: string[] = [];
    for (let i = 0; i < 3; i++) {
      await ann.page.locator(".prompt").waitFor();
      const prompt = (await ann.page.locator(".prompt .prose").textContent())!.trim();
      met.push(prompt);
      expect(await ann.page.locator(".standing .badge").count()).toBe(0); // a test question looks like work
      await answer(ann.page, "c", "b", "a");
      await expect.poll(() => ann.page.locator(".prompt .prose").allTextContents()).not.toContain(prompt);
    }
    await ann.page.getByText("Nothing to do").waitFor();
    expect([...met].sort()).toEqual(["Say hers.", "Say trap.", "Say work."]);
    expect(met.indexOf("Say hers.")).toBeLessThan(met.indexOf("Say work.")); // the least certain first
  });

  it.each(looks)(
    "axe finds nothing on a task that is decided, commented and put to use: $name",
    async ({ how }) => {
      const served = await disputed({ form: forms.instructgpt });
      await served.write("comment", { task: "t1", text: "看看指南" }, "ann");
      const { page } = await served.visit("Lin", how);
      await page.goto(`${served.url}/tasks/t1`);
      await page.locator("h1").waitFor();
      for (let i = 0; i < 2; i++) {
        await page.locator(".page button").nth(i).click();
        await page.locator("main form select").nth(i).waitFor();
      }
      expect(await faultsOf(page)).toEqual([]);
    },
    120_000,
  );
});
