// Issue 4's "from the page": a model is sampled, two people rank, a reward model and PPO-ptx are trained, both compared.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ppo } from "../../src/cli/train/ppo.ts";
import { reward } from "../../src/cli/train/reward.ts";
import { sft } from "../../src/cli/train/sft.ts";
import { jsonl, tinyFolder } from "../e2e/tiny.ts";
import { chromiumPath, needs } from "./chromium.ts";
import { ending, serveStudio, violationsOf } from "./pages.ts";
import { compareAnswers, lineage, rankTasks, sampleTasks, switchTo, train } from "./walk.ts";

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
const serve = ending(serveStudio);

const town = "runs/quickstart-001/town";

/** A project as a quickstart leaves it behind, with a tiny SFT model that has learnt nothing. */
async function start() {
  const studio = await serve({
    program: [process.execPath, program],
    commands: { sft: sft.schema, reward: reward.schema, ppo: ppo.schema },
  });
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(studio.project, path)), { recursive: true });
    writeFileSync(join(studio.project, path), content);
  };
  const info = { format: 1, command: "sft", status: "finished", step: 3, config: {}, versions: {}, datasets: [] };
  write("runs/quickstart-001/sft/run.json", JSON.stringify({ ...info, parents: [], created: "2026-01-01T00:00:00Z" }));
  tinyFolder(join(studio.project, "runs/quickstart-001/sft/model"), { seed: 4, context: 128 });
  const hours = ["eight", "nine", "ten", "two", "noon"];
  const prompts = hours.map((hour) => ({ prompt: [{ role: "user", content: `Opens at ${hour}?` }] }));
  write(`${town}/prompts.jsonl`, jsonl(prompts));
  write(`${town}/text.jsonl`, jsonl(hours.map((hour) => ({ text: `The shop opens at ${hour}. `.repeat(30) }))));
  return studio;
}

describe.skipIf(!chromiumPath)(`from an SFT model to PPO in the browser${needs}`, () => {
  it("samples, two people rank, a reward model and PPO-ptx are trained, before and after stand side by side", async () => {
    const served = await start();
    const { page, complaints } = await served.visit("Ada");
    await page.getByRole("link", { name: "Make tasks" }).click(); // there is nothing to do yet, and the page says what to do
    await page.getByText("Sample answers of a model").waitFor();
    const made = await sampleTasks(page, `${town}/prompts.jsonl`, {
      ...{ Model: "runs/quickstart-001/sft", "At most prompts": 4, "Answers each": 4 },
      ...{ "People a task": 2, "Most tokens": 10 },
    });
    expect(made).toBe(4);
    await page.getByRole("row").filter({ hasText: "0 / 2" }).first().waitFor();

    const shortestFirst = ({ answers }: { readonly answers: readonly string[] }) => {
      const lengths = answers.map(({ length }) => length);
      return lengths.map((mine) => 1 + new Set(lengths.filter((other) => other < mine)).size);
    };
    await rankTasks(page, 4, shortestFirst);
    await switchTo(page, "Bob");
    await rankTasks(page, 4, shortestFirst);
    await page.getByText("Nothing to do").waitFor();
    await expect.poll(async () => (await served.store.words({})).length).toBe(8);
    const words = await served.store.words({});
    expect(words.map(({ by }) => by).sort()).toEqual([...Array(4).fill("Ada"), ...Array(4).fill("Bob")]);

    const planned = await train(page, "Reward model", {
      ...{ Model: "runs/quickstart-001/sft", "Rows per step": 2, "Passes over the data": 2 },
    });
    expect(planned).toContain("--data=data/reward-001.jsonl");
    expect(await lineage(page)).toEqual({
      line: "quickstart-001/sft→reward-001",
      inputs: { "Began as": "quickstart-001/sft", "This project's rankings": "data/reward-001.jsonl 8 rows" },
    });

    const ppoPlan = await train(
      page,
      "PPO-ptx",
      {
        ...{ Policy: "runs/quickstart-001/sft", "Value model starts as": "runs/reward-001", Steps: 2 },
        ...{ "Answers per step": 8, "Pretraining text": `${town}/text.jsonl` },
      },
      { judge: "runs/reward-001" },
    );
    expect(ppoPlan).toContain("--ptx-coef=0.2"); // said by the page where nobody said it
    const { line, inputs } = await lineage(page);
    expect(line).toBe("quickstart-001/sft→reward-001→ppo-001");
    expect(inputs).toEqual({
      ...{ "Policy began as": "quickstart-001/sft", "Value model began as": "reward-001", "Scored by": "reward-001" },
      ...{ "The prompts of this project's tasks": "data/ppo-001.jsonl 4 rows" },
      Data: `${town}/text.jsonl 5 rows`,
    });

    const { rate, scores, rows } = await compareAnswers(page, { "Most tokens": 8 });
    expect(rate).toMatch(/^\d+ % of 4 prompts: the later answer has the higher score \(95 %: \d+ % to \d+ %/);
    expect(scores).toContain("runs/reward-001");
    expect(rows.map(([prompt]) => prompt)).toEqual((await served.store.tasks()).map(({ prompt }) => promptOf(prompt)));
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 180_000);

  it("makes tasks to write and tasks to talk, and a draft by the model that was chosen with them", async () => {
    const served = await start();
    const { page } = await served.visit("Ada");
    await page.getByRole("link", { name: "Tasks", exact: true }).click();
    const make = async (type: string, lines: string, model?: string) => {
      await page.getByRole("button", { name: "Write or talk …" }).click();
      const dialog = page.locator("dialog");
      await dialog.getByLabel(type, { exact: true }).check({ force: true });
      await dialog.locator("textarea").fill(lines);
      expect(await violationsOf(page)).toEqual([]);
      if (model) await dialog.getByLabel("Answered and drafted by").selectOption(model);
      await dialog.getByRole("button", { name: "Make tasks" }).click();
      await dialog.waitFor({ state: "detached" });
    };
    await make("Write", "When does it open?\n\nWho owns it?");
    await make("Talk", "Ask about the shop.", "runs/quickstart-001/sft");
    await expect.poll(() => page.locator("tbody tr").count()).toBe(3);
    expect((await served.store.tasks()).map(({ type, prompt }) => [type, promptOf(prompt)])).toEqual([
      ["demonstrate", "When does it open?"],
      ["demonstrate", "Who owns it?"],
      ["converse", "Ask about the shop."],
    ]);
    expect((await served.store.settings())!.model).toBe("runs/quickstart-001/sft");
    await page.getByRole("link", { name: "Label", exact: true }).click();
    for (const answer of ["At eight.", "Ada."]) {
      await page.locator(".write").fill(answer);
      await page.keyboard.press("Control+Enter");
    }
    await page.locator(".composer textarea").waitFor(); // the talk
    await page.locator(".composer textarea").fill("Hello");
    await page.keyboard.press("Enter");
    await page.locator(".go-on").waitFor();
    const said = (await served.store.words({})).map(({ data }) => (data as { completion?: unknown }).completion);
    expect(said).toEqual([[{ role: "assistant", content: "At eight." }], [{ role: "assistant", content: "Ada." }]]);
  });
});

const promptOf = (prompt: unknown): string =>
  typeof prompt === "string" ? prompt : (prompt as { content: string }[]).map(({ content }) => content).join("\n\n");
