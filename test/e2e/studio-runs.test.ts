// Trainings from the page, for real: the plan, start, stop, resume, a server that goes away; sampling, scoring, voting.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ppo } from "../../src/cli/train/ppo.ts";
import { reward } from "../../src/cli/train/reward.ts";
import { sft } from "../../src/cli/train/sft.ts";
import { type Browser, newId, type Studio, startStudio } from "../studio.ts";
import { plaudit, tinyFolder } from "./tiny.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = [process.execPath, join(root, "bin", "plaudit.js")] as const;

let studio: Studio;
let ann: Browser;
beforeAll(async () => {
  studio = await startStudio({ program, commands: { sft: sft.schema, reward: reward.schema, ppo: ppo.schema } });
  tinyFolder(join(studio.project, "models/tiny"), { seed: 1 });
  tinyFolder(join(studio.project, "models/judge"), { seed: 2, head: "score" });
  ann = await studio.person("ann");
  for (const hour of ["eight", "nine", "ten", "two"]) {
    const prompt = [{ role: "user", content: `Opens at ${hour}?` }];
    const completion = [{ role: "assistant", content: "The shop opens at eight." }];
    const given = { task: hour, prompt, seconds: 1, ui: "test" };
    await studio.write("demonstration", { ...given, completion }, "ann");
    const completions = [completion, [{ role: "assistant", content: "nine" }]];
    await studio.write(
      "judgement",
      { ...given, task: `r-${hour}`, completions, groups: [[0], [1]], order: [0, 1] },
      "ann",
    );
  }
});
afterAll(() => studio.stop());

async function get<T = Record<string, unknown>>(route: string): Promise<T> {
  const { status, json } = await ann.call(`GET ${route}`);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}
async function post<T = Record<string, unknown>>(route: string, body: object = {}): Promise<T> {
  const { status, json } = await ann.call(`POST ${route}`, body);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}
const row = (run: string) => get(`/api/runs/${run}`);
const ends = (run: string, status: string) =>
  expect.poll(async () => (await row(run)).status, { timeout: 120_000, interval: 200 }).toBe(status);

const training = {
  command: "sft",
  options: { model: "models/tiny", learningRate: 0.01, validationShare: 0, batchSize: 2 },
};

