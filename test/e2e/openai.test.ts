// /v1 with the official client over a real port.
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ModelCache, modelCache, openAiApp } from "../../src/server/index.ts";
import { tinyFolder } from "./tiny.ts";

const key = "plaudit-test-key";
let project: string;
let models: ModelCache;
let server: ServerType;
let client: OpenAI;
const logged: unknown[] = [];
let seeds = 0;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "plaudit-openai-"));
  tinyFolder(join(project, "models/tiny"), { seed: 3 });
  tinyFolder(join(project, "models/base"), { seed: 4, chat: false });
  tinyFolder(join(project, "models/judge"), { seed: 5, head: "score" });
  models = modelCache({ project });
  ({ server, client } = await started(models));
});
afterAll(() => {
  server.close();
  models.close();
  rmSync(project, { recursive: true, force: true });
});

/** A server of its own on a free port, and a client that has its key. */
async function started(models: ModelCache): Promise<{ server: ServerType; client: OpenAI }> {
  const v1 = openAiApp({
    ...{ project, models, now: () => 1_750_000_000_000, newId: () => "1", newSeed: () => seeds++ },
    authorize: (request) => request.headers.get("authorization") === `Bearer ${key}`,
    log: (error) => logged.push(error),
  });
  const app = new Hono().mount("/v1", v1.fetch);
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => {
      const client = new OpenAI({
        apiKey: key,
        baseURL: `http://127.0.0.1:${port}/v1`,
        maxRetries: 0,
        timeout: 20_000,
      });
      resolve({ server, client });
    });
  });
}

const messages = [{ role: "user" as const, content: "The shop opens at" }];
const ask = { model: "models/tiny", messages, max_completion_tokens: 12 };

