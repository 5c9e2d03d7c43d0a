import { describe, expect, it } from "vitest";
import { forms } from "../../src/feedback/index.ts";
import { newId } from "../studio.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, faultsOf, looks, phone, type Served, serveStudio, settled, violationsOf } from "./pages.ts";

const open = ending(serveStudio);

const guidelines = "## Good answers\n\n1. **True**\n2. Short";
const start = (options: Parameters<typeof serveStudio>[0] = {}) =>
  open({ settings: { guidelines, overlap: 2 }, ...options });
/** Two people who have ranked three tasks. */
async function withWords(served: Served): Promise<void> {
  for (const task of ["t1", "t2", "t3"]) await served.task(task);
  for (const by of ["ann", "ben"]) {
    await served.write("person", { name: by, role: "annotator" });
    for (const task of ["t1", "t2", "t3"]) {
      const given = { task, prompt: `Say ${task}.`, completions: ["a", "b", "c"], order: [2, 0, 1], seconds: 20 };
      await served.write(
        "judgement",
        { ...given, groups: by === "ann" ? [[0], [1, 2]] : [[1], [0], [2]], ui: "t" },
        by,
      );
    }
  }
}
const addresses = ["/", "/tasks", "/tasks/t1", "/dashboard", "/data", "/people", "/history", "/settings", "/nowhere"];

