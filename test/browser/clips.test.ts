import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Clip, clipTasksOf, shownOrder } from "../../src/feedback/index.ts";
import { readMetrics, readRun } from "../../src/run/index.ts";
import { mean } from "../../src/stats/index.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { clipsStudio, question } from "./clips.ts";
import { ending, faultsOf, looks, phone, type Served } from "./pages.ts";

const start = ending(clipsStudio);

const taskAt = (page: Page) => page.evaluate<string>("localStorage.getItem('plaudit.at.Ada')");
/** Waits until another pair is shown than this one, and names it. */
async function nextAfter(page: Page, before: string | undefined): Promise<string> {
  await expect.poll(() => taskAt(page).then((id) => id && id !== before)).toBe(true);
  return taskAt(page);
}

describe.skipIf(!chromiumPath)(`clips in the browser${needs}`, () => {
  it("are answered by arrows alone, as they stand on the screen, and taken back", async () => {
    const served = await start(5);
    const { page, complaints } = await served.visit("Ada");
    await page.getByText(question).waitFor();
    const shown: string[] = [];
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      shown.push(await nextAfter(page, shown.at(-1)));
      await page.keyboard.press(key);
    }
    await nextAfter(page, shown.at(-1));
    const words = async () => (await served.store.words()).map(({ kind, data }) => ({ kind, data: { ...data } }));
    await expect.poll(async () => (await words()).length).toBe(4);
    const places = (await words()).map(({ kind, data }) =>
      kind === "judgement" && "order" in data
        ? data.groups.map((group) => group.map((item) => data.order.indexOf(item)).sort())
        : data,
    );
    const skip = { task: shown[3], reason: "cannot-tell" };
    expect(places).toEqual([[[0], [1]], [[1], [0]], [[0, 1]], skip]);

    await page.keyboard.press("u");
    await expect.poll(() => taskAt(page)).toBe(shown[3]);
    await page.keyboard.press("Backspace");
    await expect.poll(() => taskAt(page)).toBe(shown[2]);
    await expect.poll(async () => (await words()).length).toBe(2);
    expect(await page.getByRole("button", { name: "Equally good" }).getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => (await words()).length).toBe(3);
    expect((await served.labeller.answers()).size).toBe(3);
    expect(complaints).toEqual([]);
  });

  it("play in step: pause, any step, half and double speed; a held key answers once", async () => {
    const served = await start(4);
    const { page } = await served.visit("Ada");
    const slider = page.getByRole("slider", { name: "Step" });
    await slider.waitFor();
    const step = () => slider.inputValue().then(Number);
    const first = await step();
    await expect.poll(step).not.toBe(first);
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Play" }).waitFor();
    const held = await step();
    await page.waitForTimeout(200);
    expect(await step()).toBe(held);
    await slider.fill("7");
    await page.getByText("step 8 of 30").waitFor();
    const picture = () => page.evaluate<string[]>("[...document.querySelectorAll('canvas')].map((c) => c.toDataURL())");
    const [before, task] = [await picture(), await taskAt(page)];
    expect(before[0]).not.toBe(before[1]);
    await slider.press("ArrowRight"); // belongs to the slider while that has the focus
    await page.getByText("step 9 of 30").waitFor();
    expect(await picture()).not.toEqual(before);
    expect(await taskAt(page)).toBe(task);
    await page.getByRole("button", { name: "2 times as fast" }).click();
    expect(await page.getByRole("button", { name: "2 times as fast" }).getAttribute("aria-pressed")).toBe("true");
    await page.locator(".prompt").click();
    await page.keyboard.down("ArrowLeft");
    for (let i = 0; i < 5; i++) await page.keyboard.down("ArrowLeft"); // repeats, as a key does that is held
    await page.keyboard.up("ArrowLeft");
    await nextAfter(page, task);
    expect((await served.store.words()).length).toBeLessThanOrEqual(1);
  });

  it("stand still for whoever wants no motion, until they are to play", async () => {
    const served = await start(1);
    const { page } = await served.visit("Ada", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Play" }).waitFor();
    expect(await page.getByRole("slider").inputValue()).toBe("0");
    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => page.getByRole("slider").inputValue()).not.toBe("0");
  });

  it("of an environment that cannot be drawn show their numbers", async () => {
    const served = await start(0);
    const rows = (n: number) => Array.from({ length: 20 }, (_, i) => [Math.sin(i / n), i]);
    const clip = (n: number): Clip => ({ env: "mine/Arm-v0", fps: 10, observations: rows(n), actions: [] });
    await served.labeller.ask([{ id: "p1", clips: [clip(2), clip(5)] }]);
    const { page } = await served.visit("Ada");
    await page.getByText("mine/Arm-v0 cannot be drawn here").waitFor();
    expect(await page.locator("canvas").count()).toBe(2);
  });

  it("say how far the asking is and how the run learns, and wait for the next ones while it trains", async () => {
    const served = await start(2);
    served.trains();
    const { page, complaints } = await served.visit("Ada");
    const panel = page.getByRole("region", { name: "Who asks" });
    await panel.getByText("0 of 2 pairs answered · 40 in all").waitFor();
    await panel.getByText("running").waitFor();
    await panel.locator("canvas").nth(2).waitFor();
    expect(await panel.locator("figcaption strong").allTextContents()).toEqual([
      ...["True return", "Predicted return", "Predicted right"],
    ]);
    const answerTwo = async () => {
      for (let before: string | undefined, i = 0; i < 2; i++) {
        before = await nextAfter(page, before);
        await page.keyboard.press("ArrowLeft");
      }
    };
    await answerTwo();
    await page.getByText("The next clips come while it trains").waitFor();
    await panel.getByText("2 of 2 pairs answered").waitFor();
    await served.ask(2, 4); // as another process does
    await page.getByText(question).waitFor({ timeout: 20_000 });
    await answerTwo();
    await page.getByText("The next clips come while it trains").waitFor();
    served.trained();
    await page.getByText("Nothing to do").waitFor({ timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  it("are for several: the panel says how they agree, and who disagrees is decided on the task's page", async () => {
    const served = await start(2, { settings: { overlap: 2 } });
    const prompt = { prompt: question, completions: ["A", "B"], order: [0, 1], seconds: 2, ui: "test" };
    const [first, second] = [`${clipTasksOf("clips-001")}p0`, `${clipTasksOf("clips-001")}p1`];
    for (const task of [first, second]) await served.write("judgement", { task, groups: [[0], [1]], ...prompt }, "bob");
    await served.write("judgement", { task: second, groups: [[1], [0]], ...prompt }, "cho");
    const { page } = await served.visit("Ada");
    await page.getByText("People agree on 0 % of 1 comparison").waitFor();
    await page.goto(`${served.url}/tasks/${encodeURIComponent(second)}`);
    await page.locator(".clip-card canvas").nth(1).waitFor();
    await page.getByRole("button", { name: "Decide" }).first().click();
    await page.getByLabel("Rank of answer A").selectOption("2");
    await page.getByLabel("Rank of answer B").selectOption("1");
    await page.locator("form.panel button.primary").click();
    await page.getByText("B > A").first().waitFor();
    expect((await served.labeller.answers()).get("p1")).toEqual(["right"]);
  });

  it("are answered on a phone by taps of 44 px, one clip above the other", async () => {
    const served = await start(2);
    const { page } = await served.visit("Ada", phone);
    await page.locator(".clip-card canvas").nth(1).waitFor();
    const boxes = await Promise.all([0, 1].map((i) => page.locator(".clip-card").nth(i).boundingBox()));
    expect(boxes[1]!.y).toBeGreaterThanOrEqual(boxes[0]!.y + boxes[0]!.height);
    const bar = (await page.locator(".clips-verdicts").boundingBox())!;
    expect(Math.round(bar.y + bar.height)).toBeLessThanOrEqual(844);
    const small = await page.evaluate<string[]>(
      `[...document.querySelectorAll("button, a, select, summary")]
        .filter((e) => e.getClientRects().length > 0 && Math.round(e.getBoundingClientRect().height) < 44)
        .map((e) => e.outerHTML.slice(0, 120))`,
    );
    expect(small).toEqual([]);
    const task = await nextAfter(page, undefined);
    await page.getByRole("button", { name: "B is better" }).tap();
    await nextAfter(page, task);
    await expect.poll(async () => (await served.store.words()).length).toBe(1);
  });

  it.each(looks)(
    "axe finds nothing, nothing is wider than the window, nothing is left untranslated: $name",
    async ({ how }) => {
      const served = await start(1, { settings: { guidelines: "" } });
      served.trains();
      const { page, complaints } = await served.visit("Ada", how);
      await page.locator(".asking canvas").nth(2).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      if (how.locale === "zh-CN") {
        const words = await page.evaluate<string>(
          "[...document.querySelectorAll('.toolbar, .player, .clips-verdicts, .asking, .task-side')].map((e) => e.textContent).join(' ')",
        );
        expect((words.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => word !== "clips")).toEqual([]);
      }
      await page.keyboard.press("?");
      await page.locator("dialog[open] h2").waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("ArrowUp");
      await page.locator(".clips-waiting").waitFor();
      expect(await faultsOf(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
    180_000,
  );

  it("a run of plaudit clips learns from what somebody says on the page, from its first pair to its last", async () => {
    const labels = 20;
    const served = await start(0);
    const { page, complaints } = await served.visit("Ada");
    const settings = [
      "--total-timesteps=6144",
      "--n-steps=128",
      "--rounds=4",
      "--initial-steps=1000",
      "--clip-seconds=0.5",
    ];
    const asks = ["--labeller=studio", `--project=${served.project}`, `--labels=${labels}`, "--max-open=0"];
    const words = ["clips", "--env=Pendulum-v1", ...asks, ...settings, "--evaluation-episodes=2", "--json"];
    const process = spawn(globalThis.process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err, over] = ["", "", false];
    process.stdout.setEncoding("utf8").on("data", (data) => {
      out += data;
    });
    process.stderr.setEncoding("utf8").on("data", (data) => {
      err += data;
    });
    const ended = new Promise<number | null>((resolve) => process.once("close", resolve));
    void ended.then(() => {
      over = true;
    });
    try {
      const asked = page.getByText("Which clip of Pendulum-v1 does better?").waitFor({ timeout: 400_000 });
      await Promise.race([asked, ended]);
      expect(over, err).toBe(false);
      for (let before: string | undefined; !over; ) {
        const id = (await page.locator(".clip-card").count()) === 2 ? await taskAt(page) : before;
        if (id === before) {
          await page.waitForTimeout(50); // nothing is to be said: it trains
          continue;
        }
        await page.keyboard.press(await moreUpright(served, id!));
        before = id;
      }
      expect(await ended, err).toBe(0);
    } finally {
      process.kill("SIGKILL");
    }
    expect(JSON.parse(out)).toMatchObject({ asked: labels, answered: labels });
    const said = (await served.store.words({ by: "Ada" })).filter(({ kind }) => kind === "judgement");
    expect(said).toHaveLength(labels);
    await page.getByText("Nothing to do").waitFor({ timeout: 20_000 });
    const run = join(served.project, "runs", "clips-001");
    expect(readRun(run).info.status).toBe("finished");
    const rows = [...readMetrics(run)];
    expect(rows.at(-1)!["clips/labels"]).toBe(labels);
    expect(mean(rows.flatMap((row) => row["clips/accuracy"] ?? []))).toBeGreaterThan(0.5);
    expect(complaints).toEqual([]);
  }, 600_000);
});

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));

/** The key for the clip whose pendulum stands more upright, as Ada sees the two. */
async function moreUpright({ store }: Pick<Served, "store">, id: string): Promise<string> {
  const { clips, prompt, completions } = (await store.task(id))!;
  const { seed } = (await store.settings())!;
  const [left, right] = shownOrder({ by: "Ada", seed }, { id, prompt, completions }).map((index) =>
    mean(clips![index === 0 ? 0 : 1].observations.map(([cos]) => cos!)),
  );
  return left! > right! ? "ArrowLeft" : "ArrowRight";
}