describe("the official OpenAI client", () => {
  it("lists the models that write, and finds one by its name", async () => {
    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(["models/base", "models/tiny"]);
    expect(await client.models.retrieve("models/tiny")).toMatchObject({ id: "models/tiny", object: "model" });
  });

  it("gets an answer, with what it took and why it ended", async () => {
    const answer = await client.chat.completions.create({ ...ask, seed: 1 });
    expect(answer).toMatchObject({
      id: "chatcmpl-1",
      object: "chat.completion",
      model: "models/tiny",
      created: 1_750_000_000,
    });
    const [choice] = answer.choices;
    expect(choice!.message.role).toBe("assistant");
    expect(choice!.message.content!.length).toBeGreaterThan(0);
    expect(["stop", "length"]).toContain(choice!.finish_reason);
    const { prompt_tokens, completion_tokens, total_tokens } = answer.usage!;
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
    expect(completion_tokens).toBeLessThanOrEqual(12);
    expect(completion_tokens === 12).toBe(choice!.finish_reason === "length");
  });

  it("gets the same text for the same seed, streamed or whole, and another for another", async () => {
    const whole = async (seed: number) => {
      const { choices, usage } = await client.chat.completions.create({ ...ask, seed });
      return { text: choices[0]!.message.content, finish: choices[0]!.finish_reason, used: usage!.completion_tokens };
    };
    const first = await whole(7);
    expect(await whole(7)).toEqual(first);
    expect((await whole(8)).text).not.toBe(first.text);
    const stream = await client.chat.completions.create({
      ...{ ...ask, seed: 7, stream: true, stream_options: { include_usage: true } },
    });
    let text = "";
    let finish: string | null = null;
    let used: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      used = chunk.usage?.completion_tokens ?? used;
    }
    expect({ text, finish, used }).toEqual(first);
  });

  it("gets several answers, log-probabilities, and greedy ones", async () => {
    const answer = await client.chat.completions.create({ ...ask, n: 3, seed: 1, logprobs: true });
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(answer.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1);
    const { content } = answer.choices[0]!.logprobs!;
    expect(content!.every(({ logprob }) => logprob <= 0)).toBe(true);
    const greedy = () => client.chat.completions.create({ ...ask, temperature: 0 });
    expect((await greedy()).choices[0]!.message.content).toBe((await greedy()).choices[0]!.message.content);
  });

  it("ends an answer before a stop text", async () => {
    const { choices } = await client.chat.completions.create({ ...ask, temperature: 0 });
    const text = choices[0]!.message.content!;
    const stop = text.slice(3, 5);
    const cut = await client.chat.completions.create({ ...ask, temperature: 0, stop });
    expect(cut.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: text.slice(0, text.indexOf(stop)) },
    });
  });

  it("has a text continued, and speaks with a model that knows no conversations", async () => {
    const { choices } = await client.completions.create({
      model: "models/base",
      prompt: "小店",
      max_tokens: 5,
      seed: 1,
    });
    expect(choices[0]!.text.length).toBeGreaterThan(0);
    const chat = await client.chat.completions.create({ ...ask, model: "models/base", seed: 1 });
    expect(chat.choices[0]!.message.content).toEqual(expect.any(String));
  });

  it("hears in OpenAI's form what is wrong", async () => {
    const failed = (request: object) => client.chat.completions.create({ ...ask, ...request } as never).catch((e) => e);
    expect(await failed({ model: "models/tny" })).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await failed({ model: "models/tny" })).toMatchObject({
      status: 404,
      code: "model_not_found",
      param: "model",
    });
    expect(await failed({ model: "models/../../etc" })).toMatchObject({ status: 404, code: "model_not_found" });
    expect(await failed({ model: "models/judge" })).toMatchObject({ status: 400, code: "not-a-language-model" });
    expect(await failed({ tools: [] })).toMatchObject({ status: 400, code: "unknown_parameter", param: "tools" });
    expect(await failed({ temperature: -1 })).toMatchObject({ status: 400, param: "temperature" });
    expect(await failed({ presence_penalty: 1 })).toMatchObject({ status: 400, param: "presence_penalty" });
    const long = [{ role: "user", content: "shop ".repeat(200) }];
    expect(await failed({ messages: long })).toMatchObject({ status: 400, code: "context_length_exceeded" });
    expect(await failed({ messages: long, stream: true })).toMatchObject({
      status: 400,
      code: "context_length_exceeded",
    });
    const stranger = new OpenAI({ apiKey: "guess", baseURL: client.baseURL, maxRetries: 0, timeout: 20_000 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    expect(logged).toEqual([]);
  });

  it("ends the generation when it leaves, streamed or whole", async () => {
    const ended = new Set<string>();
    const tiny = models.writer("models/tiny");
    const release = () => ended.add("released");
    const endless: ModelCache["writer"] = () => ({
      model: tiny.model,
      release,
      writer: {
        ...tiny.writer,
        generate: (_prompts, _options, signal) =>
          new Promise((_, reject) => {
            signal!.addEventListener("abort", () => {
              ended.add("whole");
              reject(signal!.reason);
            });
          }),
        async *stream(_prompt, _options, signal) {
          const [id] = tiny.model.tokenizer.encode("a");
          try {
            for (;;) {
              yield { id: id!, logprob: -1 };
              await new Promise((resolve) => setTimeout(resolve, 5));
              signal!.throwIfAborted();
            }
          } finally {
            ended.add("streamed");
          }
        },
      },
    });
    const other = await started({ ...models, writer: endless });
    const stream = await other.client.chat.completions.create({ ...ask, stream: true });
    for await (const _ of stream) break; // the client closes the connection
    await expect.poll(() => [...ended]).toEqual(["streamed", "released"]);
    ended.clear();
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 100);
    const left = other.client.chat.completions.create(ask, { signal: leaving.signal });
    await expect(left).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect.poll(() => [...ended]).toEqual(["whole", "released"]);
    other.server.close();
    tiny.release();
    expect(logged).toEqual([]);
  });
});
