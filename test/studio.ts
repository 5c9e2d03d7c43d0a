/** A server over a real store in a folder of its own, and browsers that talk to it: what the tests of the server share. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { stream } from "../src/base/index.ts";
import {
  type Entry,
  type Form,
  forms,
  openStore,
  type Role,
  Settings,
  type TaskData,
  ulid,
} from "../src/feedback/index.ts";
import { consoleLink, createServer, type ServerOptions } from "../src/server/index.ts";

export const host = "127.0.0.1:7777";
export const password = "correct horse battery";

let made = 0;
export const newId = (): string => ulid(1_700_000_000_000 + made, stream(made++, "test"));

export interface StudioOptions extends Partial<ServerOptions> {
  readonly form?: Form;
  readonly settings?: object;
  /** A folder that the caller makes and removes. Default: a new one. */
  readonly project?: string;
}

export async function startStudio({
  form = forms.ranking,
  settings = {},
  project: given,
  ...more
}: StudioOptions = {}) {
  const project = given ?? mkdtempSync(join(tmpdir(), "plaudit-studio-"));
  const clock = { now: Date.parse("2026-01-02T03:04:05Z") };
  const now = () => clock.now++;
  const store = await openStore(project, { now });
  const logged: string[] = [];
  const options: ServerOptions = {
    ...{ store, now, random: randomBytes, mode: "local", version: "0.0.0", hosts: [host], checkReplies: true },
    program: [process.execPath, "--version"],
    commands: { sft: z.strictObject({}), reward: z.strictObject({}), ppo: z.strictObject({}) },
    log: (line) => logged.push(line),
    ...more,
  };
  const server = createServer(options);
  const write = (kind: Entry["kind"], data: object, by = "lin") =>
    store.append([{ format: 1, id: newId(), at: new Date(now()).toISOString(), by, kind, data } as Entry]);
  await write("settings", Settings.parse({ title: "Town", form, ...settings }));

  const browser = () => browserOf(server.app);
  /** A browser that was let in on the machine itself. */
  const linked = async () => {
    const it = browser();
    const link = await consoleLink(options);
    await it.call("POST /api/link", { key: link.split("=")[1] });
    return it;
  };
  return {
    ...{ project, clock, store, server, logged, options, write, browser, linked },
    task: (task: string, more: Partial<TaskData> = {}) =>
      write("task", { task, type: "compare", prompt: `Say ${task}.`, completions: ["a", "b", "c"], ...more }),
    /** Somebody at the machine who gave a name. */
    person: async (name: string) => {
      const it = await linked();
      await it.call("POST /api/sign-in", { name });
      return it;
    },
    /** Somebody with an account of this role, by an invitation as the terminal makes them. */
    member: async (name: string, role: Role) => {
      const it = browser();
      const link = await consoleLink(options);
      await it.call("POST /api/join", { invitation: link.split("=")[1], name, password });
      await write("person", { name, role });
      return it;
    },
    stop: async () => {
      server.close();
      await store.close();
      if (given === undefined) rmSync(project, { recursive: true, force: true });
    },
  };
}
export type Studio = Awaited<ReturnType<typeof startStudio>>;
export type Browser = ReturnType<typeof browserOf>;

/** Keeps its cookie as browsers do, and says where its requests come from. */
function browserOf(app: ReturnType<typeof createServer>["app"]) {
  let cookie = "";
  const request = async (method: string, path: string, init: RequestInit & { readonly duplex?: "half" } = {}) => {
    const headers = new Headers({ host, ...(cookie && { cookie }), ...(init.headers as Record<string, string>) });
    const response = await app.request(`http://${host}${path}`, { ...init, method, headers });
    const set = response.headers.get("set-cookie");
    if (set) cookie = set.split(";")[0]!;
    return response;
  };
  /** Calls a route with a JSON body; the reply as its status and JSON. */
  const call = async (route: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = "", path = ""] = route.split(" ");
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const response = await request(method, path, {
      ...sent,
      headers: { origin: `http://${host}`, "sec-fetch-site": "same-origin", ...type, ...headers },
    });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
    const json = (text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text) as any;
    return { status: response.status, json, code: json?.error?.code as string | undefined, headers: response.headers };
  };
  return {
    request,
    call,
    get cookie() {
      return cookie;
    },
    set cookie(value: string) {
      cookie = value;
    },
  };
}