describe("training from the page", () => {
  it("shows the arithmetic that the command line shows", async () => {
    const request = { ...training, options: { ...training.options, maxSteps: 7 } };
    const plan = await post("/api/plans", request);
    const flags = [
      "--model=models/tiny",
      "--learning-rate=0.01",
      "--validation-share=0",
      "--batch-size=2",
      "--max-steps=7",
    ];
    expect(plan.commandLine).toBe(
      ["plaudit sft", ...flags, "--data=data/sft-001.jsonl", "--out=runs/sft-001"].join(" "),
    );
    const rows = readFileSync(join(studio.project, "journal.jsonl"), "utf8")
      .split("\n")
      .flatMap((line) => {
        const entry = line && JSON.parse(line);
        return entry?.kind === "demonstration"
          ? [{ prompt: entry.data.prompt, completion: entry.data.completion }]
          : [];
      });
    writeFileSync(join(studio.project, "same.jsonl"), rows.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const typed = await plaudit(studio.project, ["sft", ...flags, "--data=same.jsonl", "--dry-run", "--json"]);
    const [said] = typed.json<{ text: string; steps: number }>();
    const { parameters, flopsPerToken, memoryBytes, steps, tokens } = said as never;
    expect(plan).toMatchObject({ parameters, flopsPerToken, memoryBytes, steps, tokens });
    const unclocked = (text: string) => text.replace(/at this machine's .*/, "");
    expect(unclocked(plan.text as string)).toBe(unclocked(said!.text));
    expect(existsSync(join(studio.project, "runs/sft-001"))).toBe(false);
  });

  it("has the doctor's warnings as findings, and not among the notes as well", async () => {
    const rows = ["ten", "nine ".repeat(500)].map((completion) => ({ prompt: "Opens when?", completion }));
    writeFileSync(join(studio.project, "long.jsonl"), rows.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const plan = await post("/api/plans", { ...training, data: "long.jsonl" });
    expect(plan.findings).toMatchObject([{ code: "truncated-rows", level: "warn", number: 0.5 }]);
    expect(plan.notes).toEqual([]);
  });

  it("says what the command finds wrong, and what is no option", async () => {
    writeFileSync(join(studio.project, "bad.jsonl"), '{"text":1}\n');
    const bad = await ann.call("POST /api/plans", { ...training, data: "bad.jsonl" });
    expect([bad.status, bad.code]).toEqual([422, expect.any(String)]);
    expect(JSON.stringify(bad.json)).not.toContain(studio.project);
    const typo = await ann.call("POST /api/runs", { ...training, options: { ...training.options, maxStep: 1 } });
    expect(typo.json.error).toMatchObject({ code: "unknown-flag", help: "did you mean maxSteps?" });
  });

  it("starts, grows, stops with everything saved, goes on and ends with a model", async () => {
    const options = { ...training.options, maxSteps: 2000, saveSteps: 1000 };
    const { run } = await post<{ run: string }>("/api/runs", { ...training, options });
    expect(run).toBe("sft-001");
    const steps = async () => (await get<{ rows: number }>(`/api/runs/${run}/metrics?names=loss`)).rows;
    await expect.poll(steps, { timeout: 120_000, interval: 50 }).toBeGreaterThan(20);
    expect(await row(run)).toMatchObject({ status: "running", total: 2000, command: "sft" });
    const second = await post("/api/runs", { ...training, options: { ...training.options, maxSteps: 2 } });
    expect(second).toEqual({ run: "sft-002", status: "queued" });
    await post(`/api/runs/${run}/stop`);
    await ends(run, "interrupted");
    const { step } = await row(run);
    expect(await steps()).toBe(step);
    await ends("sft-002", "finished"); // its turn has come

    const stopped = step as number;
    const page = await row(run);
    expect(page.checkpoints).toContainEqual({
      step: stopped,
      model: `runs/${run}/checkpoints/step-${String(stopped).padStart(8, "0")}`,
    });
    await post(`/api/runs/${run}/resume`);
    await expect.poll(steps, { timeout: 120_000, interval: 50 }).toBeGreaterThan(stopped);
    await ends(run, "finished");
    const done = await row(run);
    expect(done).toMatchObject({
      step: 2000,
      model: `runs/${run}`,
      error: null,
      datasets: [{ path: "data/sft-001.jsonl", rows: 4 }],
    });
    expect(await steps()).toBe(2000);
    const models = await get<{ model: string; kind: string; run: string | null }[]>("/api/models");
    expect(models.filter((one) => one.model === `runs/${run}`)).toMatchObject([
      { kind: "policy", run, step: null, chat: true },
    ]);
    const log = await get<{ text: string }>(`/api/runs/${run}/log`);
    expect(log.text).toContain("going on in runs/sft-001");
    expect((await ann.call(`POST /api/runs/${run}/stop`, {})).code).toBe("idle-run");
    expect((await ann.call(`POST /api/runs/${run}/resume`, {})).code).toBe("run-finished");
  });

  it("survives the server that started it", async () => {
    const script = `
      import { register } from "tsx/esm/api";
      register();
      const { runQueue } = await import(${JSON.stringify(join(root, "src/server/runs/queue.ts"))});
      const queue = runQueue({ project: process.argv[2], program: JSON.parse(process.argv[3]), now: Date.now });
      const args = ["--model=models/tiny", "--data=same.jsonl", "--max-steps=400", "--out=runs/orphan", "--json"];
      console.log(await queue.add({ run: "orphan", command: "sft", args, by: "ann" }));
      process.exit();
    `;
    const file = join(studio.project, "server.mjs");
    writeFileSync(file, script);
    const words = ["--input-type=module", "-e", script, "-", studio.project, JSON.stringify(program)];
    const parent = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    parent.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    const code = await new Promise((resolve) => parent.once("close", resolve));
    expect([code, said]).toEqual([0, "starting\n"]);
    await ends("orphan", "finished");
    expect(existsSync(join(studio.project, "runs/orphan/model/model.safetensors"))).toBe(true);
  });

  it("goes on from the last checkpoint when its process was killed", async () => {
    const options = { ...training.options, maxSteps: 1500, saveSteps: 100 };
    await post("/api/runs", { ...training, name: "killed", options });
    const rows = async () => (await get<{ rows: number }>("/api/runs/killed/metrics?names=loss")).rows;
    await expect.poll(rows, { timeout: 120_000, interval: 20 }).toBeGreaterThan(120);
    const job = JSON.parse(readFileSync(join(studio.project, "runs/.jobs/killed.json"), "utf8"));
    process.kill(job.process.pid, "SIGKILL");
    await ends("killed", "stopped");
    await post("/api/runs/killed/resume");
    await ends("killed", "finished");
    expect(await rows()).toBe(1500);
  });

  it("learns from rankings too, and knows which run came of which", async () => {
    const options = { model: "runs/sft-001", maxSteps: 3, batchSize: 2, validationShare: 0 };
    const { run } = await post<{ run: string }>("/api/runs", { command: "reward", name: "judge-1", options });
    await ends(run, "finished");
    expect(await row(run)).toMatchObject({ parents: ["sft-001"], datasets: [{ path: "data/judge-1.jsonl", rows: 4 }] });
    expect((await row("sft-001")).children).toEqual([{ run: "judge-1", role: "model", command: "reward" }]);
    const said = await get<{ judgements: number; pairs: number }>("/api/disagreements?model=runs/judge-1");
    expect(said).toMatchObject({ judgements: 4, pairs: 4 });
  });

  it("reinforces the tuned model by the reward model on the tasks' prompts, and shows every token of it", async () => {
    for (const hour of ["six", "seven"])
      await studio.task(`p-${hour}`, { prompt: [{ role: "user", content: `Opens at ${hour}?` }] });
    const options = {
      ...{ policy: "runs/sft-001", reward: ["runs/judge-1"], maxSteps: 2, rolloutSize: 4, maxCompletionLength: 8 },
    };
    const { run } = await post<{ run: string }>("/api/runs", { command: "ppo", options });
    await ends(run, "finished");
    expect(await row(run)).toMatchObject({ parents: ["sft-001", "judge-1"], total: 2, step: 2 });
    const { rows, steps } = await get<{ rows: Record<string, unknown[]>[]; steps: number[] }>(
      `/api/runs/${run}/samples`,
    );
    expect(steps.at(-1)).toBe(2);
    for (const { tokens, logprobs, ref_logprobs, values, advantages } of rows)
      for (const column of [logprobs, ref_logprobs, values, advantages]) expect(column).toHaveLength(tokens!.length);
    const [curve] = await get<{ points: object[] }[]>(`/api/overoptimisation?runs=${run}`);
    expect(curve!.points).toHaveLength(2);
    const compared = await get<{ settings: { name: string }[] }>(`/api/compare?runs=sft-001,${run}`);
    expect(compared.settings.map(({ name }) => name)).toContain("command");
  });
});

describe("using models from the page", () => {
  it("scores texts, and ranks by the scores", async () => {
    const asked = { model: "models/judge", prompt: "The shop", completions: [" opens", " closes", " opens"] };
    const { scores, groups } = await post<{ scores: number[]; groups: number[][] }>("/api/score", asked);
    expect(scores[0]).toBe(scores[2]);
    expect(groups).toEqual(scores[0]! > scores[1]! ? [[0, 2], [1]] : [[1], [0, 2]]);
    const wrong = await ann.call("POST /api/score", { ...asked, model: "models/tiny" });
    expect([wrong.status, wrong.code]).toEqual([422, "not-a-reward-model"]);
  });

  it("samples answers as tasks, the same for the same seed, with what a reward model says of them", async () => {
    const request = {
      model: "models/tiny",
      prompts: ["The shop", "小店"],
      k: 3,
      maxNewTokens: 8,
      reward: "models/judge",
    };
    const ended = async () => (await get<{ state: string }[]>("/api/samples"))[0]!.state;
    expect(await post("/api/samples", request)).toMatchObject({ done: 0, total: 2, state: "working" });
    await expect.poll(ended).toBe("done");
    const tasks = (await studio.store.tasks()).filter(({ source }) => source === "sampled, seed 0");
    expect(tasks.map(({ prompt }) => prompt).sort()).toEqual(["The shop", "小店"]);
    for (const { completions, scores, uncertainty, model } of tasks) {
      expect(scores).toHaveLength(completions.length);
      expect(uncertainty).toBeGreaterThan(0);
      expect(model).toBe("models/tiny");
    }
    await post("/api/samples", request);
    await expect.poll(ended).toBe("done");
    const [again] = await get<{ tasks: number; done: number }[]>("/api/samples");
    expect(again).toMatchObject({ done: 2, tasks: 0 }); // all were there
  });

  it("keeps a vote in the chat as a judgement, once", async () => {
    const vote = {
      ...{ id: newId(), messages: [{ role: "user", content: "When?" }], completions: ["At eight.", "At nine."] },
      ...{ models: ["models/tiny", "runs/sft-001"], groups: [[1], [0]], seconds: 4, seed: 7 },
    };
    await post("/api/chat-votes", vote);
    await post("/api/chat-votes", vote);
    const entry = await studio.store.entry(vote.id);
    expect(entry).toMatchObject({
      by: "ann",
      kind: "judgement",
      data: { models: vote.models, groups: [[1], [0]], sampling: 7 },
    });
    expect((await ann.call("POST /api/chat-votes", { ...vote, groups: [[0], [1]] })).code).toBe("id-taken");
    expect((await ann.call("POST /api/chat-votes", { ...vote, id: newId(), groups: [[0], [0]] })).status).toBe(400);
  });

  it("answers OpenAI's way for the page's session, and for a key until it is taken back", async () => {
    const { id, key } = await post<{ id: string; key: string }>("/api/keys", { label: "script" });
    const stranger = studio.browser();
    const ask = (headers: Record<string, string>) => stranger.call("GET /v1/models", undefined, headers);
    expect((await ask({})).json.error.code).toBe("invalid_api_key");
    expect((await ask({ authorization: `Bearer ${key}` })).json.data.length).toBeGreaterThan(1);
    expect((await ann.call("GET /v1/models")).status).toBe(200);
    const said = await ann.call("POST /v1/chat/completions", {
      ...{ model: "runs/sft-001", messages: [{ role: "user", content: "Opens at eight?" }], temperature: 0 },
    });
    expect(said.json.choices[0].message.content).toBe("The shop opens at eight."); // it has learnt
    await ann.call(`DELETE /api/keys/${id}`);
    expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(401);
  });
});
