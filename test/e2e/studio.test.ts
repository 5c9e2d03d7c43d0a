// The studio as a person starts it: a link, a name, a task, an answer, Ctrl-C, and the journal holds the answer.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, it } from "vitest";
import { plaudit, tinyFolder } from "./tiny.ts";

const program = fileURLToPath(new URL("../../bin/plaudit.js", import.meta.url));
let folder: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plaudit-studio-"));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the studio without pages on a free port; `ended` resolves with its exit code and what it said. */
async function start(...words: string[]) {
  return startIn({}, ...words);
}

/** The same with more environment. */
async function startIn(env: Readonly<Record<string, string>>, ...words: string[]) {
  const all = [program, "studio", folder, "--json", "--port", "0", "--no-pages", ...words];
  const child = spawn(process.execPath, all, { env: { ...process.env, ...env } });
  started.push(child);
  let [out, err] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (data) => {
    err += data;
  });
  const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, err })),
  );
  const first = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (data) => {
      out += data;
      if (out.includes("\n")) resolve(out);
    });
    void ended.then(({ err }) => reject(new Error(`ended: ${out}${err}`)));
  });
  const { url, port, mode } = JSON.parse(await first);
  return { child, ended, url: url as string, port: port as number, mode, base: `http://127.0.0.1:${port}` };
}

/** A program that keeps its cookie. */
function client(base: string) {
  let cookie = "";
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  const call = async (route: string, body?: unknown): Promise<any> => {
    const [method = "", path] = route.split(" ");
    const response = await fetch(base + path, {
      method,
      headers: { "content-type": "application/json", cookie },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    const json = await response.json();
    expect(response.status, JSON.stringify(json)).toBe(200);
    return json;
  };
  const events = async () => {
    const { body } = await fetch(`${base}/api/events`, { headers: { cookie } });
    return body!.pipeThrough(new TextDecoderStream()).getReader();
  };
  return { call, events };
}

it("a fresh folder becomes a project, an answer reaches its journal, and Ctrl-C ends it well", async () => {
  const { child, ended, url, base, mode } = await start("--init");
  expect(mode).toBe("local");
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}$/);
  const { call, events } = client(base);
  await call("POST /api/link", { key: url.split("=")[1] });
  await call("POST /api/sign-in", { name: "小林" });
  const task = { task: "t1", type: "compare", prompt: "?", completions: ["a", "b", "c"] };
  expect(await call("POST /api/tasks", { tasks: [task] })).toEqual({ added: 1 });
  expect((await call("POST /api/leases", {})).tasks).toMatchObject([{ task: "t1" }]);
  const id = "01HQ0000000000000000000000";
  const word = { id, kind: "judgement", task: "t1", seconds: 4, groups: [[2], [0, 1]] };
  expect(await call("POST /api/words", word)).toEqual({ id, late: false });

  const stream = await events();
  expect((await stream.read()).value).toBe(":\n\n");
  const from = performance.now();
  child.kill("SIGINT");
  expect((await stream.read()).done).toBe(true);
  expect(await ended).toMatchObject({ code: 0 });
  expect(performance.now() - from).toBeLessThan(4_000); // nobody is waited for who only listens
  const entries = readFileSync(join(folder, "journal.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.map(({ kind }) => kind)).toEqual(["person", "action", "task", "judgement"]);
  expect(entries.at(-1)).toMatchObject({ id, by: "小林", data: { groups: [[2], [0, 1]], ui: "studio" } });
});

it("another program gets a new link to the one that runs, and hears when none does", async () => {
  const none = await plaudit(folder, ["studio", ".", "--init", "--new-link", "--json"]);
  expect([none.code, none.json()[0]]).toMatchObject([2, { error: { code: "not-running" } }]);
  const { base } = await start();
  const [{ url }] = (await plaudit(folder, ["studio", ".", "--new-link", "--json"])).json<{ url: string }>() as [
    { url: string },
  ];
  expect(url.startsWith(`${base}/#key=`)).toBe(true);
  await client(base).call("POST /api/link", { key: url.split("=")[1] });
});

it("a folder that is no project and a port that is taken are named, with what to do", async () => {
  mkdirSync(join(folder, "empty"));
  const empty = await plaudit(folder, ["studio", "empty", "--json"]);
  expect([empty.code, empty.json()[0]]).toMatchObject([2, { error: { code: "no-project", where: "empty" } }]);
  expect(empty.json<{ error: { help: string } }>()[0]!.error.help).toContain("plaudit init empty");

  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  const taken = await plaudit(folder, ["studio", ".", "--init", "--no-pages", "--json", "--port", String(port)]);
  other.close();
  expect([taken.code, taken.json()[0]]).toMatchObject([2, { error: { code: "port-taken" } }]);
  expect(taken.json<{ error: { help: string } }>()[0]!.error.help).toMatch(/^--port \d+ is free/);
});

it("elsewhere than on this machine there are accounts, and the first link makes the owner", async () => {
  const { url, base, mode } = await start("--init", "--host", "0.0.0.0");
  expect([mode, url.startsWith(`${base}/#invitation=`)]).toEqual(["accounts", true]);
  const { call } = client(base);
  const account = { invitation: url.split("=")[1], name: "Ada", password: "correct horse" };
  expect(await call("POST /api/join", account)).toMatchObject({ person: { name: "Ada", role: "owner" } });
  const again = await start("--host", "127.0.0.1", "--trust-proxy", "--allowed-hosts", "studio.example.org");
  expect([again.mode, again.url]).toEqual(["accounts", "https://studio.example.org"]);
});

it("Ctrl-C waits for nobody who only holds the line, and requests are never read half", async () => {
  const { child, ended, port } = await start("--init");
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}); // it is cut
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(
    `POST /api/link HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  const from = performance.now();
  child.kill("SIGINT");
  expect((await ended).code).toBe(0);
  expect(performance.now() - from).toBeLessThan(9_000);
});

it("programs use its models with a key of the command line or of the environment, and nobody else does", async () => {
  tinyFolder(join(folder, "models", "tiny"));
  const listed = async (base: string, apiKey: string) => {
    const models = await new OpenAI({ apiKey, baseURL: `${base}/v1`, maxRetries: 0, timeout: 20_000 }).models.list();
    return models.data.map(({ id }) => id);
  };
  const flag = await start("--init", "--api-key", "sk-of-the-flag");
  expect(await listed(flag.base, "sk-of-the-flag")).toEqual(["models/tiny"]);
  await expect(listed(flag.base, "sk-of-the-fla")).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  const variable = await startIn({ PLAUDIT_API_KEY: "sk-of-the-environment" });
  expect(await listed(variable.base, "sk-of-the-environment")).toEqual(["models/tiny"]);
  await expect(listed(variable.base, "sk-of-the-flag")).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  const none = await startIn({ PLAUDIT_API_KEY: "" });
  await expect(listed(none.base, "undefined")).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  const bad = await plaudit(folder, ["studio", ".", "--json", "--api-key", "two words"]);
  expect([bad.code, bad.json()[0]]).toMatchObject([2, { error: { code: "bad-api-key", where: "--api-key" } }]);
});
