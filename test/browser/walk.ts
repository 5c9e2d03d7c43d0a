/** From an SFT model to PPO by clicks and keys alone: what a person does in the studio, a function a step. */
import type { Locator, Page } from "playwright-core";

/** What is chosen or typed, by the words that the page shows beside it. */
export type Fields = Readonly<Record<string, string | number>>;

export interface Task {
  readonly prompt: string;
  /** In the order of the screen. */
  readonly answers: readonly string[];
}

/** Called while what was chosen or ranked is on the screen, before it is sent. */
export type Look = () => Promise<unknown>;

/** What a page does at once, and what models take; the machine may be busy. */
const soonMs = 20_000;
const computingMs = 600_000;

/** Waits until the page says what is wanted, and returns it; else tells what it said last. */
async function until(
  what: string,
  look: () => Promise<string | null>,
  wanted: string | RegExp,
  timeout = soonMs,
): Promise<string> {
  const end = performance.now() + timeout;
  for (;;) {
    const said = (await look()) ?? "";
    if (typeof wanted === "string" ? said === wanted : wanted.test(said)) return said;
    if (performance.now() > end) throw new Error(`${what}: wanted ${wanted}, the page says "${said}"`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Lists are chosen from, fields typed into; a label stands for its first control. */
async function enter(page: Page, fields: Fields): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    const control = page.locator("dialog, form").getByLabel(label, { exact: true }).first();
    const tag = await control.evaluate((element) => (element as { tagName: string }).tagName);
    if (tag === "SELECT") await control.selectOption(String(value));
    else await control.fill(String(value));
  }
}

const nav = (page: Page, name: string) => page.locator("nav").getByRole("link", { name, exact: true }).click();

/** Tasks page → "Sample answers …"; comes back when all are made, and returns how many. */
export async function sampleTasks(page: Page, file: string, fields: Fields, look?: Look): Promise<number> {
  await nav(page, "Tasks");
  await page.getByRole("button", { name: "Sample answers …" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel("A file in the project").check();
  await enter(page, { "File with the prompts": file, ...fields });
  await look?.();
  await dialog.getByRole("button", { name: "Start", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.reload(); // what is at work is still shown
  const job = page.locator(".samplings li").first();
  await until("sampling", () => job.locator(".badge").textContent(), /^(?!at work)/, computingMs);
  return Number(/(\d+) new task/.exec((await job.textContent()) ?? "")?.[1]);
}

/** The menu in the corner: somebody else sits down at the same machine. */
export async function switchTo(page: Page, name: string): Promise<void> {
  await page.locator(".person summary").click();
  const known = page.getByRole("button", { name: `Go on as ${name}` });
  if ((await known.count()) > 0) await known.click();
  else {
    await page.getByRole("button", { name: "Another person …" }).click();
    await page.locator("input[autocomplete=username]").fill(name);
    await page.keyboard.press("Enter");
  }
  await until("who is here", () => page.locator(".person .name").textContent(), name);
}

/** Ranks so many tasks by digits; `opinion` gives each answer its rank, equal for a tie. */
export async function rankTasks(
  page: Page,
  count: number,
  opinion: (task: Task, index: number) => readonly number[],
  look?: Look,
): Promise<void> {
  if (new URL(page.url()).pathname !== "/") await nav(page, "Label"); // who has just come in is there already
  for (let i = 0; i < count; i++) {
    await page.locator('.card[data-place="0"]:focus').waitFor({ timeout: soonMs });
    const prompt = (await page.locator(".prompt .prose").last().textContent()) ?? "";
    const answers = (await page.locator(".card .prose").allTextContents()).map((text) => text.trim());
    for (const rank of opinion({ prompt: prompt.trim(), answers }, i)) await page.keyboard.press(String(rank));
    await until("the ranking", () => page.locator(".left").textContent(), "Complete");
    if (i === 0) await look?.();
    await page.keyboard.press("Enter");
    await until(
      "how many are answered",
      () => page.locator(".standing").textContent(),
      new RegExp(`^${i + 1} answered`),
    );
  }
}

export type Training = "SFT" | "Reward model" | "PPO-ptx";

/** Runs page → "Train …": the plan first, then the start. `more`: flags under "All options". Returns the plan's words once the run is finished. */
export async function train(
  page: Page,
  what: Training,
  fields: Fields,
  { judge, more = {}, look }: { judge?: string; more?: Fields; look?: Look } = {},
): Promise<string> {
  await nav(page, "Runs");
  await page.getByRole("button", { name: "Train …" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel(what, { exact: true }).check({ force: true });
  await enter(page, fields);
  if (judge) await dialog.getByLabel(judge, { exact: true }).check();
  const options = dialog.getByText("All options");
  if (Object.keys(more).length > 0) await options.click();
  for (const [flag, value] of Object.entries(more))
    await dialog
      .getByLabel(new RegExp(`^--${flag}`))
      .first()
      .fill(String(value));
  if (Object.keys(more).length > 0) await options.click(); // folded again
  await dialog.getByRole("button", { name: "Work out the plan" }).click();
  await dialog.locator(".plan, .failure").first().waitFor({ timeout: computingMs });
  const plan = await until("the plan", () => dialog.locator(".plan, .failure").first().textContent(), /^Plan/);
  await look?.();
  await dialog.getByRole("button", { name: "Start", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const ended = /finished|failed|broke off/;
  await until(what, () => page.locator(".run-head .badge").first().textContent(), ended, computingMs);
  await until(what, () => page.locator(".run-head .badge").first().textContent(), /finished/, 0);
  return plan;
}

export interface Compared {
  /** How often the later model's answer scored higher, with its interval, as the page says it. */
  readonly rate: string;
  readonly scores: string;
  /** Prompt, answer before and after, each with its score. */
  readonly rows: readonly (readonly string[])[];
}

/** Page of the later run → "Compare with before" → both models answer. */
export async function compareAnswers(page: Page, fields: Fields, file?: string): Promise<Compared> {
  await page.getByRole("link", { name: "Compare with before" }).click();
  const section = page.getByRole("region", { name: "Before and after" });
  await section.waitFor();
  if (file) {
    await section.getByLabel("A file in the project").check();
    await enter(page, { "File with the prompts": file });
  }
  await enter(page, fields);
  await section.getByRole("button", { name: "Compare their answers" }).click();
  await section.locator(".trial-result").waitFor({ timeout: computingMs });
  const lines = await section.locator(".trial-result p").allTextContents();
  for (const more = section.getByRole("button", { name: "Show more" }); (await more.count()) > 0; ) await more.click();
  const rows = await partsOf(section.locator("tbody tr"), "th, td");
  return { rate: lines[0] ?? "", scores: lines[1] ?? "", rows };
}

/** Of the run that is shown: its line of descent, and what it was made of, by role. */
export async function lineage(page: Page): Promise<{ line: string; inputs: Record<string, string> }> {
  const panel = page.getByRole("region", { name: "Lineage" });
  const line = (await panel.locator(".lineage").textContent()) ?? "";
  return { line, inputs: Object.fromEntries(await partsOf(panel.locator(".inputs div"), "dt, dd")) };
}

/** The texts within each of several elements. */
const partsOf = async (all: Locator, parts: string): Promise<string[][]> =>
  Promise.all((await all.all()).map((one) => one.locator(parts).allInnerTexts()));