describe.skipIf(!chromiumPath)(`the studio's pages in the browser${needs}`, () => {
  it.each(looks)(
    "axe finds nothing on any page, and nothing is wider than the window: $name",
    async ({ how }) => {
      const served = await start({ form: forms.instructgpt });
      await withWords(served);
      await served.task("t4");
      const { page, complaints } = await served.visit("Ada", how);
      const found: Record<string, string[]> = {};
      for (const address of addresses) {
        await page.goto(served.url + address);
        await settled(page);
        const wrong = await faultsOf(page);
        if (wrong.length > 0) found[address] = wrong;
      }
      await page.goto(served.url);
      await page.locator(".card").first().focus();
      for (const key of ["?", "s", "h"]) {
        await page.keyboard.press(key);
        await page.locator("dialog[open] h2").waitFor();
        const wrong = await violationsOf(page);
        if (wrong.length > 0) found[key] = wrong;
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
      }
      expect(found).toEqual({});
      expect(complaints).toEqual([]);
    },
    180_000,
  );

  it("axe finds nothing where people sign in, and a browser without the link is told of it", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.locator("summary").click();
    await page.getByText("Another person").click();
    await page.getByRole("heading", { name: "Who are you?" }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.context().clearCookies();
    await page.reload();
    await page.getByText("Open the link from the terminal").waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it("speaks the other language at once, says so to the browser, and remembers it", async () => {
    const served = await start();
    await served.task("t1");
    const { page } = await served.visit("Ada");
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("button", { name: "提交" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("zh-CN");
    await page.reload();
    await page.getByRole("button", { name: "提交" }).waitFor();
    // Besides the tasks' own texts, the title, the name and the other language's button nothing is in Latin words.
    const words = await page.evaluate<string>(
      "[...document.querySelectorAll('.toolbar, .board h2, .board .help, .task-side .field, .submit-bar, nav')].map((e) => e.textContent).join(' ')",
    );
    expect(words.match(/[A-Za-z]{2,}/g) ?? []).toEqual([]);
  });

  it("ranks on a phone by tapping: targets of 44 px, the bar always in sight", async () => {
    const served = await start();
    await served.task("t1");
    const { page } = await served.visit("Ada", phone);
    await page.locator(".card").first().waitFor();
    const small = await page.evaluate<string[]>(
      `[...document.querySelectorAll("button, a, select, summary, .segment")]
        .filter((e) => e.getClientRects().length > 0 && Math.round(e.getBoundingClientRect().height) < 44)
        .map((e) => e.outerHTML.slice(0, 120))`,
    );
    expect(small).toEqual([]);
    for (const [place, rank] of [2, 1, 1].entries())
      await page
        .locator(`.card[data-place="${place}"] .rank-chips .segment`)
        .nth(rank - 1)
        .tap();
    const bar = (await page.locator(".submit-bar").boundingBox())!;
    expect(Math.round(bar.y + bar.height)).toBeLessThanOrEqual(844);
    await page.locator(".submit").tap();
    await expect.poll(async () => (await served.store.words({})).length).toBe(1);
    const [word] = await served.store.words({});
    expect(word!.kind === "judgement" && word!.data.groups.map(({ length }) => length)).toEqual([2, 1]);
  });

  it("shows progress, agreement in words, people, and leads from a disputed task to what was said of it", async () => {
    const served = await start();
    await withWords(served);
    const { page } = await served.visit("Ada");
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("heading", { name: "Agreement", exact: true }).waitFor();
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1"); // the page has the focus
    await page.getByRole("rowheader", { name: "ann" }).waitFor();
    await page
      .getByRole("link", { name: /Say t\d\./ })
      .first()
      .click();
    await page.getByText("a > b = c").or(page.getByText("A > B = C")).waitFor();
    expect(await page.locator(".interval").count()).toBe(3);
  });

  it("imports a file, lists its bad rows, and finds its tasks by their words", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.getByRole("link", { name: "Data" }).click();
    const rows = [
      { prompt: "Which bird is blue?", completions: ["The jay.", "The crow."], ranks: [1, 2], annotator: "cho" },
      { prompt: "Broken", completions: ["x", "y"], ranks: [1] },
    ];
    const buffer = Buffer.from(rows.map((row) => JSON.stringify(row)).join("\n"));
    await page.locator("input[type=file]").setInputFiles({ name: "birds.jsonl", mimeType: "text/plain", buffer });
    await page.getByText("birds.jsonl: 2 rows. Tasks: 1, judgements: 1").waitFor();
    expect(await page.locator("tbody tr").first().textContent()).toMatch(/^2.*ranks/);
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByRole("searchbox").fill("blue");
    await page.getByRole("link", { name: "Which bird is blue?" }).waitFor();
    await page.getByRole("searchbox").fill("green");
    await page.getByText("No task is like that").waitFor();
  });

  it("says in Chinese why rows cannot be used, and what is wrong with a form", async () => {
    const served = await start();
    const { page } = await served.visit("Ada", { locale: "zh-CN" });
    await page.goto(`${served.url}/data`);
    const rows = [{ prompt: "Q", completions: ["x", "y"], ranks: [1] }, { prompt: "Q", completions: "x" }, 7];
    const buffer = Buffer.from(rows.map((row) => JSON.stringify(row)).join("\n"));
    await page.locator("input[type=file]").setInputFiles({ name: "bad.jsonl", mimeType: "text/plain", buffer });
    const why = page.locator("tbody td:not(.number)");
    await expect
      .poll(() => why.allTextContents())
      .toEqual(["有 1 个名次，而回答有 2 个", "completions 缺少，或类型不对：应为列表", "缺少，或类型不对：应为对象"]);
    await page.goto(`${served.url}/settings`);
    const json = page.locator("textarea.code");
    await json.fill('{ "title": { "en": "x" }, "comparison": "best" }');
    await page.getByText("comparison 应为以下之一：ranking").waitFor();
    await json.fill("{ title }");
    await page.getByText("第 1 行第 3 列不是有效的 JSON").waitFor();
    expect(await page.locator(".wrong [lang=en]").count()).toBe(0);
  });

  it("changes the form: a preset, its preview, and JSON that is none is not saved", async () => {
    const served = await start();
    await served.task("t1", { completions: ["a", "b"] });
    const { page } = await served.visit("Ada");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: /^Arena/ }).click();
    await page
      .locator(".preview")
      .getByText(/^Both bad/)
      .waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("✓ Saved").waitFor();
    expect((await served.store.settings())!.form.comparison).toBe("arena");
    await page.locator("textarea.code").fill('{"title": {"en": "x"}, "comparison": "none", ');
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await page.locator("textarea.code").fill('{"title": {"en": "x"}, "comparison": "sideways"}');
    await page.getByText("1 thing is wrong with this form:").waitFor(); // said while it is written
    await page.locator("li code").getByText("comparison").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".failure").getByText("comparison").first().waitFor();
    expect((await served.store.settings())!.form.comparison).toBe("arena");
  });

  it("another person at the same machine has other tasks and drafts", async () => {
    const served = await start({ settings: { overlap: 2 } });
    await served.task("t1");
    const { page } = await served.visit("Ada");
    await page.locator(".note textarea").fill("Ada thinks");
    await page.locator("summary").click();
    await page.getByText("Another person").click();
    await page.locator("input[autocomplete=username]").fill("小明");
    await page.keyboard.press("Enter");
    await page.locator(".note textarea").waitFor();
    expect(await page.locator(".note textarea").inputValue()).toBe("");
    await page.locator("summary").click();
    await page.getByText("Go on as Ada").click();
    await expect.poll(() => page.locator(".note textarea").inputValue()).toBe("Ada thinks");
  });

  it("HTML of a model stays text, and a page takes no picture from elsewhere", async () => {
    const served = await start();
    const nasty =
      '<img src=x onerror="document.title=1"><script>document.title=2</script> ![dot](https://example.com/x.png)';
    await served.task("t1", { prompt: nasty, completions: [nasty, "b"] });
    const { page } = await served.visit("Ada");
    await page.locator(".card").first().waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.locator(".prompt").textContent()).toContain("<script>");
    expect(await page.title()).toMatch(/Plaudit$/);
  });

  it("what the server says is shown as it happens", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.getByText("Nothing to do").waitFor();
    await page.evaluate(
      `fetch("/api/tasks", { method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ tasks: [{ task: "new${newId()}", type: "compare", prompt: "Fresh", completions: ["a", "b"] }] }) })`,
    );
    await page.getByText("Fresh").waitFor();
  });

  it("a page that cannot be drawn says so, and the others go on", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.route("**/api/dashboard*", (route) => route.fulfill({ json: {} }));
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByText("This page broke").waitFor();
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByRole("heading", { name: "Tasks" }).waitFor();
    expect(await page.getByText("This page broke").count()).toBe(0);
  });
});
